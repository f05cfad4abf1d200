"""Our token goes to this cloud's Graph, for the tenant it was made for, or nowhere."""

from __future__ import annotations

import io
from dataclasses import replace

import httpx
import pytest
import requests
from kiota_abstractions.method import Method

from onboarding.kinds.calls import ask, send
from tenants.microsoft import bridge, clouds, fences, transport
from tenants.microsoft.errors import Later, Refused, Rejected
from tests.microsoft.base import CLOUD, OTHER, Network

ABROAD = [
    "https://graph.evil.example/v1.0/groups",
    "https://graph.test/v1.0/groups",
    "https://graph.test:9443/v1.0/groups",
    "http://graph.test:8443/v1.0/groups",
    "https://graph.test:8443@evil.example/v1.0/groups",
    "https://graph.test:8443.evil.example/v1.0/groups",
    "https://someone@graph.test:8443/v1.0/groups",
    "https://graph.test:8443/beta/groups",
    "https://graph.test:8443/v1.0/../beta/groups",
    "https://graph.test:8443/v1.0/%2e%2e/beta/groups",
    "//evil.example/v1.0/groups",
]


def test_a_token_of_another_tenant_is_not_used() -> None:
    network = Network(lambda request: httpx.Response(200, json={}), tenant_id=OTHER)
    with pytest.raises(Refused) as refused:
        network.get()
    assert refused.value.reason == "wrong_tenant_token"
    assert network.sent == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("place", [*ABROAD, "https://graph.test:8443/v1.0/elsewhere"])
def test_a_redirect_is_not_followed(status: int, place: str) -> None:
    network = Network(lambda request: httpx.Response(status, headers={"Location": place}))
    with pytest.raises(Rejected) as rejected:
        network.get()
    assert rejected.value.status == status
    assert len(network.sent) == 1


@pytest.mark.parametrize("link", ABROAD)
def test_a_foreign_next_link_is_not_followed(link: str) -> None:
    network = Network(lambda request: httpx.Response(200, json={"value": [], "@odata.nextLink": link}))
    with pytest.raises(Rejected, match="foreignNextLink"):
        network.pages()
    assert len(network.sent) == 1


def test_a_list_that_bites_its_tail_ends() -> None:
    page = {"value": [], "@odata.nextLink": "https://graph.test:8443/v1.0/groups?$skiptoken=1"}
    network = Network(lambda request: httpx.Response(200, json=page))
    with pytest.raises(Rejected, match="endlessList"):
        network.pages()
    assert len(network.sent) == 2


def test_every_page_is_read_with_the_token_of_the_tenant() -> None:
    second = "https://graph.test:8443/v1.0/groups?$skiptoken=abc"

    def answer(request: httpx.Request) -> httpx.Response:
        if "skiptoken" in str(request.url):
            return httpx.Response(200, json={"value": [{"id": "2"}]})
        return httpx.Response(200, json={"value": [{"id": "1"}], "@odata.nextLink": second})

    network = Network(answer)
    assert network.pages() == [{"id": "1"}, {"id": "2"}]
    assert all(request.headers["Authorization"].startswith("Bearer ey") for request in network.sent)
    assert network.issuer.asked == 2


@pytest.mark.parametrize("url", ABROAD[:5])
def test_the_guard_itself_sends_nothing_abroad(url: str) -> None:
    sent: list[httpx.Request] = []
    inner = httpx.MockTransport(lambda request: sent.append(request) or httpx.Response(200))  # type: ignore[func-returns-value]
    client = transport.wired(CLOUD, inner)
    with pytest.raises(transport.ForeignHost):
        bridge.run(client.get(url), 10)
    assert sent == []


@pytest.mark.parametrize("url", ABROAD[:5])
def test_a_request_to_another_host_is_not_even_signed(url: str) -> None:
    network = Network(lambda request: httpx.Response(200, json={}))
    request = network.graph.client.groups.to_get_request_information()
    request.url = url
    signing = network.graph.adapter._authentication_provider.authenticate_request(request)
    with pytest.raises(transport.ForeignHost):
        bridge.run(signing, 10)
    assert (network.issuer.asked, "Authorization" in request.headers.get_all()) == (0, False)


@pytest.mark.parametrize(
    "url", ["https://evil.example/token", "https://localhost:1/token", "http://login.example/"]
)
def test_a_sign_in_goes_to_the_clouds_own_login_and_nowhere_else(url: str) -> None:
    session = transport.PinnedSession(replace(clouds.PUBLIC, login="https://login.example"))
    for method in ("get", "post"):
        with pytest.raises(transport.ForeignHost):
            getattr(session, method)(url)


def test_a_write_behind_a_stale_lease_is_not_sent_and_a_read_is() -> None:
    network = Network(lambda request: httpx.Response(200, json={"id": "1"}))
    fence, builder = fences.Fence(60), network.graph.client.groups
    writing = network.graph.write(send(Method.POST, builder), {"displayName": "Tier 1"})
    with pytest.raises(Later) as later:
        bridge.run(fences.behind(fence, writing), 10)
    assert (network.sent, later.value.maybe_done) == ([], False)
    bridge.run(fences.behind(fence, network.graph.get(ask(builder))), 10)
    with fence.renewed():
        pass
    bridge.run(fences.behind(fence, network.graph.write(send(Method.POST, builder), {})), 10)
    assert [request.method for request in network.sent] == ["GET", "POST"]


def test_each_layer_alone_follows_no_redirect(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the guard let the place through: neither Kiota's middleware nor httpx goes there."""
    here = "https://graph.test:8443/v1.0/elsewhere"
    network = Network(lambda request: httpx.Response(302, headers={"Location": here}))
    monkeypatch.setattr(transport.Guarded, "handle_async_request", unguarded)
    with pytest.raises(Rejected):
        network.get()
    assert len(network.sent) == 1
    client = transport.bare(CLOUD.graph, transport.Guarded(httpx.MockTransport(network._handle), CLOUD.graph))
    assert bridge.run(client.get("/v1.0/groups"), 10).status_code == 302
    assert len(network.sent) == 2


async def unguarded(self: transport.Guarded, request: httpx.Request) -> httpx.Response:
    return await self.inner.handle_async_request(request)


class Elsewhere(requests.adapters.HTTPAdapter):
    """A sign-in service that sends everybody on."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        self.asked.append(str(request.url))
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 302, request, str(request.url)
        answer.headers["Location"] = "https://evil.example/token"
        answer.raw = io.BytesIO()
        return answer


def test_a_sign_in_service_that_sends_us_on_is_not_followed() -> None:
    session, service = (
        transport.PinnedSession(replace(clouds.PUBLIC, login="https://login.example")),
        Elsewhere(),
    )
    session.mount("https://", service)
    assert session.post("https://login.example/token", data={"secret": "1"}).status_code == 302
    assert session.get("https://login.example/keys").status_code == 302
    assert service.asked == ["https://login.example/token", "https://login.example/keys"]

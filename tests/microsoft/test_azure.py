"""Azure is asked with a token of its own, at its own address, and a path is never more than a path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from tenants.microsoft import bridge, credentials, transport
from tenants.microsoft.azure import Azure
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tests.microsoft.base import APP, CLOUD, OTHER, TENANT, Issuer

ARM = replace(CLOUD, arm="https://arm.test:8443")
LIST = "/subscriptions"
ABROAD = (
    "https://evil.example/subscriptions",
    "https://graph.test:8443/subscriptions",
    "http://arm.test:8443/subscriptions",
    "https://arm.test:8443@evil.example/subscriptions",
    "https://someone@arm.test:8443/subscriptions",
    "//evil.example/subscriptions",
    7,
)


class Scoped(Issuer):
    """Remembers what its tokens were for."""

    scopes: tuple[str, ...] = ()

    def get_token(self, *scopes: str):  # type: ignore[no-untyped-def]
        self.scopes += scopes
        return super().get_token(*scopes)


class Network:
    def __init__(self, answer: Callable[[httpx.Request], httpx.Response], tenant_id: str = TENANT) -> None:
        self.sent: list[httpx.Request] = []
        self.answer = answer
        credentials.drop(ARM, APP, TENANT)
        self.issuer = Scoped(tenant_id)
        credentials.held(ARM, APP, TENANT).credential = self.issuer  # type: ignore[assignment]
        guarded = transport.Guarded(httpx.MockTransport(self._handle), ARM.arm)
        self.azure = Azure(ARM, APP, TENANT, transport.bare(ARM.arm, guarded))

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return self.answer(request)

    def pages(self, path: str = LIST) -> list[dict[str, object]]:
        return bridge.run(self.azure.pages(path, "2022-12-01"), 10)


def says(status: int, **body: object) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, json=body)


def test_every_page_is_read_with_a_token_for_azure() -> None:
    second = f"{ARM.arm}{LIST}?api-version=2022-12-01&$skiptoken=abc"

    def answer(request: httpx.Request) -> httpx.Response:
        if "skiptoken" in str(request.url):
            return httpx.Response(200, json={"value": [{"id": "2"}]})
        return httpx.Response(200, json={"value": [{"id": "1"}], "nextLink": second})

    network = Network(answer)
    assert network.pages() == [{"id": "1"}, {"id": "2"}]
    assert set(network.issuer.scopes) == {ARM.arm_scope}
    assert [request.url.params["api-version"] for request in network.sent] == ["2022-12-01"] * 2


def test_a_token_of_another_tenant_is_not_used() -> None:
    network = Network(says(200, value=[]), tenant_id=OTHER)
    with pytest.raises(Refused, match="wrong_tenant_token"):
        network.pages()
    assert network.sent == []


@pytest.mark.parametrize("link", ABROAD)
def test_a_foreign_next_link_is_not_followed(link: object) -> None:
    network = Network(says(200, value=[], nextLink=link))
    with pytest.raises(Rejected, match="foreignNextLink"):
        network.pages()
    assert len(network.sent) == 1


def test_a_redirect_is_not_followed() -> None:
    network = Network(lambda request: httpx.Response(307, headers={"Location": f"{ARM.arm}/elsewhere"}))
    with pytest.raises(Rejected):
        network.pages()
    assert len(network.sent) == 1


@pytest.mark.parametrize(
    "path", ["subscriptions", "/a/../b", "/a?b=c", "/a#b", "//evil.example/x", "/a%2fb", "/a b"]
)
def test_a_name_that_tries_to_be_a_path_is_no_path(path: str) -> None:
    network = Network(says(200, value=[]))
    with pytest.raises(ValueError, match="no path"):
        network.pages(path)
    assert network.sent == []


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotFound), (403, Refused), (429, Later), (503, Later), (409, Rejected)]
)
def test_its_answers_mean_what_graphs_do(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        Network(says(status, error={"code": "No", "message": "no"})).pages()


def test_a_list_without_its_values_is_no_empty_list() -> None:
    with pytest.raises(Later):
        Network(says(200)).pages()

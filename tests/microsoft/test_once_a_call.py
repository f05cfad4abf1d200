"""What the SDKs do again and again within a call is done once; what guards a call is not left out."""

from __future__ import annotations

import httpx
import pytest
from stduritemplate import StdUriTemplate

from onboarding.kinds.calls import ask
from tenants.microsoft import bridge, credentials
from tenants.microsoft.errors import Refused
from tests.microsoft.base import OTHER, Issuer, Network


def test_the_address_of_a_call_is_filled_in_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letter by letter, four times, it was the most of what a call cost."""
    filled: list[str] = []
    expand = StdUriTemplate.expand
    monkeypatch.setattr(StdUriTemplate, "expand", lambda *of: filled.append(of[0]) or expand(*of))
    network = Network(lambda request: httpx.Response(200, json={}))
    request = ask(network.graph.client.groups, filter="displayName eq 'Tier 1'")
    bridge.run(network.graph.get(request), 10)
    assert len(filled) == 1
    assert str(network.sent[0].url).endswith("/v1.0/groups?$filter=displayName%20eq%20%27Tier%201%27")


def test_the_next_call_of_the_same_builder_has_its_address_still() -> None:
    network = Network(lambda request: httpx.Response(200, json={}))
    builder = network.graph.client.groups.by_group_id("1")
    for _ in range(2):
        bridge.run(network.graph.get(builder.to_get_request_information()), 10)
    assert [request.url.path for request in network.sent] == ["/v1.0/groups/1"] * 2


def test_a_new_token_is_looked_at_though_the_one_before_was_good(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    check = credentials.check_tenant
    monkeypatch.setattr(credentials, "check_tenant", lambda *of: looked.append(of[0]) or check(*of))
    network = Network(lambda request: httpx.Response(200, json={}))
    same = network.issuer.get_token()
    network.issuer.get_token = lambda *scopes: same  # type: ignore[method-assign]
    network.get(), network.get()
    assert len(looked) == 1
    held = credentials.held(network.graph.cloud, network.graph.app, network.graph.tenant_id)
    held.credential = Issuer(OTHER)  # type: ignore[assignment]
    with pytest.raises(Refused) as refused:
        network.get()
    assert refused.value.reason == "wrong_tenant_token" and len(network.sent) == 2

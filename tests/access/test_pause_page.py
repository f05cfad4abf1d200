"""What the page Pause says of what it cannot close: ways in that stay open, and where nothing is to close."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from onboarding.models import Plan
from sandbox.cloud import Cloud
from tests.access import world
from tests.cast import Cast, assemble
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, pki, portal
from tests.onboarding.delegating import carried_out, sell
from tests.onboarding.wizarding import work

__all__ = ["box", "pki", "portal"]
PAGE = "/tenants/northwind/pause/"
TRUST = "The trust between the two tenants: the provider's sign-ins count as before."
AZURE = "what was delegated by Azure Lighthouse stays delegated"


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def shown(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return page.replace("&#x27;", "'").replace("&quot;", '"')


def test_it_says_which_ways_in_stay_open_and_only_those_that_are_there(cast: Cast) -> None:
    rita = cast.client("rita")
    world.owned(cast.northwind, "access_package/tier-1")
    said = shown(rita)
    assert TRUST not in said and AZURE not in said
    assert "Requests that wait already: an approver can still approve them." in said
    assert "The provider's guest accounts, and whatever was given to them by hand" in said
    world.owned(cast.northwind, "partner_inbound/provider")
    world.owned(cast.northwind, "delegation/1")
    said = shown(rita)
    assert TRUST in said and AZURE in said and "taken over" not in said
    world.owned(cast.northwind, "assignment_policy/tier-1/analysts", origin="adopted")
    assert "Access by a policy that was taken over: new requests are closed" in shown(rita)


def test_it_says_what_microsoft_deletes_after_thirty_days(cast: Cast) -> None:
    said = shown(cast.client("rita"))
    assert "block a guest whose last access ended, and delete the account 30 days later" in said


def test_where_only_azure_is_delegated_it_says_that_there_is_nothing_to_close(
    portal: Cloud, tmp_path: Path
) -> None:
    """And does not send its reader to look again and again."""
    sell(planes=["lighthouse"])
    carried_out(portal, tmp_path)
    alice = admin("Alice")
    alice.post(f"{PAGE}look/")
    work()
    said = shown(alice)
    assert not Plan.objects.filter(purpose="pause").exists()
    assert "Nothing here can be closed for a while" in said and AZURE in said
    assert "is too old or was carried out" not in said

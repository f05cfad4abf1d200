"""By whom what exists was made or taken over, as the customer's page tells it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.origins import origins
from onboarding.models import Agreement, OwnedObject
from sandbox.cloud import Cloud
from tenants import ledger
from tenants.models import Tenant
from tests.access import world
from tests.cast import Cast, assemble
from tests.onboarding import already
from tests.onboarding.conftest import box, file, pki, portal

__all__ = ["box", "file", "pki", "portal"]

pytestmark = pytest.mark.django_db
ACTIONS = {"created": "create", "adopted": "adopt"}


@pytest.fixture
def cast() -> Cast:
    return assemble()


def came(cast: Cast, address: str, origin: str = "created", *, starts: str = "alice") -> str:
    """An object, and the run that it came by."""
    row = world.owned(cast.northwind, address, origin=origin)
    run = world.ran(cast.northwind, hours_ago=9 - len(OwnedObject.objects.all()))
    run.started_by = cast.people[starts].actor
    run.save()
    state = {"action": ACTIONS[origin], "state": "verified", "remote_id": row.remote_id, "position": 0}
    run.steps.create(address=address, kind=row.kind, target=row.target, spec={}, needs=[], **state)
    return row.remote_id


def told(cast: Cast) -> list[str]:
    page = re.sub(r"\s+", " ", cast.client("rita").get("/tenants/northwind/").content.decode())
    return re.findall(r'by <a href="/tenants/northwind/runs/\d+/">run \d+</a>, (started by .*?)</div>', page)


def test_who_started_and_who_agreed_is_told_of_what_was_made(cast: Cast) -> None:
    came(cast, "group/tier-1")
    Agreement.objects.update(form="signed")
    assert told(cast) == ["started by Alice, agreed to by carla@northwind.example"]


def test_what_was_only_recorded_is_never_said_to_be_agreed_to(cast: Cast) -> None:
    came(cast, "group/tier-1")
    assert told(cast) == ["started by Alice, recorded, not signed, as the word of carla@northwind.example"]


def test_who_ticked_it_is_told_of_what_was_taken_over(cast: Cast) -> None:
    customer = cast.northwind.customer
    ours = came(cast, "group/tier-1", "adopted")
    ledger.record(cast.people["ann"].actor, "ticked an object", "group/tier-1", customer, id="another")
    ledger.record(cast.people["audrey"].actor, "ticked an object", "group/tier-1", customer, id=ours)
    assert told(cast) == [
        "started by Alice, recorded, not signed, as the word of carla@northwind.example; "
        "Audrey said that this one is meant"
    ]


def test_nothing_is_told_of_what_was_made_anew_elsewhere(cast: Cast) -> None:
    came(cast, "group/tier-1")
    OwnedObject.objects.update(remote_id="another")
    assert told(cast) == []


def test_many_cost_no_more_queries_than_one(cast: Cast) -> None:
    client = cast.client("alice")
    came(cast, "group/tier-1")
    client.get("/tenants/northwind/")
    with CaptureQueriesContext(connection) as one:
        client.get("/tenants/northwind/")
    for number in range(2, 7):
        came(cast, f"group/tier-{number}", starts="audrey")
    with CaptureQueriesContext(connection) as many:
        client.get("/tenants/northwind/")
    assert len(many) == len(one) and len(told(cast)) == 6


def test_after_an_onboarding_it_is_known_of_every_object(portal: Cloud, file: Callable[..., Path]) -> None:
    already.set_up(portal, file())
    tenant = Tenant.objects.get()
    owned = list(tenant.owned.all())
    known = origins(tenant, owned)
    assert len(known) == len(owned) > 10
    assert {each.run for each in known.values()} == {tenant.runs.get()}

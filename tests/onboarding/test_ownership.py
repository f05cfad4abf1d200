"""What we own decides what is deleted: a row that is not as the record says is never planned from."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onboarding import nightly
from onboarding.models import Onboarding, OwnedObject, Plan
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import LedgerEntry
from tests.onboarding import already
from tests.onboarding.conftest import manage, writes
from tests.onboarding.test_tampering import OWNED, change, undone

NOW = ("--apply", "--inline")
GROUP = "group/tier-1"


@pytest.fixture
def there(portal: Cloud, file: Callable[..., Path]) -> Cloud:
    already.set_up(portal, file())
    return portal


def payroll(box: Cloud) -> str:
    group: dict[str, Any] = {"id": str(uuid.uuid4()), "displayName": "Payroll", "members": [], "owners": []}
    box.store.put(seed.NORTHWIND, "groups", {**group, "mailNickname": "payroll", "securityEnabled": True})
    return str(group["id"])


def test_an_id_changed_before_the_plan_deletes_nobody_elses_object(there: Cloud) -> None:
    theirs, before = payroll(there), writes(there)
    OwnedObject.objects.filter(address=GROUP).update(remote_id=theirs)
    status, said = manage("offboard", "northwind", *NOW)
    assert there.store.get(seed.NORTHWIND, "groups", theirs) is not None
    assert (status, said["refused"], writes(there)) == (3, "not_as_entered", before), said
    assert GROUP in str(said)


def test_any_column_of_anything_we_own_changed_before_the_plan(
    there: Cloud, file: Callable[..., Path]
) -> None:
    before, plans = writes(there), Plan.objects.count()
    for at, column in enumerate(OWNED * 2):
        owned = OwnedObject.objects.order_by("address")[(at * 7) % OwnedObject.objects.count()]
        with undone():
            change(owned, column)
            for command in (("onboard", file()), ("offboard", "northwind"), ("verify", "northwind")):
                status, said = manage(*command)
                assert (status, said.get("refused")) == (3, "not_as_entered"), (column, command, said)
    assert (writes(there), Plan.objects.count()) == (before, plans)


def test_a_row_more_or_less_than_the_record_says(there: Cloud) -> None:
    with undone():
        OwnedObject.objects.get(address=GROUP).delete()
        assert manage("offboard", "northwind")[1]["refused"] == "not_as_entered"
    row = OwnedObject.objects.get(address=GROUP)
    row.pk, row.address, row.remote_id = None, "group/payroll", payroll(there)
    row.save(force_insert=True)
    assert manage("offboard", "northwind")[1]["refused"] == "not_as_entered"


def test_the_record_names_each_object_with_its_id_and_mark(there: Cloud) -> None:
    made = {entry.subject: entry.facts for entry in LedgerEntry.objects.filter(verb="made an object")}
    for row in OwnedObject.objects.all():
        assert made[row.address]["id"] == row.remote_id
    group = there.store.get(seed.NORTHWIND, "groups", made[GROUP]["id"]) or {}
    assert group["uniqueName"].endswith(made[GROUP]["mark"])


def test_at_night_it_is_said_and_is_neither_drift_nor_in_order(there: Cloud) -> None:
    change(OwnedObject.objects.get(address=GROUP), "remote_id")
    found = nightly.verify(Onboarding.objects.get().pk)
    assert found and not found.in_order and found.found["changes"] == []
    assert GROUP in str(found.found["unknown"])

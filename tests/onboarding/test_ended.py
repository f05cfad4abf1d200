"""A customer that has ended is in order as it is: nothing of ours is there, and nothing is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from access.standing import Standing, with_standing
from onboarding.models import Inquiry, OwnedObject
from onboarding.wizard import findings
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import Tenant
from tests.onboarding import already
from tests.onboarding.conftest import manage, writes

File = Callable[..., Path]
GROUP = "group/tier-1"
NOW = ("--apply", "--inline")


@pytest.fixture
def deleted(portal: Cloud, file: File) -> dict[str, object]:
    """Our group, as it was before everything ended."""
    already.set_up(portal, file())
    group = portal.store.get(seed.NORTHWIND, "groups", OwnedObject.objects.get(address=GROUP).remote_id)
    assert manage("offboard", "northwind", *NOW)[0] == 0
    assert group is not None
    return group


def standing() -> str:
    return str(with_standing(Tenant.objects.all()).get().standing)


def test_verified_it_is_said_to_have_ended(portal: Cloud, deleted: dict[str, object]) -> None:
    before = writes(portal)
    status, said = manage("verify", "northwind")
    assert (status, said["ended"], said["changes"]) == (0, True, []), said
    assert (writes(portal), standing()) == (before, Standing.APPS)


def test_read_back_from_the_page_it_is_said_to_have_ended(portal: Cloud, deleted: dict[str, object]) -> None:
    asked = Inquiry(tenant=Tenant.objects.get(), what=Inquiry.What.VERIFY)
    assert findings.verify(asked)()["in_order"] is True
    assert standing() == Standing.APPS


def test_what_somebody_restored_from_the_recycle_bin_is_drift(
    portal: Cloud, deleted: dict[str, object]
) -> None:
    portal.store.put(seed.NORTHWIND, "groups", deleted)
    status, said = manage("verify", "northwind")
    assert (status, len(said["changes"])) == (2, 1), said
    assert "Tier 1 Analyst" in said["changes"][0]
    assert standing() == Standing.CHANGED


def test_what_cannot_be_read_is_not_gone(portal: Cloud, deleted: dict[str, object]) -> None:
    portal.faults.append(Fault("503", "GET", "/catalogs", times=100, retry_after=60))
    assert manage("verify", "northwind")[0] == 3
    assert standing() == Standing.UNREADABLE


def test_set_up_again_it_has_not_ended(portal: Cloud, file: File, deleted: dict[str, object]) -> None:
    assert manage("onboard", file(), *NOW)[0] == 0
    status, said = manage("verify", "northwind")
    assert (status, said["ended"]) == (0, False)
    assert standing() == Standing.BY_HAND

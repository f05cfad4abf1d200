"""Each night every tenant that holds something of ours is read and compared; nothing is written to any."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.utils.timezone import now

from onboarding import nightly, offers, tasks
from onboarding.models import Onboarding, OwnedObject, Plan, Reading, Run
from portal.celery import app
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.microsoft import apps, credentials
from tenants.models import Customer, Tenant
from tests.onboarding import already
from tests.onboarding.conftest import manage, writes

File = Callable[..., Path]


@pytest.fixture
def onboarded(portal: Cloud, file: File, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Contoso, whom nobody can read any more, was onboarded before Northwind. Messages arrive at once."""
    monkeypatch.setattr(tasks.verify, "delay", tasks.verify)

    def carry_out() -> None:
        contoso()
        assert manage("onboard", file(), "--apply", "--inline")[0] == 0

    already.put_back(portal, "after Contoso", carry_out)
    return portal


def contoso() -> Onboarding:
    customer = Customer.objects.create(name="Contoso", slug="contoso")
    facts = {"slug": "contoso", "tenant_id": seed.CONTOSO, "cloud": "custom", "domain": "contoso.example"}
    tenant = Tenant.objects.create(customer=customer, **facts)
    OwnedObject.objects.create(
        tenant=tenant, target=seed.CONTOSO, address="group/tier-1", kind="group", remote_id="gone",
        origin="created", spec={"displayName": "Tier 1"}, needs=[],
    )  # fmt: skip
    offer = offers.current("managed-defender")
    return Onboarding.objects.create(tenant=tenant, offer=offer, tiers=["tier-1"], starts=now().date())


def reading(slug: str) -> Reading:
    return Reading.objects.get(tenant__slug=slug)


def test_who_is_in_order_is_saved_as_such_and_nothing_is_written(onboarded: Cloud) -> None:
    before = writes(onboarded)
    tasks.verify_all()
    found = reading("northwind")
    assert found.in_order and found.at <= now()
    assert not any(found.found[what] for what in ("changes", "questions", "unknown", "strange"))
    assert writes(onboarded) == before and Run.objects.count() == 1


def test_one_tenant_that_cannot_be_read_does_not_stop_the_others(onboarded: Cloud) -> None:
    tasks.verify_all()
    assert reading("northwind").in_order
    found = reading("contoso")
    assert not found.in_order
    assert "has not been let into" in found.found["unknown"]["tenant"]
    assert found.found["changes"] == []


def test_what_drifted_is_saved_and_not_put_right(onboarded: Cloud) -> None:
    mine = OwnedObject.objects.get(address="catalog/mssp")
    catalog = onboarded.store.get(seed.NORTHWIND, "catalogs", mine.remote_id)
    assert catalog is not None
    onboarded.store.put(seed.NORTHWIND, "catalogs", {**catalog, "state": "unpublished"})
    before = writes(onboarded)
    tasks.verify_all()
    found = reading("northwind")
    assert not found.in_order and len(found.found["changes"]) == 1 and found.found["unknown"] == {}
    assert writes(onboarded) == before and Plan.objects.count() == 1


def test_what_cannot_be_read_for_a_while_is_unreadable_and_no_drift(onboarded: Cloud) -> None:
    onboarded.faults.append(Fault("503", "GET", "^/v1.0/", times=10_000, retry_after=None))
    tasks.verify_all()
    found = reading("northwind").found
    assert found["unknown"] and not found["changes"] and not found["strange"]


def test_a_tenant_too_slow_to_read_is_unreadable(onboarded: Cloud, monkeypatch: Any) -> None:
    monkeypatch.setattr(nightly, "READ_SECONDS", 0.01)
    tasks.verify_all()
    assert "too long" in reading("northwind").found["unknown"]["tenant"]


def test_a_tenant_with_an_open_run_is_left_out(onboarded: Cloud) -> None:
    Run.objects.update(closed_at=None)
    tasks.verify_all()
    assert not Reading.objects.filter(tenant__slug="northwind").exists()
    assert Reading.objects.filter(tenant__slug="contoso").exists()


def test_a_run_that_began_while_we_read_leaves_no_reading(onboarded: Cloud) -> None:
    draft = Onboarding.objects.get(tenant__slug="northwind")
    assert draft.pk in nightly.held()
    Run.objects.update(closed_at=None)
    assert nightly.verify(draft.pk) is None
    assert not Reading.objects.exists()


def test_a_run_that_ended_while_we_read_leaves_no_reading(onboarded: Cloud) -> None:
    Run.objects.update(closed_at=now() + timedelta(hours=1))
    assert nightly.verify(Onboarding.objects.get(tenant__slug="northwind").pk) is None
    assert not Reading.objects.exists()


def test_a_draft_that_owns_nothing_is_left_out(onboarded: Cloud) -> None:
    OwnedObject.objects.all().delete()
    assert nightly.held() == []


def test_the_beat_rings_for_it_each_night() -> None:
    names = {entry["task"] for entry in portal_settings.CELERY_BEAT_SCHEDULE.values()}
    assert "onboarding.verify_all" in names and names <= set(app.tasks)


def test_a_token_from_before_is_not_taken_for_being_let_in(onboarded: Cloud) -> None:
    for principal in onboarded.store.all(seed.NORTHWIND, "servicePrincipals"):
        onboarded.store.remove(seed.NORTHWIND, "servicePrincipals", principal["id"])
    credentials.forget(apps.reader(), seed.NORTHWIND)
    tasks.verify_all()
    assert "has not been let into" in reading("northwind").found["unknown"]["tenant"]

"""Since when the app that writes stands in a tenant: by our own token, and never finer than we looked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from onboarding import app_stands, nightly
from onboarding.models import AppStand, Onboarding
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.microsoft import credentials
from tenants.microsoft.errors import Refused
from tenants.models import LedgerEntry, Tenant
from tests.cast import Cast, assemble
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, file, pki, portal
from tests.onboarding.wizarding import begun, let_in, planned, take_out

__all__ = ["box", "file", "pki", "portal"]


@pytest.fixture
def northwind(portal: Cloud) -> Tenant:
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    return begun().tenant


def text(client: Client) -> str:
    page = client.get("/tenants/northwind/").content.decode()
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]*>", "", page.partition('id="set-up-app"')[2].partition("<h2")[0])
    )


def verbs() -> list[str]:
    return list(LedgerEntry.objects.filter(verb__startswith="saw").values_list("verb", flat=True))


def test_what_our_token_shows_is_kept_from_first_look_to_last(portal: Cloud, northwind: Tenant) -> None:
    alice = admin("Alice")
    assert "not known" in text(alice)
    with pytest.raises(Refused, match="no_admin_consent"):
        app_stands.check(northwind)
    said = text(alice)
    assert "Until it is, nothing can be written with it in northwind.example." in said
    assert "was not let in when we last looked" in said and verbs() == []
    let_in(portal, seed.NORTHWIND, seed.SETUP)
    app_stands.check(northwind)
    app_stands.check(northwind)
    said = text(alice)
    assert "The set-up app is let in. That happened between two looks of ours: on" in said
    stood = AppStand.objects.get(seen_from__isnull=False).seen_from
    assert f"it was not there yet, on {stood:%-d %B %Y, %H:%M:%S} UTC it was." in said
    assert "Change or delete every catalog and access package" in said and seed.SETUP in said
    assert AppStand.objects.filter(seen_from__isnull=False).count() == 1
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    app_stands.glance(northwind)
    app_stands.glance(northwind)
    said = text(alice)
    assert "The set-up app is gone." in said
    assert "Until it is let in again, nothing can be written with it in northwind.example" in said
    assert verbs() == ["saw an app let in", "saw an app gone"]
    let_in(portal, seed.NORTHWIND, seed.SETUP)
    app_stands.glance(northwind)
    assert "The set-up app is let in." in text(alice) and AppStand.objects.count() == 3


def test_a_token_from_before_does_not_pass_for_a_look(portal: Cloud, northwind: Tenant) -> None:
    let_in(portal, seed.NORTHWIND, seed.SETUP)
    app_stands.check(northwind)
    held = dict(credentials._held)
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    credentials._held.update(held)
    app_stands.glance(northwind)
    assert not AppStand.objects.get().stands


def test_a_service_that_does_not_tell_is_neither_let_in_nor_gone(portal: Cloud, northwind: Tenant) -> None:
    let_in(portal, seed.NORTHWIND, seed.SETUP)
    app_stands.check(northwind)
    before = AppStand.objects.values().get()
    portal.faults.append(Fault("503", "POST", "/token$", times=10))
    app_stands.glance(northwind)
    assert AppStand.objects.values().get() == before


def test_a_part_of_its_permissions_is_said_as_what_it_is(portal: Cloud, northwind: Tenant) -> None:
    let_in(portal, seed.NORTHWIND, seed.SETUP)
    app_stands.check(northwind)
    AppStand.objects.update(permissions=["Group.ReadWrite.All", "Sites.FullControl.All"])
    said = text(admin("Alice"))
    assert "Change or delete every group" in said and "what it reaches is not written down here" in said
    assert "every catalog" not in said


def test_each_night_it_is_looked_at_too(portal: Cloud, northwind: Tenant) -> None:
    planned()
    let_in(portal, seed.NORTHWIND, seed.SETUP)
    nightly.verify(Onboarding.objects.get().pk)
    assert AppStand.objects.get().stands


@pytest.mark.django_db
def test_every_app_that_writes_is_told_of_by_its_own_name() -> None:
    cast: Cast = assemble()
    seen = {"seen_from": now(), "seen_until": now(), "looked_at": now()}
    reach = ["Policy.ReadWrite.CrossTenantAccess"]
    AppStand.objects.create(tenant=cast.northwind, app="trust", permissions=reach, **seen)
    said = text(cast.client("rita"))
    assert "The set-up app: not known" in said
    assert "The set-up app for cross-tenant access is let in." in said and reach[0] in said


@pytest.mark.django_db
def test_times_are_those_of_our_looks() -> None:
    cast: Cast = assemble()
    hours = [now() - timedelta(hours=hour) for hour in (50, 3, 1)]
    AppStand.objects.create(
        tenant=cast.northwind, app="setup", seen_from=hours[0], seen_until=hours[1], gone_seen=hours[2],
        looked_at=hours[2],
    )  # fmt: skip
    said = text(cast.client("rita"))
    assert "let in when we looked 3 hours ago, and no longer 1 hour ago" in said

"""What a review ended and is let in again by another access is never shown as ended and done."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.timezone import now

from access.models import Review
from access.reviewing import after_review
from access.who_can import lines
from onboarding import tasks
from onboarding.models import Grant
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.access.grants import granted, signed
from tests.access.test_review_ends import key_of, let_in, world
from tests.access.test_review_ends import signed as carla_signed
from tests.cast import Cast, assemble
from tests.onboarding.conftest import box, file, pki, portal
from tests.onboarding.test_who_can_do_what import AMIR, NW

__all__ = ["box", "file", "pki", "portal", "world"]
ENDED = ("Ended: no longer there when read", "green")
AGAIN = ("That ended; what it gave is held by another access", "red")
THERE = ("The account is still there, and holds another access", "red")
ANEW = ("Decided anew by a later review", "secondary")


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def words(review: Review) -> dict[str, tuple[str, str]]:
    found = after_review.endings(Tenant.objects.get(slug="northwind"), review)
    return {each.said["name"]: (each.word, each.colour) for each in found}


def test_a_guest_who_holds_a_package_since_is_still_there(world: Cloud) -> None:
    """The account stands no more by itself on the page, and in the tenant as before."""
    box, upn = world, "bea_fabrikam-security.example#EXT#@northwind.onmicrosoft.example"
    known = {"mail": "bea@fabrikam-security.example", "userPrincipalName": upn, "userType": "Guest"}
    box.store.put(NW, "users", {"id": "guest-bea", "displayName": "Bea again", **known})
    tasks.read_grants_all()
    review = carla_signed(Grant.objects.get(about__sort="guest").key)
    [held] = [a for a in box.store.all(NW, "assignments") if a["target"]["displayName"] == "Bea Novak"]
    target = {**held["target"], "objectId": "guest-bea", "displayName": "Bea again"}
    box.store.put(NW, "assignments", {**held, "id": "again", "target": target})
    tasks.read_grants_all()
    assert Grant.objects.get(about__sort="guest").gone_seen is not None
    assert words(review) == {"Bea again": THERE}
    assert "Bea again" not in {each.name for each in lines.gone(Tenant.objects.get())}
    box.store.remove(NW, "assignments", "again")
    box.store.remove(NW, "users", "guest-bea")
    tasks.read_grants_all()
    assert words(review) == {"Bea again": ENDED}
    assert "Bea again" in {each.name for each in lines.gone(Tenant.objects.get())}


def test_who_asked_for_the_same_package_again_is_let_in_again(world: Cloud) -> None:
    review = carla_signed(key_of("Amir Rahimi", "tier-1"))
    for held in world.store.all(NW, "assignments"):
        if held["target"]["displayName"] == "Amir Rahimi":
            world.store.put(NW, "assignments", {**held, "state": "expired"})
    tasks.read_grants_all()
    assert words(review) == {"Amir Rahimi": AGAIN}
    let_in(world, AMIR, "tier-1")
    tasks.read_grants_all()
    assert words(review) == {"Amir Rahimi": AGAIN}


KEPT: dict[str, dict[str, Any]] = {
    "member": {"tier": "tier-1", "key": "member/g1/Amir Rahimi"},
    "assignment": {"tier": "tier-1", "key": "assignment/a1"},
}


@pytest.mark.parametrize("sort", KEPT)
def test_a_later_review_that_keeps_the_new_one_has_the_last_word(cast: Cast, sort: str) -> None:
    tenant, rita = cast.northwind, cast.people["rita"]
    first = granted(tenant, sort, **KEPT[sort])
    review = signed(tenant, rita, {first.key: "end"})
    Grant.objects.filter(pk=first.pk).update(gone_seen=now())
    assert words(review) == {"Amir Rahimi": ENDED}
    second = granted(tenant, "assignment", key="assignment/a2", tier="tier-1")
    granted(tenant, "assignment", "Bea Novak", key="assignment/a3", tier="tier-1")
    assert words(review) == {"Amir Rahimi": AGAIN}
    keys = Grant.objects.filter(gone_seen=None).values_list("key", flat=True)
    signed(tenant, rita, dict.fromkeys(keys, "keep"))
    assert words(review) == {"Amir Rahimi": ANEW} and second.key in keys


def test_another_package_or_group_is_another_matter(cast: Cast) -> None:
    tenant, rita = cast.northwind, cast.people["rita"]
    first = granted(tenant, "assignment", tier="tier-1")
    review = signed(tenant, rita, {first.key: "end"})
    Grant.objects.filter(pk=first.pk).update(gone_seen=now())
    ids = {"assignment": "a2", "package": "p2"}
    granted(tenant, "assignment", key="assignment/a2", tier="tier-2", ids=ids)
    assert words(review) == {"Amir Rahimi": ENDED}

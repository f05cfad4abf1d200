"""What a review decided to end ends by the portal: exactly those assignments, by a reviewer, read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from access.models import Review
from access.standing import with_standing
from onboarding import taking_away, tasks
from onboarding.ending import ending_access
from onboarding.models import Agreement, Grant, OwnedObject, Run, Step
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tenants.models import Person, Tenant
from tests.access import grants
from tests.cast import FABRIKAM, reviewer
from tests.cast import carla as person
from tests.onboarding import already
from tests.onboarding.clicking import admin, carry_out
from tests.onboarding.conftest import box, file, manage, pki, portal
from tests.onboarding.test_who_can_do_what import AMIR, BEA, NW, id_of, let_in

__all__ = ["box", "file", "pki", "portal"]


@pytest.fixture
def world(portal: Cloud, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Northwind is set up; Amir is let in by two packages and Bea by one."""
    monkeypatch.setattr(tasks.read_grants, "delay", tasks.read_grants)
    already.set_up(portal, file())
    for who, tier in ((AMIR, "tier-1"), (AMIR, "tier-2"), (BEA, "tier-1")):
        let_in(portal, who, tier)
    tasks.read_grants_all()
    return portal


def endings() -> QuerySet[Run]:
    return Run.objects.filter(plan__purpose="access")


def signed(*keys: str) -> Review:
    """Carla ends these and keeps all else."""
    everything = Grant.objects.filter(gone_seen=None).values_list("key", flat=True)
    choices = {key: "end" if key in keys else "keep" for key in everything}
    return grants.signed(Tenant.objects.get(), person(), choices)


def key_of(name: str, tier: str) -> str:
    return str(Grant.objects.get(about__name=name, about__tier=tier, about__sort="assignment").key)


def states(box: Cloud) -> dict[tuple[str, str], str]:
    """(person, package) → state, as the tenant has it."""
    packages = {id_of(f"access_package/tier-{tier}"): f"tier-{tier}" for tier in (1, 2)}
    held = box.store.all(NW, "assignments")
    return {(a["target"]["displayName"], packages[a["accessPackage"]["id"]]): a["state"] for a in held}


def end(client: Client, review: Review) -> Any:
    return client.post(f"/tenants/northwind/reviews/{review.pk}/end/")


def test_it_ends_that_one_assignment_and_no_other_and_is_seen_gone(world: Cloud) -> None:
    review = signed(key_of("Amir Rahimi", "tier-1"))
    carla = reviewer()
    page = carla.get(f"/tenants/northwind/reviews/{review.pk}/").content.decode()
    assert "End 1 access now" in page
    assert end(carla, review).status_code == 302
    agreed = Agreement.objects.get(plan=endings().get().plan)
    assert (agreed.form, agreed.decided_by) == ("ended", person().actor)
    carry_out()
    run = endings().get()
    assert run.ended == "verified", list(run.steps.values_list("state", "reason", "facts"))
    assert states(world) == {
        ("Amir Rahimi", "tier-1"): "expired",
        ("Amir Rahimi", "tier-2"): "delivered",
        ("Bea Novak", "tier-1"): "delivered",
    }
    assert OwnedObject.objects.filter(kind="access_package").count() == 3
    tasks.read_grants_all()
    page = carla.get(f"/tenants/northwind/reviews/{review.pk}/").content.decode()
    assert "Ended: no longer there when read" in page
    assert with_standing(Tenant.objects.all()).get().standing in ("in-order", "by-hand")
    assert manage("verify", "northwind")[0] == 0


def test_what_a_later_review_keeps_is_not_ended_by_the_older_one(world: Cloud) -> None:
    """Its page may still be open somewhere, with the button on it."""
    amir, bea = key_of("Amir Rahimi", "tier-1"), key_of("Bea Novak", "tier-1")
    older = signed(amir, bea)
    newer = signed(bea)
    answer = end(reviewer(), older)
    assert answer.status_code == 400 and not endings().exists()
    assert "access now" not in reviewer().get(f"/tenants/northwind/reviews/{older.pk}/").content.decode()
    assert end(reviewer(), newer).status_code == 302
    carry_out()
    assert {who for who, state in states(world).items() if state == "expired"} == {("Bea Novak", "tier-1")}


def test_nobody_of_the_provider_begins_it_and_what_is_not_ours_is_left(world: Cloud) -> None:
    review = signed(key_of("Amir Rahimi", "tier-1"))
    assert end(admin("Alice"), review).status_code == 404
    tenant, alice = Tenant.objects.get(), Person.objects.get(name="Alice", tid=FABRIKAM)
    with pytest.raises(Refused, match="not_a_reviewer"):
        ending_access.start(tenant, [("x", id_of("access_package/tier-1"))], alice)
    with pytest.raises(Refused, match="not_yet"):
        ending_access.start(tenant, [("x", "a package of theirs")], person())
    OwnedObject.objects.filter(address="access_package/tier-1").update(origin="adopted")
    assert "access now" not in reviewer().get(f"/tenants/northwind/reviews/{review.pk}/").content.decode()
    assert not endings().exists() and not Agreement.objects.filter(form="ended").exists()


def test_an_assignment_of_another_package_is_never_found_under_ours(world: Cloud) -> None:
    """A row that names Bea's assignment under the package of the other tier ends nothing of hers."""
    bea = next(a for a in world.store.all(NW, "assignments") if a["target"]["displayName"] == "Bea Novak")
    ending_access.start(Tenant.objects.get(), [(bea["id"], id_of("access_package/tier-2"))], person())
    carry_out()
    assert set(states(world).values()) == {"delivered"}


def test_a_step_that_is_turned_to_somebody_else_is_not_carried_out(world: Cloud) -> None:
    assert end(reviewer(), signed(key_of("Amir Rahimi", "tier-1"))).status_code == 302
    bea = next(a for a in world.store.all(NW, "assignments") if a["target"]["displayName"] == "Bea Novak")
    step = Step.objects.get(run__in=endings())
    Step.objects.filter(pk=step.pk).update(spec={**step.spec, "assignment": bea["id"]})
    carry_out()
    assert set(states(world).values()) == {"delivered"} and endings().get().ended == "failed"


def test_a_plan_that_ends_accesses_may_do_nothing_else(world: Cloud) -> None:
    tenant = Tenant.objects.get()
    ending_access.start(tenant, [("x", id_of("access_package/tier-1"))], person())
    plan = endings().get().plan
    assert taking_away.only_ours(plan)
    for other in ({"action": "create"}, {"remote_id": "another package"}, {"kind": "group"}):
        plan.changes = [{**plan.changes[0], **other}]
        assert not taking_away.only_ours(plan)


def test_a_changed_review_ends_nothing(world: Cloud) -> None:
    review = signed()
    document = {**review.document, "grants": [{**one, "choice": "end"} for one in review.document["grants"]]}
    Review.objects.filter(pk=review.pk).update(document=document)
    answer = end(reviewer(), review)
    assert answer.status_code == 400 and "not what was signed" in answer.content.decode()
    assert not endings().exists()

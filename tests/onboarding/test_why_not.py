"""A page that does not let one go on says which of the reasons it is, and no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from onboarding.models import Inquiry, Plan, Run
from onboarding.wizard.steps import Way
from onboarding.wizard.why_not import of_plan, of_readiness
from sandbox import seed
from sandbox.cloud import Cloud
from tests.access import world
from tests.onboarding.clicking import HERE, admin, as_far_as_a_plan, offer, people, post, text
from tests.onboarding.wizarding import begun, found_out, offered, planned, work


def test_after_a_pause_it_was_carried_out_and_a_new_plan_opens_it_again(db: None) -> None:
    draft = world.handed_over(world.tenant("Contoso"))
    Inquiry.objects.filter(what="plan").update(answer={"plan": Plan.objects.get().digest, "in_order": False})
    run = world.ran(draft.tenant, "verified", hours_ago=3, purpose="pause")
    said = of_plan(Way(draft))
    assert said == (
        f"It was carried out, and access was paused on {run.opened_at:%-d %B %Y} since. "
        "A new plan opens it again: plan again."
    )


def test_answers_that_changed_are_said_to_have_changed(portal: Cloud) -> None:
    alice = admin("Alice")
    as_far_as_a_plan(alice)
    people(alice, approvers=["ada@northwind.example"])
    work()
    said = text(alice, f"{HERE}plan/")
    assert "The answers have changed since it was made: plan again." in said
    assert "expired" not in said and "in the way" not in said


def test_a_plan_that_is_too_old_says_until_when_it_was_good(portal: Cloud) -> None:
    draft = planned()
    until = now() - timedelta(days=1)
    Plan.objects.update(expires_at=until)
    assert of_plan(Way(draft)) == f"It could be agreed to until {until:%-d %B %Y}: plan again."


@pytest.mark.parametrize(
    ("ended", "says"),
    [
        ("cancelled", "It was agreed to and begun, and then stopped: plan again for what is left."),
        ("failed", "It was carried out, and not everything is as agreed: plan again for what is left."),
    ],
)
def test_a_run_that_did_not_end_well_is_named(db: None, ended: str, says: str) -> None:
    draft = world.handed_over(world.tenant("Contoso"))
    run = world.ran(draft.tenant, "verified", ended, hours_ago=7)
    Run.objects.filter(pk=run.pk).update(cancelled_at=now() if ended == "cancelled" else None)
    Inquiry.objects.filter(what="plan").update(answer={"plan": run.plan.digest, "in_order": False})
    assert of_plan(Way(draft)) == says


def test_a_check_that_failed_is_named(portal: Cloud) -> None:
    draft = planned()
    found = Inquiry.objects.get(what="plan")
    checks = [{**each, "state": "fail"} for each in found.answer["checks"][:1]] + found.answer["checks"][1:]
    Inquiry.objects.filter(pk=found.pk).update(answer=found.answer | {"plan": "", "checks": checks})
    assert of_plan(Way(draft)) == (
        f"In the way: {checks[0]['name']}. Do first what stands beside it below, then plan again."
    )


def test_at_readiness_a_changed_offer_and_a_failed_check_are_told_apart(portal: Cloud) -> None:
    draft = offered(begun("contoso-retail.example", seed.CONTOSO_RETAIL, "Contoso Retail"))
    found_out(draft, "reader")
    red = [c["name"] for c in found_out(draft, "readiness").answer["checks"] if c["state"] == "fail"]
    assert of_readiness(Way(draft)) == (
        f"In the way: {', '.join(red)}. Do first what stands beside it, then check again."
    )


def test_at_readiness_nothing_red_is_said_where_only_the_offer_was_changed(portal: Cloud) -> None:
    alice: Client = admin("Alice")
    as_far_as_a_plan(alice)
    Inquiry.objects.filter(what="readiness").update(question={"offer": "an older one"})
    said = text(alice, f"{HERE}readiness/")
    assert "The offer was changed since: check again." in said and "in red" not in said
    assert "In the way" not in said


def test_a_changed_tier_asks_again_by_itself_for_what_needs_no_word_of_anybody(portal: Cloud) -> None:
    alice = admin("Alice")
    as_far_as_a_plan(alice)
    assert offer(alice, tiers=["tier-1"]) == f"{HERE}readiness/"
    work()
    assert "Checked" in text(alice, f"{HERE}readiness/")
    assert alice.get(HERE)["Location"] == f"{HERE}plan/", "the people stay as they are"
    post(alice, f"{HERE}plan/")
    work()
    assert alice.get(HERE)["Location"] == f"{HERE}agreement/"


def test_who_was_never_looked_up_or_is_lacking_is_still_asked_for(portal: Cloud) -> None:
    alice = admin("Alice")
    as_far_as_a_plan(alice)
    Inquiry.objects.filter(what="people").delete()
    offer(alice, tiers=["tier-1"])
    work()
    assert alice.get(HERE)["Location"] == f"{HERE}people/"

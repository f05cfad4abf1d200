"""Which step is next follows from the rows, whoever comes back whenever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from onboarding import runs
from onboarding.agreeing import agreements
from onboarding.models import Draft, Plan, Run
from onboarding.running.advance import advance
from onboarding.views.page import rail
from onboarding.wizard import drafts
from onboarding.wizard.steps import DONE, STEPS, Way, next_step, waits
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tests.access import world
from tests.onboarding.wizarding import (
    BY,
    begun,
    found_out,
    named,
    offered,
    planned,
    take_out,
)


def agreed() -> Draft:
    draft = planned()
    agreements.record(
        Plan.objects.get(),
        by="carla@northwind.example",
        reference="contract 2026-114",
        asked_by=BY,
        decided_by="person 2",
    )
    return draft


def carried_out(run: Run) -> Run:
    for _ in range(50):
        advance(run.pk)
        Run.objects.filter(pk=run.pk).update(not_before=now())
        run.steps.filter(state__in=runs.OPEN_STATES).update(not_before=None)
        run.refresh_from_db()
        if run.closed_at is not None:
            return run
    raise AssertionError(run.ended)


def test_each_step_has_one_way_to_be_done() -> None:
    assert [step.slug for step in STEPS] == [*DONE, "hand-over"]


def test_the_steps_come_in_order_and_end_with_the_hand_over(portal: Cloud) -> None:
    draft = begun()
    assert next_step(draft) == "offer"
    draft = offered(draft)
    assert next_step(draft) == "reader"
    found_out(draft, "reader")
    assert next_step(draft) == "readiness"
    found_out(draft, "readiness")
    assert next_step(draft) == "people"
    draft = named(draft)
    assert next_step(draft) == "people"
    found_out(draft, "people")
    assert next_step(draft) == "plan"
    found_out(draft, "plan")
    assert next_step(draft) == "agreement"
    agreements.record(Plan.objects.get(), by="c", reference="1", asked_by=BY, decided_by="person 2")
    assert next_step(draft) == "setup"
    found_out(draft, "setup")
    assert next_step(draft) == "progress"
    run = runs.start(Plan.objects.get(), BY)
    assert next_step(draft) == "progress"
    assert carried_out(run).ended == "verified"
    assert next_step(draft) == "hand-over"


def test_what_is_carried_out_stays_so_when_a_single_access_ends_and_not_after_a_pause_or_an_end(
    db: None,
) -> None:
    """What was set up is open again only by a fresh plan."""
    draft = world.handed_over(world.tenant("Contoso"))
    assert next_step(draft) == "hand-over"
    world.ran(draft.tenant, "verified", "failed", hours_ago=3, purpose="access")
    assert next_step(draft) == "hand-over"
    for purpose in ("pause", "offboard"):
        other = world.handed_over(world.tenant(f"Contoso {purpose}"))
        world.ran(other.tenant, "verified", hours_ago=3, purpose=purpose)
        assert next_step(other) == "plan"


def test_what_was_in_order_before_a_pause_is_planned_anew(db: None) -> None:
    draft = world.handed_over(world.tenant("Contoso"), in_order=True)
    assert next_step(draft) == "hand-over"
    world.ran(draft.tenant, "verified", hours_ago=3, purpose="pause")
    assert next_step(draft) == "plan"


def test_a_tenant_that_is_not_ready_goes_no_further(portal: Cloud) -> None:
    draft = offered(begun("contoso-retail.example", seed.CONTOSO_RETAIL, "Contoso Retail"))
    found_out(draft, "reader")
    found_out(draft, "readiness")
    assert next_step(draft) == "readiness"


def test_a_consent_that_was_taken_back_is_seen_by_the_next_reading(portal: Cloud) -> None:
    draft = planned()
    take_out(portal, seed.NORTHWIND, seed.READER)
    assert found_out(draft, "verify").reason == "no_admin_consent"
    assert next_step(draft) == "reader"


def test_other_tiers_need_the_steps_after_them_again(portal: Cloud) -> None:
    draft = planned()
    draft = drafts.save(draft, draft.version, BY, tiers=["tier-1"])
    assert next_step(draft) == "readiness"
    found_out(draft, "readiness")
    assert next_step(draft) == "people"
    found_out(draft, "people")
    assert next_step(draft) == "plan", "the plan for two tiers is not the plan for one"


def test_an_address_typed_after_the_agreement_leads_back_to_the_people(portal: Cloud) -> None:
    draft = named(agreed(), approvers=["ada@northwind.example"])
    assert next_step(draft) == "people"
    found_out(draft, "people")
    assert next_step(draft) == "plan"
    assert found_out(draft, "plan").answer["plan"] != Plan.objects.earliest("pk").digest
    assert next_step(draft) == "agreement", "an agreement is for one plan"


def test_an_open_run_goes_before_everything_typed_meanwhile(portal: Cloud) -> None:
    draft = agreed()
    found_out(draft, "setup")
    runs.start(Plan.objects.get(), BY)
    assert next_step(named(draft, approvers=["ada@northwind.example"])) == "progress"


def test_a_set_up_app_seen_before_the_plan_is_looked_for_again(portal: Cloud) -> None:
    """From an earlier set-up it may have been removed since."""
    draft = offered(begun())
    found_out(draft, "setup")
    for what in ("reader", "readiness"):
        found_out(draft, what)
    draft = named(draft)
    found_out(draft, "people")
    found_out(draft, "plan")
    agreements.record(Plan.objects.get(), by="c", reference="1", asked_by=BY, decided_by="person 2")
    assert next_step(draft) == "setup"
    found_out(draft, "setup")
    assert next_step(draft) == "progress"


def test_no_run_begins_before_its_time_whoever_starts_it(portal: Cloud) -> None:
    draft = agreed()
    drafts.save(draft, draft.version, BY, not_before=now() + timedelta(hours=1))
    with pytest.raises(Refused) as refused:
        runs.start(Plan.objects.get(), "command line")
    assert "not before" in refused.value.facts["why"] and not Run.objects.exists()
    draft.refresh_from_db()
    drafts.save(draft, draft.version, BY, not_before=now() - timedelta(hours=1))
    assert runs.start(Plan.objects.get(), "command line").pk


def whom(draft: Draft) -> str:
    found = waits(Way(draft))
    return found.who if found else "nobody"


def test_a_run_says_for_whom_it_waits(portal: Cloud) -> None:
    draft = agreed()
    found_out(draft, "setup")
    run = runs.start(Plan.objects.get(), BY)
    assert whom(draft) == "our worker"
    run.steps.filter(position=1).update(state="microsoft", waiting_since=now())
    assert whom(draft) == "Microsoft"
    unseen = {"state": "customer", "reason": "delegation_awaited", "waiting_since": now()}
    run.steps.filter(position=2).update(**unseen)
    assert whom(draft) == "the customer or Azure"
    run.steps.filter(position=3).update(state="customer", waiting_since=now())
    assert whom(draft) == "the customer"


def test_a_step_waits_since_the_answer_to_the_one_before(portal: Cloud) -> None:
    draft = offered(begun())
    let_in = found_out(draft, "reader")
    found = waits(Way(draft))
    assert found and found.what == "check what the tenant is ready for" and found.since == let_in.answered_at


def test_nobody_is_to_look_at_what_is_not_there_yet(portal: Cloud) -> None:
    draft = offered(begun())
    found_out(draft, "reader")
    found_out(draft, "readiness")
    found_out(named(draft), "people")
    found = waits(Way(Draft.objects.get()))
    assert found and found.what == "make the plan"
    found_out(draft, "plan")
    Plan.objects.update(expires_at=now() - timedelta(days=1))
    found = waits(Way(Draft.objects.get()))
    assert found and found.what == "look why there is no plan to agree to, and plan again"


def test_the_wizard_ends_with_what_was_read_back_and_waits_for_nobody(portal: Cloud) -> None:
    draft = agreed()
    run = runs.start(Plan.objects.get(), BY)
    assert rail(Way(draft), "hand-over")[-1].state == "later"
    carried_out(run)
    way = Way(draft)
    assert waits(way) is None and {rung.state for rung in rail(way, "hand-over")} == {"done"}


def test_a_plan_nobody_agreed_to_in_time_is_made_again(portal: Cloud) -> None:
    draft = planned()
    Plan.objects.update(expires_at=now() - timedelta(days=1))
    assert next_step(draft) == "plan"


def test_a_cancelled_run_leads_to_a_new_plan(portal: Cloud) -> None:
    draft = agreed()
    run = runs.start(Plan.objects.get(), BY)
    runs.cancel(run, BY)
    assert carried_out(run).ended == "cancelled"
    assert next_step(draft) == "plan"


def test_a_tenant_where_all_stands_already_needs_no_agreement(portal: Cloud) -> None:
    draft = agreed()
    carried_out(runs.start(Plan.objects.get(), BY))
    answer = found_out(draft, "plan").answer
    assert answer["in_order"] is True and answer["plan"] == ""
    assert next_step(draft) == "hand-over" and Way(draft).plan is None

"""Questions to a tenant: asked by a page, answered once by a worker, whatever happens to either."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils.timezone import now

from onboarding import tasks
from onboarding.models import Inquiry, Onboarding, Plan, Reading
from onboarding.wizard import findings, inquiries
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Later, Refused
from tenants.models import Contact
from tests.access import world
from tests.onboarding.conftest import writes
from tests.onboarding.wizarding import (
    ask,
    begun,
    found_out,
    let_in,
    named,
    offered,
    planned,
    take_out,
)


def test_the_reader_tells_the_tenants_own_names(portal: Cloud) -> None:
    draft = begun()
    assert found_out(draft, "reader").is_good
    draft.tenant.refresh_from_db()
    assert draft.tenant.initial_domain == "northwind.onmicrosoft.example"


def test_asked_twice_there_is_one_open_question_and_one_answer(portal: Cloud) -> None:
    draft = begun()
    first, second = ask(draft, "reader"), ask(draft, "reader")
    assert first.pk == second.pk
    inquiries.look_into(first.pk)
    answered = Inquiry.objects.get()
    calls = len(portal.calls)
    assert inquiries.look_into(first.pk) is None
    assert Inquiry.objects.get().looked_at == answered.looked_at and len(portal.calls) == calls


def test_the_database_keeps_two_open_questions_of_a_kind_apart(portal: Cloud) -> None:
    draft = begun()
    ask(draft, "reader")
    with pytest.raises(IntegrityError):
        Inquiry.objects.create(tenant=draft.tenant, what="reader", asked_by="person 2")


def test_a_question_held_by_one_worker_is_left_alone_by_the_other(portal: Cloud) -> None:
    asked = ask(begun(), "reader")
    assert Inquiry.objects.claim(asked.pk, "first")
    assert inquiries.look_into(asked.pk) is None
    assert Inquiry.objects.get().is_open


def test_the_worker_that_lost_its_question_writes_nothing(portal: Cloud, monkeypatch: Any) -> None:
    draft = named(offered(begun()))
    found_out(draft, "reader")
    asked = ask(draft, "people")
    truly = findings.FINDERS["people"]

    def slow(inquiry: Inquiry) -> findings.Keep:
        keep = truly(inquiry)
        Inquiry.objects.filter(pk=inquiry.pk).update(owner="another worker")
        return keep

    monkeypatch.setitem(findings.FINDERS, "people", slow)
    inquiries.look_into(asked.pk)
    assert Inquiry.objects.get(pk=asked.pk).is_open
    assert not Onboarding.objects.exists() and not Contact.objects.exists()


def test_another_question_takes_the_place_of_the_one_being_looked_into(
    portal: Cloud, monkeypatch: Any
) -> None:
    draft = named(offered(begun()))
    found_out(draft, "reader")
    asked = ask(draft, "people")
    truly = findings.FINDERS["people"]

    def overtaken(inquiry: Inquiry) -> findings.Keep:
        keep = truly(inquiry)
        ask(named(draft, approvers=["ada@northwind.example"]), "people")
        return keep

    monkeypatch.setitem(findings.FINDERS, "people", overtaken)
    inquiries.look_into(asked.pk)
    assert Inquiry.objects.get(pk=asked.pk).is_open and not Onboarding.objects.exists()
    monkeypatch.setitem(findings.FINDERS, "people", truly)
    inquiries.look_into(asked.pk)
    approvers = Contact.objects.filter(role="approver").values_list("person__email", flat=True)
    assert list(approvers) == ["ada@northwind.example"]


def test_while_the_app_is_not_let_in_it_is_looked_for_until_it_is(portal: Cloud) -> None:
    take_out(portal, seed.NORTHWIND, seed.READER)
    asked = ask(begun(), "reader")
    pause = inquiries.look_into(asked.pk)
    asked.refresh_from_db()
    assert asked.is_open and asked.reason == "no_admin_consent" and pause is not None
    assert inquiries.look_into(asked.pk) is None, "it is not due yet"
    let_in(portal, seed.NORTHWIND, seed.READER)
    Inquiry.objects.update(not_before=now())
    assert inquiries.look_into(asked.pk) is None
    assert Inquiry.objects.get().is_good


def test_after_an_hour_of_looking_it_says_why_it_stopped(portal: Cloud) -> None:
    take_out(portal, seed.NORTHWIND, seed.READER)
    asked = ask(begun(), "reader")
    Inquiry.objects.update(asked_at=now() - timedelta(minutes=61))
    assert inquiries.look_into(asked.pk) is None
    asked.refresh_from_db()
    assert not asked.is_open and asked.reason == "no_admin_consent"


def test_what_cannot_be_known_yet_is_tried_again_and_given_up_after_an_hour(
    portal: Cloud, monkeypatch: Any
) -> None:
    def throttled(inquiry: Inquiry) -> findings.Keep:
        raise Later(17, "Microsoft is busy")

    monkeypatch.setitem(findings.FINDERS, "reader", throttled)
    asked = ask(begun(), "reader")
    assert inquiries.look_into(asked.pk) == 17
    Inquiry.objects.update(not_before=now(), asked_at=now() - timedelta(minutes=61))
    assert inquiries.look_into(asked.pk) is None
    asked.refresh_from_db()
    assert (asked.is_open, asked.reason) == (False, "waited_too_long")


def test_a_question_whose_bell_was_lost_is_rung_for_again(portal: Cloud, monkeypatch: Any) -> None:
    rung: list[int] = []
    monkeypatch.setattr(tasks.look_into, "delay", rung.append)
    asked = ask(begun(), "reader")
    tasks.sweep()
    assert rung == []
    Inquiry.objects.update(not_before=now() - timedelta(minutes=2))
    tasks.sweep()
    assert rung == [asked.pk]


def test_a_dead_workers_question_is_free_when_its_lease_ends_and_given_up_in_the_end(
    portal: Cloud, monkeypatch: Any
) -> None:
    def killed(inquiry: Inquiry) -> findings.Keep:
        raise SystemExit

    truly = findings.FINDERS["reader"]
    monkeypatch.setitem(findings.FINDERS, "reader", killed)
    asked = ask(begun(), "reader")
    for _ in range(inquiries.MOST_CLAIMS):
        with pytest.raises(SystemExit):
            inquiries.look_into(asked.pk)
        assert inquiries.look_into(asked.pk) is None, "the lease is still held"
        Inquiry.objects.update(lease_until=now() - timedelta(seconds=1))
    monkeypatch.setitem(findings.FINDERS, "reader", truly)
    inquiries.look_into(asked.pk)
    asked.refresh_from_db()
    assert (asked.is_open, asked.reason) == (False, "inquiry_failed")


def test_each_address_has_its_own_answer_and_no_row_is_made_while_one_is_nobody(portal: Cloud) -> None:
    draft = named(offered(begun()), approvers=["carla@northwind.example", "nobody@northwind.example"])
    found_out(draft, "reader")
    answer = found_out(draft, "people").answer
    assert answer["resolved"] is False
    assert [each.get("reason", each.get("name")) for each in answer["approver"]] == [
        "Carla Ruiz",
        "no_such_person",
    ]
    assert answer["contact"][0]["name"] == "Ada Admin"
    assert not Onboarding.objects.exists() and not Contact.objects.exists()


def test_readiness_is_asked_before_anybody_is_named_and_says_what_lacks(portal: Cloud) -> None:
    draft = offered(begun("contoso-retail.example", seed.CONTOSO_RETAIL, "Contoso Retail"))
    found_out(draft, "reader")
    answer = found_out(draft, "readiness").answer
    states = {check["name"]: check["state"] for check in answer["checks"]}
    assert answer["ready"] is False and states["licence"] == "fail" and "approvers" not in states
    assert not Onboarding.objects.exists()


def test_a_plan_is_made_and_nothing_is_written_to_the_tenant(portal: Cloud) -> None:
    planned()
    assert len(Plan.objects.get().changes) == 19 and writes(portal) == 0


def test_a_plan_with_a_question_gets_no_number(portal: Cloud) -> None:
    draft = offered(begun("northwind-traders.example", seed.NORTHWIND_TRADERS, "Northwind Traders"))
    for what in ("reader", "readiness"):
        found_out(draft, what)
    people = {
        "approvers": ["carla@northwind-traders.example"],
        "reviewers": ["carla@northwind-traders.example"],
    }
    draft = named(draft, **people, contacts=[])
    found_out(draft, "people")
    answer = found_out(draft, "plan").answer
    assert len(answer["questions"]) == 3 and answer["plan"] == "" and not Plan.objects.exists()


def test_a_plan_asked_for_other_answers_than_those_kept_is_refused(portal: Cloud) -> None:
    draft = planned()
    asked = inquiries.ask(draft.tenant, "plan", {"tiers": []}, "person 1")
    inquiries.look_into(asked.pk)
    asked.refresh_from_db()
    assert asked.reason == "changed_meanwhile" and Plan.objects.count() == 1


def carried_out() -> Onboarding:
    """Of a run that made nothing, so that all is missing."""
    draft = planned()
    world.ran(draft.tenant, "failed")
    return draft


def test_verify_keeps_a_reading(portal: Cloud) -> None:
    draft = carried_out()
    answer = found_out(draft, "verify").answer
    assert answer["in_order"] is False and len(answer["changes"]) == 19
    assert Reading.objects.get().in_order is False


def test_a_reading_is_of_when_it_was_read_and_not_of_when_it_was_kept(portal: Cloud) -> None:
    keep = findings.verify(ask(carried_out(), "verify"))
    read = now()
    keep()
    assert Reading.objects.get().at < read


def test_what_was_read_before_a_run_ended_is_not_kept_after_it(portal: Cloud) -> None:
    draft = carried_out()
    keep = findings.verify(ask(draft, "verify"))
    world.ran(draft.tenant, "verified", "failed", hours_ago=0)
    with pytest.raises(Refused, match="run_meanwhile"):
        keep()
    assert not Reading.objects.exists()

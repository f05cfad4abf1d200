"""The provider may always take its own access away: a withdrawal, which never passes for an agreement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from onboarding import plans, runs
from onboarding.agreeing import agreements
from onboarding.models import Agreement, Onboarding, OwnedObject, Plan
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tenants.models import LedgerEntry, Tenant
from tests.onboarding import already
from tests.onboarding.conftest import manage

File = Callable[..., Path]


@pytest.fixture
def onboarded(portal: Cloud, file: File) -> Onboarding:
    already.set_up(portal, file())
    return Onboarding.objects.get()


def ending(draft: Onboarding) -> Plan:
    found = plans.look(draft, Plan.Purpose.OFFBOARD).plan
    return plans.save(draft, found, Plan.Purpose.OFFBOARD)


def test_ending_what_is_ours_needs_nobodys_agreement(onboarded: Onboarding, settings: Any) -> None:
    settings.ALLOW_RECORDED_AGREEMENT = False
    status, said = manage("offboard", "northwind", "--apply", "--inline")
    assert (status, said["ended"]) == (0, "verified"), said
    agreement = Agreement.objects.latest("pk")
    assert (agreement.form, agreement.by) == ("withdrawal", "the provider")
    assert agreement.asked_by == agreement.decided_by == "command line"
    assert "agreed" not in str(agreement) + agreement.get_form_display()
    entry = LedgerEntry.objects.get(number=agreement.ledger_number)
    assert (entry.actor, entry.verb, entry.facts["form"]) == ("command line", "withdrew", "withdrawal")


def test_the_customers_word_is_still_recorded_as_such(onboarded: Onboarding) -> None:
    by = ["--by", "carla@northwind.example", "--reference", "notice 12"]
    assert manage("offboard", "northwind", "--apply", "--inline", *by)[0] == 0
    agreement = Agreement.objects.latest("pk")
    assert (agreement.form, agreement.by) == ("recorded", "carla@northwind.example")
    assert agreement.asked_by != agreement.decided_by


@pytest.mark.parametrize(
    "said",
    [
        ["--by", "nobody@northwind.example", "--reference", "notice 12"],
        ["--by", "carla@northwind.example", "--reference", "no\x00tice"],
        ["--by", "carla@northwind.example", "--reference", "n" * 201],
        ["--by", "carla@northwind.example", "--reference", "Bearer bonds 12"],
        ["--reference", "notice 12"],
    ],
)
def test_the_word_of_nobody_who_reviews_is_no_customers_word(onboarded: Onboarding, said: list[str]) -> None:
    before = Agreement.objects.count()
    status, answer = manage("offboard", "northwind", "--apply", "--inline", *said)
    assert (status, answer["refused"]) == (1, "wrong_input"), answer
    assert (Agreement.objects.count(), OwnedObject.objects.exists()) == (before, True)


def test_a_reviewer_is_known_however_their_address_is_written(onboarded: Onboarding) -> None:
    by = ["--by", " Carla@Northwind.Example", "--reference", "notice 12"]
    assert manage("offboard", "northwind", "--apply", "--inline", *by)[0] == 0
    agreement = Agreement.objects.latest("pk")
    assert agreement.by == "carla@northwind.example"
    assert agreement.decided_by.startswith("on paper: person ")


def test_nothing_is_set_up_by_a_withdrawal(portal: Cloud, file: File) -> None:
    draft = drafted(file)
    plan = plans.save(draft, plans.look(draft).plan)
    with pytest.raises(Refused, match="agreement_missing"):
        agreements.withdraw(plan, "command line")
    assert not Agreement.objects.filter(form="withdrawal").exists()


@pytest.mark.parametrize(
    "changed", [{"origin": "adopted"}, {"remote_id": "0f000000-0000-4000-8000-00000000000f"}]
)
def test_deleting_what_is_not_ours_is_no_withdrawal(onboarded: Onboarding, changed: dict[str, str]) -> None:
    found = plans.look(onboarded, Plan.Purpose.OFFBOARD).plan
    OwnedObject.objects.filter(address="access_package/tier-1").update(**changed)
    plan = plans.save(onboarded, found, Plan.Purpose.OFFBOARD)
    with pytest.raises(Refused, match="agreement_missing"):
        agreements.withdraw(plan, "command line")


def test_an_agreement_cannot_be_turned_into_a_withdrawal(portal: Cloud, file: File) -> None:
    draft = drafted(file)
    plan = plans.save(draft, plans.look(draft).plan)
    names = {"by": "the provider", "asked_by": "a", "decided_by": "b"}
    agreement = agreements.record(plan, reference="r", **names)
    Agreement.objects.filter(pk=agreement.pk).update(form="withdrawal", asked_by="b")
    with pytest.raises(Refused, match="agreement_mismatch"):
        runs.start(plan, "a test")


@pytest.mark.parametrize(
    ("form", "decided_by"),
    [("recorded", "the same"), ("signed", "the same"), ("withdrawal", "another")],
)
def test_the_database_refuses_who_decides_alone_where_two_are_needed(
    portal: Cloud, file: File, form: str, decided_by: str
) -> None:
    draft = drafted(file)
    plan = plans.save(draft, plans.look(draft).plan)
    facts = {"digest": plan.digest, "by": "b", "reference": "r", "ledger_number": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(plan=plan, form=form, asked_by="the same", decided_by=decided_by, **facts)


def drafted(file: File) -> Onboarding:
    """A draft whose plan nobody has agreed to."""
    text = file().read_text().partition("[agreement]")[0]
    assert manage("onboard", file(text))[0] == 3
    return Onboarding.objects.get()


def test_a_day_before_which_nothing_may_be_changed_holds_back_no_end(onboarded: Onboarding) -> None:
    Tenant.objects.update(not_before=now() + timedelta(days=30))
    status, said = manage("offboard", "northwind", "--apply", "--inline")
    assert (status, said.get("ended")) == (0, "verified"), said

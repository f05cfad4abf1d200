"""A file changes no people it does not name, and says of each whom it does name or name no longer."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from onboarding import runs
from onboarding.models import Onboarding, Plan
from sandbox.cloud import Cloud
from tenants.models import Contact, LedgerEntry
from tests.onboarding.clicking import (
    HERE,
    admin,
    carry_out,
    check_readiness,
    new,
    offer,
    on_paper,
    people,
    plan,
    text,
)
from tests.onboarding.conftest import NORTHWIND, manage
from tests.onboarding.wizarding import work

File = Callable[..., Path]
APPLY = ("--apply", "--inline")
REVIEWERS = '[reviewers]\nemails = ["deniz@northwind.example"]\n'
BY_DENIZ = NORTHWIND.replace('by = "carla', 'by = "deniz').replace("[agreement]", f"{REVIEWERS}[agreement]")


@pytest.fixture
def alice(portal: Cloud) -> Client:
    """Northwind was set up on the pages: Carla alone reviews, and Ada is asked."""
    alice = admin("Alice")
    new(alice)
    offer(alice)
    work()
    check_readiness(alice)
    people(alice, contacts=["ada@northwind.example"])
    work()
    plan(alice)
    on_paper(alice, admin("Bea"))
    work()
    runs.start(Plan.objects.get(), "person 1")
    carry_out()
    assert alice.get(HERE)["Location"] == f"{HERE}change/"
    return alice


def named() -> set[tuple[str, str]]:
    return {(each.role, each.person.email.partition("@")[0]) for each in Contact.objects.all()}


def test_people_whom_a_file_does_not_name_stay_as_they_are(alice: Client, file: File) -> None:
    before, entries = named(), LedgerEntry.objects.filter(verb__contains="named as")
    known = entries.count()
    status, said = manage("onboard", file(), *APPLY)
    assert (status, said["changes"], said["people"]) == (0, [], [])
    assert named() == before and entries.count() == known
    assert len(Onboarding.objects.get().reviewers) == 1


def test_where_a_file_changes_nothing_the_pages_do_not_ask_to_plan_again(alice: Client, file: File) -> None:
    turned = NORTHWIND.replace(
        '"carla@northwind.example", "deniz@northwind.example"',
        '"deniz@northwind.example", "carla@northwind.example"',
    )
    assert turned != NORTHWIND and manage("onboard", file(turned), *APPLY)[0] == 0
    assert alice.get(HERE)["Location"] == f"{HERE}change/"
    assert "The answers have changed since" not in text(alice, f"{HERE}plan/")


def test_whom_a_file_names_and_no_longer_names_is_said(alice: Client, file: File) -> None:
    status, said = manage("onboard", file(BY_DENIZ), *APPLY)
    lines = ["Carla Ruiz is no longer named as reviewer.", "Deniz Yilmaz is named as reviewer now."]
    assert (status, said["changes"], said["people"]) == (0, [], lines)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("onboard", str(file(BY_DENIZ.replace("deniz", "carla"))), stdout=out)
    assert "Carla Ruiz is named as reviewer now." in out.getvalue()


def test_only_a_reviewer_who_stays_can_have_agreed(alice: Client, file: File) -> None:
    by_deniz = NORTHWIND.replace('by = "carla', 'by = "deniz')
    status, said = manage("onboard", file(by_deniz), *APPLY)
    assert status == 1 and "agreement.by" in str(said), said

"""A run that is open already is another one's: what was asked for now is done after it, or said not to be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding import plans, runs
from onboarding.agreeing import agreements
from onboarding.models import Onboarding, OwnedObject, Plan, Run
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tests.onboarding.conftest import NORTHWIND, ONE_TIER, agreed_plan, manage
from tests.onboarding.test_attacks import offboarding

File = Callable[..., Path]
NOW = ("--apply", "--inline")


def test_an_offboarding_asked_for_while_a_set_up_runs_still_ends_everything(
    portal: Cloud, file: File
) -> None:
    agreed_plan(file())
    runs.start(Plan.objects.get(), "a test")
    status, said = manage("offboard", "northwind", *NOW)
    assert status == 0, said
    assert not OwnedObject.objects.exists()


def test_a_set_up_asked_for_while_an_offboarding_runs_still_sets_up(portal: Cloud, file: File) -> None:
    assert manage("onboard", file(), *NOW)[0] == 0
    offboarding()
    status, said = manage("onboard", file(NORTHWIND.replace("2026-114", "2026-115")), *NOW)
    assert status == 0, said
    assert OwnedObject.objects.filter(address="group/tier-2").exists()


def test_a_file_changed_while_a_run_is_open_is_carried_out_after_it(portal: Cloud, file: File) -> None:
    agreed_plan(file(ONE_TIER))
    runs.start(Plan.objects.get(), "a test")
    status, said = manage("onboard", file(), *NOW)
    assert status == 0, said
    assert OwnedObject.objects.filter(address="group/tier-2").exists()


def test_another_plans_run_never_passes_for_this_ones(portal: Cloud, file: File) -> None:
    agreed_plan(file())
    draft = Onboarding.objects.get()
    found = plans.look(draft).plan
    first = runs.start(Plan.objects.get(), "a test")
    second = plans.save(draft, found)
    agreements.record(second, by="c", reference="r", asked_by="a", decided_by="b")
    with pytest.raises(Refused, match="not_yet"):
        runs.start(second, "a test")
    assert runs.start(first.plan, "a test") == first == Run.objects.get()

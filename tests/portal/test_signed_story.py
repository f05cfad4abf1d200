"""A customer set up on a signed agreement alone: planned, agreed to by its reviewer, carried out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.test import Client

from onboarding.models import Agreement, ConsentRequest, Inquiry, Plan, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tenants import ledger
from tests.onboarding.conftest import manage, writes
from tests.onboarding.wizarding import take_out
from tests.portal.test_agreement import signed

FILE = """
name = "Northwind"
domain = "northwind.example"
[approvers]
emails = ["deniz@northwind.example"]
[reviewers]
emails = ["carla@northwind.example"]
"""


def test_nothing_is_written_before_the_reviewer_signed_and_all_of_it_after(
    desk: Cloud, window: Client, go: Callable[..., str], tmp_path: Path, settings: object
) -> None:
    settings.ALLOW_RECORDED_AGREEMENT = False  # type: ignore[attr-defined]
    file = tmp_path / "northwind.toml"
    file.write_text(FILE)
    assert manage("onboard", file, "--apply", "--inline")[0] == 3
    assert writes(desk) == 0 == Run.objects.count()

    plan = Plan.objects.get()
    assert signed(window, go, plan)["Location"].endswith(f"/agreement/{plan.digest}/")
    assert writes(desk) == 0

    assert manage("onboard", file, "--apply", "--inline")[0] == 0
    run, agreement = Run.objects.get(), Agreement.objects.get()
    assert (run.plan, run.ended, agreement.plan, agreement.form) == (plan, "verified", plan, "signed")
    assert writes(desk) > 10
    assert ledger.verify(plan.tenant.customer) is None


def test_who_signs_leaves_a_link_to_let_the_set_up_app_in(
    desk: Cloud, window: Client, go: Callable[..., str], tmp_path: Path
) -> None:
    """In the name of whoever of the provider asked for the agreement."""
    take_out(desk, seed.NORTHWIND, seed.SETUP)
    file = tmp_path / "northwind.toml"
    file.write_text(FILE)
    assert manage("onboard", file, "--apply", "--inline")[0] == 3
    plan = Plan.objects.get()
    signed(window, go, plan)
    asked = ConsentRequest.objects.get(tenant=plan.tenant, app="setup")
    assert asked.asked_by == Agreement.objects.get().asked_by == "the provider"
    assert Inquiry.objects.get(tenant=plan.tenant, what="setup").is_open

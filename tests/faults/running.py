"""Northwind's onboarding, carried on by the test itself, step by step, with the waits left out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.timezone import now

from onboarding import enrol, intake, plans, runs
from onboarding.agreeing import agreements
from onboarding.models import Onboarding, Plan, Run
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud

MOST_CLAIMS = 60


def drafted(file: Path) -> Onboarding:
    return enrol.enrol(intake.read(file)).kept


def started(draft: Onboarding, purpose: str = Plan.Purpose.ONBOARD) -> Run:
    """A run of an agreed plan, not carried out yet."""
    plan = plans.save(draft, plans.look(draft, purpose).plan, purpose)
    names = {"asked_by": "tests", "decided_by": "on paper: carla@northwind.example"}
    word = f"contract 2026-114, plan {plan.digest[:12]}"  # a word from before an end counts no more
    agreements.record(plan, by="carla@northwind.example", reference=word, **names)
    return runs.start(plan, "tests")


def carried_to_its_end(run: Run) -> Run:
    """Claim it again and again, as workers would; the moments it wants to wait for are made to be past."""
    for _ in range(MOST_CLAIMS):
        advance(run.pk)
        run.refresh_from_db()
        if run.closed_at is not None:
            return run
        let_time_pass(run)
    raise AssertionError(f"not closed after {MOST_CLAIMS} claims: {[str(step) for step in run.steps.all()]}")


def let_time_pass(run: Run) -> None:
    """Whatever was to be waited for is over, a dead worker's lease, too."""
    past = now() - timedelta(seconds=1)
    run.steps.exclude(not_before=None).update(not_before=past)
    Run.objects.filter(pk=run.pk).update(not_before=past)
    Run.objects.filter(pk=run.pk).exclude(lease_until=None).update(lease_until=past)


def pointed_at(cloud: Cloud, pki: Path, folder: Path) -> dict[str, Any]:
    """Settings as a deployment would have them, but for a sandbox."""
    return {
        **{"CLOUD": "custom", "CLOUD_CA_FILE": str(pki / "ca.pem")},
        **{f"CLOUD_{name}_URL": cloud.origin for name in ("LOGIN", "GRAPH", "ARM")},
        **{"PROVIDER_TENANT_ID": seed.FABRIKAM, "ALLOW_RECORDED_AGREEMENT": True, "RUN_RETRY_SECONDS": 0.01},
        "MICROSOFT_APPS": {
            "signin": {"client_id": seed.SIGN_IN, "certificate_file": "", "client_secret": ""},
            **{
                name: {"client_id": id, "certificate_file": str(folder / f"{name}.pem"), "client_secret": ""}
                for name, (id, _) in seed.APPS.items()
            },
        },
    }

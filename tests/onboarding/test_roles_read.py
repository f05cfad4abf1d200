"""Where Azure's own list of roles could not be read, whoever decides by ours is told its day, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from onboarding import delegating
from onboarding.models import Plan
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.access.own_sign_in import reviewer
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import file_for, sell, subscription

DAY = "checked against Microsoft's list of 22 August 2026, not read live, because of this: "


def onboarded(box: Cloud, tmp_path: Path) -> tuple[dict[str, Any], Plan]:
    """The check of the roles, and the plan."""
    sell()
    status, said = manage("onboard", file_for(tmp_path, subscription(box)))
    assert status == 2, said
    return next(one for one in said["readiness"] if one["name"] == delegating.ROLES), Plan.objects.get()


def page(plan: Plan) -> str:
    answer = reviewer().get(f"/tenants/northwind/agreement/{plan.digest}/")
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("what", "why"),
    [("503", "Microsoft did not answer yet: GET /providers/"), ("403", "missing permission.")],
)
def test_a_list_of_ours_is_told_with_its_day_and_why(
    portal: Cloud, tmp_path: Path, what: Any, why: str
) -> None:
    portal.faults.append(Fault(what, "GET", "/roleDefinitions", times=1000))
    found, plan = onboarded(portal, tmp_path)
    assert (found["state"], found["who"]) == ("warn", "us") and f"{DAY}{why}" in found["found"], found
    assert "Azure does not delegate any more is refused" in found["remedy"]
    assert plan.frame["azure"]["roles_listed"]["checked"] == "2026-08-22"
    assert f"{DAY}{why}" in page(plan)


def test_read_from_azure_no_list_of_ours_is_spoken_of(portal: Cloud, tmp_path: Path) -> None:
    found, plan = onboarded(portal, tmp_path)
    assert (found["state"], found["found"]) == (
        "pass",
        "Which roles may be delegated was read from Azure itself.",
    )
    assert "roles_listed" not in plan.frame["azure"] and "not read live" not in page(plan)

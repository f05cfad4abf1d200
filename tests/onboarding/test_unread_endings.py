"""An ending that could not be read back is ended again later: what it hung on is not forgotten before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from onboarding.models import OwnedObject
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.onboarding import already
from tests.onboarding.conftest import manage
from tests.onboarding.test_attacks import offboarding, to_the_end

File = Callable[..., Path]
POLICY = "assignment_policy/tier-1/analysts"


def test_a_policy_that_cannot_be_read_while_its_package_is_seen_to_be_gone(
    portal: Cloud, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    already.set_up(portal, file())
    run = offboarding()
    policy = OwnedObject.objects.get(address=POLICY).remote_id
    portal.faults.append(Fault("503", "GET", f"/{policy}$", times=10_000, retry_after=None))
    with pytest.raises(AssertionError, match="never ended"):
        to_the_end(run, 6)
    with monkeypatch.context() as patch:
        patch.setattr("onboarding.running.hours.READING_HAS", timedelta(0))
        assert to_the_end(run, 2).ended == "failed"
    assert set(run.steps.exclude(state="verified").values_list("address", flat=True)) == {POLICY}

    portal.faults.clear()
    status, said = manage("offboard", "northwind", "--apply", "--inline")
    assert (status, said["unknown"]) == (0, {}), said
    assert not OwnedObject.objects.exists()
    assert manage("verify", "northwind")[0] == 0

"""Planning anew while a run is open takes nothing from under it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding import plans, runs
from onboarding.models import Onboarding, OwnedObject, Plan
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tests.onboarding import already
from tests.onboarding.conftest import ONE_TIER, agreed_plan
from tests.onboarding.test_attacks import to_the_end

File = Callable[..., Path]


def test_what_stays_behind_is_not_set_aside_under_an_open_run(portal: Cloud, file: File) -> None:
    """A group that somebody deletes meanwhile leaves its place in the catalog behind."""
    already.set_up(portal, file(ONE_TIER))
    agreed_plan(file())
    run = runs.start(Plan.objects.latest("pk"), "a test")
    portal.store.remove(seed.NORTHWIND, "groups", OwnedObject.objects.get(address="group/tier-1").remote_id)
    kept = Onboarding.objects.get()
    before = set(OwnedObject.objects.values_list("address", "remote_id"))
    with pytest.raises(Refused, match="not_yet"):
        plans.save(kept, plans.look(kept).plan)
    assert set(OwnedObject.objects.values_list("address", "remote_id")) == before
    assert to_the_end(run, 40).ended == "verified"

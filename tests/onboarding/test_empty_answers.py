"""A write that was carried out and answered without a word: what it made is found, owned, and made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.responses import Response

from onboarding import runs
from onboarding.kinds.catalog import Catalog
from onboarding.models import OwnedObject, Plan
from sandbox import faults, seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.onboarding.conftest import agreed_plan
from tests.onboarding.test_attacks import to_the_end
from tests.onboarding.test_lost_answers import nothing_is_left_after_offboarding

File = Callable[..., Path]


@pytest.mark.parametrize("body", [b"", b"{}"])
@pytest.mark.parametrize("path", ["/catalogs$", "/assignmentPolicies$", "/resourceRoleScopes$", "/groups"])
def test_what_a_wordless_answer_made_is_found(
    portal: Cloud, file: File, monkeypatch: pytest.MonkeyPatch, path: str, body: bytes
) -> None:
    before = portal.store.snapshot(seed.NORTHWIND)
    agreed_plan(file())
    monkeypatch.setattr(faults.Answer, "broken", lambda answer: Response(body, 201))
    fault = Fault("malformed", "PATCH" if path == "/groups" else "POST", path)
    portal.faults.append(fault)
    assert to_the_end(runs.start(Plan.objects.get(), "a test"), 40).ended == "verified"
    assert fault.times == 0
    nothing_is_left_after_offboarding(portal, before)


def test_a_bug_after_a_write_loses_nothing(
    portal: Cloud, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It crashes and the step has failed; but what it had made is ours."""
    before = portal.store.snapshot(seed.NORTHWIND)
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "a test")
    create = Catalog.create

    async def then_trip(*given: object) -> str:
        await create(*given)  # type: ignore[arg-type]
        raise TypeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(Catalog, "create", then_trip)
        with pytest.raises(TypeError, match="a bug"):
            to_the_end(run)
    assert to_the_end(run).ended == "failed"
    assert OwnedObject.objects.filter(address="catalog/mssp").exists()
    nothing_is_left_after_offboarding(portal, before)

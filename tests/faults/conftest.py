"""One sandbox and one agreed plan for a whole module; every case begins from there and is rolled back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import transaction
from django.test import override_settings
from django.utils.timezone import now

from onboarding.models import Plan, Run
from sandbox import certificates, seed
from sandbox.cloud import Cloud
from sandbox.server import Running
from sandbox.store import Object, Store
from tests.faults import progress
from tests.faults.running import carried_to_its_end, drafted, pointed_at, started
from tests.faults.state import State, final_state, restore
from tests.onboarding.conftest import NORTHWIND, box, file, portal  # noqa: F401

SHORT = httpx.Timeout(2.0, connect=30.0, pool=30.0)
"""An answer that hangs is given up soon; a busy machine may be slow to open a connection."""
CASE = re.compile(r"_matrix\.py::test_\w*_survives(_a_bad_read)?\[")
failed: list[str] = []


def is_case(node: str) -> bool:
    return CASE.search(node) is not None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A run that was killed goes on after what had ended well."""
    done = {item for item in items if item.nodeid in progress.before()}
    if done:
        config.hook.pytest_deselected(items=list(done))
        items[:] = [item for item in items if item not in done]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if "_matrix.py" in report.nodeid and report.failed:
        failed.append(report.nodeid)
    elif is_case(report.nodeid) and report.when == "call" and report.passed:
        progress.keep(report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if progress.ended_well or failed:
        for line in progress.told(failed):
            terminalreporter.write_line(line)


@dataclass(frozen=True, slots=True)
class Case:
    """A run that waits to be carried out, and how its tenant must look at the end."""

    cloud: Cloud
    run: Run
    before: dict[str, dict[str, Object]]
    good: State
    calls: tuple[str, ...]


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates.ensure(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, pki: Path) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("apps")
    cloud = Cloud(Store(), "")
    seed.demo(cloud, folder)
    with Running(cloud, pki), override_settings(**pointed_at(cloud, pki, folder)):
        yield cloud


@pytest.fixture(scope="module")
def short_waits() -> Iterator[None]:
    """A call is given up after two seconds; what waits in seconds waits in hundredths."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tenants.microsoft.transport.TIMEOUT", SHORT)
        patch.setattr("tenants.microsoft.answers.LATER_SECONDS", 0.01)
        for kind in ("calls", "group"):
            patch.setattr(f"onboarding.kinds.{kind}.SOON", 0.01)
        yield


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def sold() -> str:
    return NORTHWIND


@pytest.fixture(scope="module")
def draft(
    database: None, short_waits: None, cloud: Cloud, sold: str, tmp_path_factory: pytest.TempPathFactory
) -> Any:
    toml = tmp_path_factory.mktemp("customer") / "northwind.toml"
    toml.write_text(sold)
    return drafted(toml)


@pytest.fixture(scope="module")
def onboarding(cloud: Cloud, draft: Any) -> Iterator[Case]:
    """Northwind before its onboarding."""
    with undone():
        yield prepared(cloud, started(draft))


@pytest.fixture(scope="module")
def offboarding(cloud: Cloud, draft: Any) -> Iterator[Case]:
    """Northwind before its offboarding."""
    empty = cloud.store.snapshot(seed.NORTHWIND)
    with undone():
        Run.objects.open().update(closed_at=now())  # the other case's, where it stands beside
        assert carried_to_its_end(started(draft)).ended == "verified"
        yield prepared(cloud, started(draft, Plan.Purpose.OFFBOARD))
    restore(cloud, empty)


def prepared(cloud: Cloud, run: Run) -> Case:
    """Carry it out once on a good day, keep how that ended, and take it all back."""
    before = cloud.store.snapshot(seed.NORTHWIND)
    cloud.calls.clear()
    with undone():
        assert carried_to_its_end(run).ended == "verified"
        sent = (f"{call.method} {call.path}" for call in cloud.calls if call.path.startswith("/v1.0/"))
        calls = tuple(sent)
    good = final_state(cloud)
    restore(cloud, before)
    return Case(cloud, Run.objects.get(pk=run.pk), before, good, calls)


@pytest.fixture
def fresh() -> Iterator[Callable[[Case], Case]]:
    """Hands a case to a test and takes everything back afterwards."""
    with undone():
        yield again


def again(case: Case) -> Case:
    """The same case with its rows read anew."""
    return replace(case, run=Run.objects.get(pk=case.run.pk))


class undone(transaction.Atomic):
    """A savepoint that is always rolled back."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __exit__(self, *error: Any) -> None:
        transaction.set_rollback(True)
        super().__exit__(*error)

"""Shared by every test: the sandbox's first state, and a ledger that bears the flush after some."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable
from pathlib import Path

import hypothesis
import pytest

from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.store import Store
from tests.ledger_guard import ledger_bears_flush  # noqa: F401

# How long an example takes says how busy the machine is, and nothing of what is tested.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# Microsoft's models are half a million objects that live as long as the tests; to look at them less often
# saves one second in twenty-five.
gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The browser's tests come last: Playwright leaves an event loop running, and others start their own.

    ONE_OF_EACH takes of each test one set of its values, for a second database: all of them run on the first.
    """
    items.sort(key=lambda item: "browser" in item.path.parts)
    if "ONE_OF_EACH" in os.environ:
        kept = one_of_each(items)
        config.hook.pytest_deselected(items=[*{*items} - {*kept}])
        items[:] = kept


def one_of_each(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    first = dict[str, pytest.Item]()
    for item in items:
        first.setdefault(item.nodeid.partition("[")[0], item)
    return list(first.values())


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Path]:
    """The store every test begins with, and its apps' keys: making keys takes longer than most tests."""
    folder = tmp_path_factory.mktemp("apps")
    cloud = Cloud(Store(), "")
    seed.demo(cloud, folder)
    return cloud.store, folder

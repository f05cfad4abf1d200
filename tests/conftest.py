"""Shared by every test: the ledger bears the flush that follows a transactional test."""

from __future__ import annotations

import pytest

from tests.ledger_guard import ledger_bears_flush  # noqa: F401


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come last: Playwright leaves an event loop running, and others start their own."""
    items.sort(key=lambda item: "browser" in item.path.parts)

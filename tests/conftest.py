"""Shared by every test: the ledger bears the flush that follows a transactional test."""

from __future__ import annotations

from tests.ledger_guard import ledger_bears_flush  # noqa: F401

"""Which real services answer here. What is not there is named as NOT RUN, and fails where it is required."""

from __future__ import annotations

import os
import socket

GIVEN = os.environ.get("DATABASE_URL", "")
POSTGRES = GIVEN if GIVEN.startswith("postgres") else "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/9")


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def required() -> bool:
    return os.environ.get("REQUIRE_SERVICES") == "1"


def postgres() -> bool:
    return POSTGRES == GIVEN or answers(5432)


def redis() -> bool:
    return "REDIS_URL" in os.environ or answers(6379)

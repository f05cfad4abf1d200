"""How soon a bell is heard."""

from __future__ import annotations

from pathlib import Path

from kombu import Connection

import portal.celery  # noqa: F401  it says how often


def test_a_queue_in_a_database_is_asked_five_times_a_second(tmp_path: Path) -> None:
    with Connection(f"sqla+sqlite:///{tmp_path}/broker.sqlite3") as queue:
        assert queue.transport.polling_interval == 0.2


def test_redis_wakes_us_and_is_not_asked() -> None:
    assert Connection("redis://localhost:6379/0").transport.polling_interval is None

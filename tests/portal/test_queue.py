"""How soon a bell is heard."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from kombu import Connection

import portal.celery  # noqa: F401  it says how often


def test_a_queue_in_a_database_is_asked_five_times_a_second(tmp_path: Path) -> None:
    with Connection(f"sqla+sqlite:///{tmp_path}/broker.sqlite3") as queue:
        assert queue.transport.polling_interval == 0.2


def test_what_was_delivered_is_not_kept(tmp_path: Path) -> None:
    """A worker that is idle for a month has heard two hundred thousand bells."""
    path = tmp_path / "broker.sqlite3"
    with Connection(f"sqla+sqlite:///{path}") as connection:
        queue = connection.SimpleQueue("celery")
        for number in range(3):
            queue.put({"number": number})
        heard = [queue.get(timeout=5) for _ in range(2)]
        assert [each.payload["number"] for each in heard] == [0, 1]
        assert visible(path) == [1]
        assert queue.get(timeout=5).payload == {"number": 2}
        assert visible(path) == []


def visible(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as broker:
        return [shown for (shown,) in broker.execute("select visible from kombu_message")]


def test_redis_wakes_us_and_is_not_asked() -> None:
    assert Connection("redis://localhost:6379/0").transport.polling_interval is None

"""What an orchestrator is told."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client


def test_a_living_process_says_so_without_the_database() -> None:
    assert Client().get("/health/live").json() == {"alive": True}


@pytest.mark.django_db
def test_it_is_ready_when_the_database_answers() -> None:
    assert Client().get("/health/ready").json() == {"ready": True, "database": True}


@pytest.mark.django_db
def test_it_is_not_ready_when_the_database_fails() -> None:
    with connection.execute_wrapper(_broken):
        answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)


def _broken(*_: object) -> None:
    from django.db import OperationalError

    raise OperationalError("down")

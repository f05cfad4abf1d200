"""One world for a whole module; what a test does to it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.cast import Cast
from tests.faults.conftest import undone
from tests.isolation import world

NOBODY = "https://localhost:1"
"""A cloud that does not answer: what a page sends out fails at once instead of leaving the machine."""


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    cloud = {f"CLOUD_{name}_URL": NOBODY for name in ("LOGIN", "GRAPH", "ARM")}
    with django_db_blocker.unblock(), override_settings(CLOUD="custom", **cloud), transaction.atomic():
        yield world.build()
        transaction.set_rollback(True)


@pytest.fixture
def cast(built: Cast) -> Iterator[Cast]:
    with undone():
        yield built

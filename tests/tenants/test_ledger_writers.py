"""Two writers at once: both entries are kept, one after the other. Needs real commits."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from tenants import ledger
from tenants.models import Customer
from tests.ledger_guard import ledger_bears_flush

__all__ = ["ledger_bears_flush"]

WRITERS = 4
EACH = 5


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_all_get_in_and_the_chain_is_whole() -> None:
    customer = Customer.objects.create(name="Northwind", slug="northwind")
    together = threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        together.wait(10)
        for _ in range(EACH):
            ledger.record(f"writer {writer}", "wrote", "run/1", customer)
        connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    numbers = list(customer.ledger.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, WRITERS * EACH + 1))
    assert ledger.verify(customer) is None


@pytest.mark.django_db(transaction=True)
def test_the_flush_between_tests_leaves_the_triggers_in_place() -> None:
    customer = Customer.objects.create(name="Contoso", slug="contoso")
    ledger.record("command line", "wrote", "run/1", customer)
    with pytest.raises(IntegrityError, match="append-only"):
        customer.ledger.all().delete()

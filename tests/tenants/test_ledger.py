"""The ledger: it only grows, and whoever changes it anyway is found out."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.signals import pre_save

from tenants import ledger
from tenants.models import Customer, LedgerEntry
from tests.ledger_guard import ledger_erasable

pytestmark = pytest.mark.django_db


@pytest.fixture
def northwind() -> Customer:
    return Customer.objects.create(name="Northwind", slug="northwind")


@pytest.fixture
def contoso() -> Customer:
    return Customer.objects.create(name="Contoso", slug="contoso")


def three(customer: Customer) -> list[LedgerEntry]:
    verbs = ("planned", "agreed", "applied")
    return [ledger.record("command line", verb, "run/1", customer, steps=3) for verb in verbs]


def test_entries_are_numbered_and_chained_from_the_start(northwind: Customer) -> None:
    first, second, third = three(northwind)
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert first.previous == ledger.START
    assert (second.previous, third.previous) == (first.hash, second.hash)
    assert ledger.head(northwind) == third.hash


def test_each_customer_has_a_chain_of_its_own(northwind: Customer, contoso: Customer) -> None:
    three(northwind)
    assert ledger.record("command line", "planned", "run/2", contoso).number == 1
    assert ledger.head(contoso) != ledger.head(northwind)


def test_an_empty_chain_is_whole_and_has_the_start_as_its_head(northwind: Customer) -> None:
    assert ledger.verify(northwind) is None
    assert ledger.head(northwind) == ledger.START


def test_an_untouched_chain_is_whole_when_read_back(northwind: Customer) -> None:
    three(northwind)
    ledger.record(
        "7c0f", "named", "Zoë", northwind, people=["a", "b"], nested={"z": 1, "ä": None, "on": True}
    )
    assert ledger.verify(northwind) is None
    assert ledger.verify(northwind, anchor=ledger.head(northwind)) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "somebody"),
        ("verb", "removed"),
        ("subject", "run/9"),
        ("facts", {"steps": 4}),
        ("at", "2020-01-01T00:00:00Z"),
        ("previous", "f" * 64),
        ("hash", "f" * 64),
    ],
)
def test_a_changed_field_is_found_in_its_entry(northwind: Customer, field: str, value: Any) -> None:
    three(northwind)
    with ledger_erasable():
        northwind.ledger.filter(number=2).update(**{field: value})
    broken = ledger.verify(northwind)
    assert broken is not None
    assert broken.number == 2


def test_a_removed_entry_is_found(northwind: Customer) -> None:
    three(northwind)
    with ledger_erasable():
        northwind.ledger.filter(number=2).delete()
    assert ledger.verify(northwind) == ledger.Broken(2, "Entry 2 is missing.")


def test_a_rewritten_tail_no_longer_follows(northwind: Customer) -> None:
    _, second, _ = three(northwind)
    second.verb = "invented"
    second.hash = ledger.digest(second)
    with ledger_erasable():
        second.save()
    assert ledger.verify(northwind) == ledger.Broken(3, "It does not follow the entry before it.")


def test_a_shortened_chain_is_found_by_a_head_printed_earlier(northwind: Customer) -> None:
    three(northwind)
    printed = ledger.head(northwind)
    with ledger_erasable():
        northwind.ledger.filter(number=3).delete()
    assert ledger.verify(northwind) is None
    broken = ledger.verify(northwind, anchor=printed)
    assert broken is not None
    assert broken.number == 3


def test_the_database_refuses_to_change_an_entry(northwind: Customer) -> None:
    three(northwind)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        northwind.ledger.filter(number=2).update(verb="removed")
    assert ledger.verify(northwind) is None


def test_the_database_refuses_to_remove_an_entry(northwind: Customer) -> None:
    three(northwind)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        northwind.ledger.all().delete()
    assert northwind.ledger.count() == 3


def test_emptying_the_table_is_refused(northwind: Customer) -> None:
    """TRUNCATE where the database knows it; SQLite's way is a DELETE."""
    three(northwind)
    connection.check_constraints()
    verb = "TRUNCATE TABLE" if connection.vendor == "postgresql" else "DELETE FROM"
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{verb} tenants_ledgerentry")
    assert northwind.ledger.count() == 3


@pytest.mark.parametrize(
    "facts",
    [
        {"client_secret": "x"},
        {"access_token": "x"},
        {"answer": "eyJhbGciOiJub25lIn0.e30."},
        {"link": "https://login.example/redeem?x=inviteRedeemUrl"},
        {"body": {"inner": ["grant_type=x&client_secret=y"]}},
        {"header": "Bearer abc"},
        {"key": "-----BEGIN PRIVATE KEY-----"},
        {"value": "abc8Q~" + "x" * 34},
        {"by_value": {"eyJhbGciOiJub25lIn0.e30.": "kept as a name"}},
    ],
)
def test_a_secret_is_refused_and_not_repeated_in_the_error(
    northwind: Customer, facts: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="no secrets") as caught:
        ledger.record("command line", "noted", "run/1", northwind, **facts)
    assert "eyJ" not in str(caught.value) and "8Q~" not in str(caught.value)
    assert northwind.ledger.count() == 0


def test_a_fraction_is_refused_since_databases_spell_it_differently(northwind: Customer) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        ledger.record("command line", "waited", "run/1", northwind, seconds=1.5)


def test_a_number_that_was_taken_in_between_is_tried_again(northwind: Customer) -> None:
    """SQLite lets one writer in at a time, so the other one is played by a signal of Django's."""
    tries: list[int] = []

    def overtake(instance: LedgerEntry, **_: Any) -> None:
        tries.append(instance.number)
        if len(tries) == 1:
            quicker = LedgerEntry(customer=northwind, number=instance.number, at=instance.at, facts={})
            LedgerEntry.objects.bulk_create([quicker])

    pre_save.connect(overtake, sender=LedgerEntry)
    try:
        entry = ledger.record("command line", "planned", "run/1", northwind)
    finally:
        pre_save.disconnect(overtake, sender=LedgerEntry)
    assert len(tries) == 2
    assert ledger.head(northwind) == entry.hash
    assert ledger.verify(northwind) is None


def test_an_entry_that_fails_leaves_the_callers_transaction_usable(northwind: Customer) -> None:
    three(northwind)
    with transaction.atomic():
        stale = LedgerEntry(customer=northwind, number=2, at=three(northwind)[0].at, facts={})
        with pytest.raises(IntegrityError), transaction.atomic():
            stale.save(force_insert=True)
        ledger.record("command line", "went on", "run/1", northwind)
    assert ledger.verify(northwind) is None


@pytest.mark.parametrize(
    "harmless",
    [
        "eyjafjallajokull-ehf",
        "Eyjafjarðarsveit 2026",
        "AshleyJohnson@northwind.example",
        "AshleyJohnsonSmith.Lee@northwind.example",
        "handed over by the bearer of it",
        "EYJ-2026-0001",
    ],
)
def test_an_ordinary_name_is_no_secret(northwind: Customer, harmless: str) -> None:
    assert ledger.record("command line", "began", harmless, northwind, reference=harmless).number == 1

"""Who did what, when: one hash chain a customer that only grows.

Each entry's hash covers all its fields and the hash before it, so whoever holds a printed head can tell
whether anything up to it was changed, left out or put in. Entries name people by id and never hold a secret.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from tenants.models import Customer, LedgerEntry

START = "0" * 64
TRIES = 20

SECRET_KEY = re.compile(r"secret|password|token|assertion|redeem|private_?key|api_?key|authorization", re.I)
SECRET_VALUE = re.compile(
    r"\beyJ[\w-]{10,}\.|(?i:inviteRedeem|client_secret|-----BEGIN)|\bBearer\s+\S|[\w~.-]{3}\dQ~[\w~.-]{30,}"
)
"""As they are really written: there are people called AshleyJohnson, and others who write of bearers."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not as it was written."""

    number: int
    why: str


def record(actor: str, verb: str, subject: str, customer: Customer, **facts: Any) -> LedgerEntry:
    """Put one entry at the end of the customer's chain. Of two writers at once, one comes after the other."""
    _no_secrets({"actor": actor, "verb": verb, "subject": subject, **facts})
    clean = json.loads(json.dumps(facts, default=str))
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return _append(actor, verb, subject, customer, clean)
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def holds_secret(text: str) -> bool:
    """Whether an entry with this text would be refused."""
    return SECRET_VALUE.search(text) is not None


def verify(customer: Customer, anchor: str = "") -> Broken | None:
    """The first broken entry, or None. An `anchor`, a head printed earlier, shows a shortened chain too."""
    number, previous, seen = 0, START, not anchor
    for number, entry in enumerate(customer.ledger.order_by("number").iterator(), start=1):
        why = _wrong(entry, number, previous)
        if why:
            return Broken(number, why)
        previous = entry.hash
        seen = seen or entry.hash == anchor
    return None if seen else Broken(number + 1, "The entry with the printed hash is missing.")


def head(customer: Customer) -> str:
    """The hash that stands for the whole chain: it is printed on every receipt."""
    last = _last(customer)
    return last.hash if last else START


def _append(actor: str, verb: str, subject: str, customer: Customer, facts: dict[str, Any]) -> LedgerEntry:
    last = _last(customer)
    entry = LedgerEntry(
        customer=customer,
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        actor=actor,
        verb=verb,
        subject=subject,
        facts=facts,
        previous=last.hash if last else START,
    )
    entry.hash = digest(entry)
    entry.save(force_insert=True)
    return entry


def digest(entry: LedgerEntry) -> str:
    """sha256 of the canonical JSON of every field but the hash itself."""
    fields = {
        "customer": entry.customer_id,
        "number": entry.number,
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "verb": entry.verb,
        "subject": entry.subject,
        "facts": entry.facts,
        "previous": entry.previous,
    }
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _last(customer: Customer) -> LedgerEntry | None:
    return customer.ledger.order_by("-number").first()


def _wrong(entry: LedgerEntry, number: int, previous: str) -> str:
    if entry.number != number:
        return f"Entry {number} is missing."
    if entry.previous != previous:
        return "It does not follow the entry before it."
    if entry.hash != digest(entry):
        return "Its fields are not those that were hashed."
    return ""


def _no_secrets(facts: dict[str, Any]) -> None:
    """The error names the place and never the value: it may reach a log."""
    for path, value in _leaves("", facts):
        place = path.partition(".")[0]
        if SECRET_KEY.search(path) or holds_secret(f"{path} {value}"):
            raise ValueError(f"the ledger takes no secrets: look at {place}")
        if isinstance(value, float):
            # PostgreSQL's jsonb writes 1e5 back as 100000: the hash would not fit any more.
            raise ValueError(f"the ledger takes whole numbers and text: look at {place}")


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}".lstrip("."), inner)
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from _leaves(path, inner)
    else:
        yield path, value

"""The write-stop: while it stands, nothing new is written in any tenant. Reading goes on.

Whoever writes looks for it before each write. Stopped twice it is stopped once, and lifted it is gone.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef

from tenants import ledger
from tenants.models import Customer, LedgerEntry, WriteStop

STOPPED, LIFTED = "stopped all writing", "lifted the write stop"
EVERYWHERE = "every tenant"
THE_ONE = 1
"""Two who stop at the same instant meet in one row."""


def standing() -> WriteStop | None:
    return WriteStop.objects.order_by("pk").first()


def stop(reason: str, by: str) -> tuple[WriteStop, bool]:
    """The stop that stands now, and whether it is new.

    It holds before it is recorded: a chain that cannot be written must not keep anybody from stopping. Said
    again, it goes into the chains that were missed.
    """
    row, fresh = standing(), False
    if row is None:
        row, fresh = WriteStop.objects.get_or_create(pk=THE_ONE, defaults={"reason": reason, "by": by})
    told = LedgerEntry.objects.filter(customer=OuterRef("pk"), verb=STOPPED, at__gte=row.since)
    for customer in Customer.objects.exclude(Exists(told)):
        ledger.record(row.by, STOPPED, EVERYWHERE, customer, why=row.reason)
    return row, fresh


@transaction.atomic
def lift(by: str, why: str = "") -> WriteStop | None:
    """What stood until now; None where nothing did. Not lifted where it cannot be recorded."""
    stood = standing()
    gone, _ = WriteStop.objects.all().delete()
    if stood is None or not gone:
        return None
    facts = {"since": stood.since.isoformat(), "stopped_by": stood.by, **({"why": why} if why else {})}
    for customer in Customer.objects.all():
        ledger.record(by, LIFTED, EVERYWHERE, customer, **facts)
    return stood

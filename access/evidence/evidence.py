"""The evidence pack: what was granted, asked, agreed, carried out and recorded, to keep and check without us.

Tables are for people, formula-safe; what is checked is JSON. verify.py lies beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from defusedcsv import csv
from django.db.models import Q
from django.utils.timezone import now

from access.evidence.evidence_agreements import agreements
from access.evidence.zipped import File
from access.models import Review
from access.names import named
from access.reviewing.pdf import pdf
from access.reviewing.reviews import broken
from access.sheets import cell
from access.who_can import lines, who
from onboarding.engine.digest import canonical
from onboarding.models import Grant, Inquiry, Run, Survey
from tenants import ledger
from tenants.models import LedgerEntry, Tenant

VERIFY = Path(__file__).parents[1] / "evidence_parts" / "verify.py"
STUB = ("number", "previous", "hash")
GRANTS = (
    "Who", "Address", "Whose", "Through", "Can", "Always on or by request", "Since (UTC)", "Until (UTC)",
    "First seen (UTC)", "Last seen (UTC)", "Seen gone (UTC)", "Out of the ordinary", "Besides", "Read by",
)  # fmt: skip
REQUESTS = (
    "Asked (UTC)", "Who", "Address", "Package", "Type", "State", "Over (UTC)", "Words", "Request",
    "Package id", "First seen (UTC)", "Last seen (UTC)",
)  # fmt: skip
RUNS = (
    "Run", "What", "Plan", "Started by", "Opened (UTC)", "Closed (UTC)", "Ended", "Step", "Action",
    "Address", "State", "Object", "Try", "Begun (UTC)", "Outcome", "Note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, UTC, both ends included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time.min, UTC)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time.min, UTC)


@dataclass
class Pack:
    """`whole`: whether the record may be shown in full, which is one for all tenants of a customer."""

    tenant: Tenant
    period: Period
    whole: bool
    about: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.about |= {
            "tenant": str(self.tenant.tenant_id),
            "domain": self.tenant.domain,
            "customer": self.tenant.customer.name,
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            "made_at": now().isoformat(timespec="seconds"),
            "whole": self.whole,
            "head": ledger.START,
            "entries": 0,
        }

    def files(self) -> Iterator[File]:
        period, tenant = self.period, self.tenant
        yield File("README.txt", [self.read_me().encode()])
        yield File("verify.py", [VERIFY.read_bytes()])
        yield File("grants.csv", table(GRANTS, grants(tenant, period)))
        yield File("looks.csv", table(("At (UTC)", "Not read", "Why"), looks(tenant, period)))
        if last_read(tenant) is not None:
            yield File("requests.csv", table(REQUESTS, requests(tenant, period)))
        yield File("runs.csv", table(RUNS, runs(tenant, period)))
        yield from agreements(tenant, period.begins, period.ends)
        yield from reviews(tenant, period)
        yield File("record.jsonl", self.record())
        yield File("people.csv", table(("In the record", "Name today"), self.people()))

    def record(self) -> Iterator[bytes]:
        """From its first entry on, for a chain begins there; up to what there was when we began."""
        last = self.tenant.customer.ledger.order_by("number").last()
        entries = self.tenant.customer.ledger.filter(number__lte=last.number if last else 0)
        for entry in entries.order_by("number").iterator():
            self.about |= {"head": entry.hash, "entries": entry.number}
            whole = fields(entry)
            shown = whole if self.whole else {name: whole[name] for name in STUB}
            yield (json.dumps(shown, ensure_ascii=False) + "\n").encode()

    def people(self) -> Iterator[tuple[object, ...]]:
        if self.whole:
            actors = self.tenant.customer.ledger.values_list("actor", flat=True).distinct()
            yield from sorted(named(actors).items())

    def read_me(self) -> str:
        asked = last_read(self.tenant)
        read = f"read {asked.answered_at:%F %H:%M} UTC" if asked and asked.answered_at else NEVER_ASKED
        whole = "in full" if self.whole else WITHHELD
        names = "".join(f"- {each}\n" for each in who.NEVER_READ)
        said = {"tenant": self.tenant, "period": self.period, "made": self.about["made_at"]}
        return READ_ME.format(**said, requests=read, record=whole, never=names)


NEVER_ASKED = (
    "NOT READ: nobody has asked the worker to read them, so there is no requests.csv, and it is not known "
    "whether there were any"
)
WITHHELD = (
    "hashes only, because it is one record for all tenants of this customer and you review only some of "
    "them. What they stand for verify.py cannot check"
)
READ_ME = """Evidence pack for {tenant}
From {period.first} to {period.last}, whole days, UTC. Made {made}.

grants.csv     who could do what in this time, as the portal read it from the tenant. It knows when it looked
               (looks.csv), and not what happened between two looks.
requests.csv   requests for our access packages that were asked or over in this time, denied ones
               included: {requests}. For how long Microsoft keeps a request is not known to
               us: what was read once stays here as it was last seen, for 400 days after that. Who
               approved or denied one cannot be read by an app; Microsoft's own audit log tells.
runs.csv       what the portal carried out: each step, each try.
agreements/    a folder for each plan of this time: the plan by its number, who agreed how, the receipt that
               Microsoft signed or the paper that was uploaded; or who said no, and why.
reviews/       what reviewers of the customer signed in this time, each under its hash in the record: as
               data, which is what was signed, and as a PDF to read.
record.jsonl   the record from its first entry on: {record}.
people.csv     what people are called whom the record names by number. Names can be erased.
verify.py      python3 verify.py [HASH ...] checks all of this without the portal; HASH is the last
               fingerprint on a receipt or hand-over that you kept.

Never read, and so in no file:
{never}"""


def table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    out = StringIO()
    writer = csv.writer(out)  # type: ignore[no-untyped-call]
    writer.writerow(list(head))
    for row in rows:
        writer.writerow([cell(each) for each in row])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
    yield out.getvalue().encode()


def grants(tenant: Tenant, period: Period) -> Iterator[tuple[object, ...]]:
    words, last = lines.words_of(tenant), Survey.objects.filter(tenant=tenant).last()
    there = Q(gone_seen=None) | Q(gone_seen__gte=period.begins)
    for row in Grant.objects.filter(there, tenant=tenant, seen_from__lt=period.ends).iterator():
        each = lines.line(tenant, row, last, words)
        seen = (each.seen_from, each.seen_until, each.gone)
        held = (each.name, each.address, each.whose, each.through, each.can, each.how, each.since, each.until)
        yield (*held, *seen, each.strange, each.note, dict(each.evidence).get("Read"))


def looks(tenant: Tenant, period: Period) -> Iterator[tuple[object, ...]]:
    """One line where all was read, else one for each thing that was not."""
    for each in Survey.objects.filter(tenant=tenant, at__gte=period.begins, at__lt=period.ends).iterator():
        for what, why in who.unread(each) or [("", "")]:
            yield each.at, what, why


def last_read(tenant: Tenant) -> Inquiry | None:
    """The last time that the requests could be read."""
    asked = Inquiry.objects.filter(tenant=tenant, what=Inquiry.What.REQUESTS, reason="")
    return asked.exclude(answered_at=None).last()


def requests(tenant: Tenant, period: Period) -> Iterator[tuple[object, ...]]:
    names = ("name", "address", "package", "type", "state")
    times = [{f"{name}__gte": period.begins, f"{name}__lt": period.ends} for name in ("asked_at", "over_at")]
    for row in tenant.package_requests.filter(Q(**times[0]) | Q(**times[1])).iterator():
        about = (*(row.about[name] for name in names), row.over_at, row.about["words"])
        yield (row.asked_at, *about, row.request, row.about["package_id"], row.seen_from, row.seen_until)


def reviews(tenant: Tenant, period: Period) -> Iterator[File]:
    """As they were signed: the bytes that the hash in the record is of, and what can be read of them."""
    there = {"signed_at__gte": period.begins, "signed_at__lt": period.ends}
    for each in Review.objects.filter(tenant=tenant, **there):
        name = f"reviews/{each.pk}-{each.sha256}"
        yield File(f"{name}.json", [canonical(each.document).encode()])
        if not broken(each):
            yield File(f"{name}.pdf", [pdf(each)])


def runs(tenant: Tenant, period: Period) -> Iterator[tuple[object, ...]]:
    """Of every run that was open at any time of it."""
    there = Q(closed_at=None) | Q(closed_at__gte=period.begins)
    found = Run.objects.filter(there, tenant=tenant, opened_at__lt=period.ends).select_related("plan")
    for run in found.order_by("pk"):
        own = (
            run.pk,
            run.plan.title,
            run.plan.digest,
            run.started_by,
            run.opened_at,
            run.closed_at,
            run.ended,
        )
        for step in run.steps.order_by("position").prefetch_related("attempts"):
            said = (step.position, step.action, step.address, step.state, step.remote_id)
            tries: list[tuple[object, ...]] = [
                (each.number, each.started_at, each.outcome, each.note) for each in step.attempts.all()
            ]
            yield from ((*own, *said, *tried) for tried in tries or [("", "", "", "")])


def fields(entry: LedgerEntry) -> dict[str, Any]:
    """Exactly what its hash covers, and the hash."""
    names = ("customer_id", "number", "actor", "verb", "subject", "facts", "previous", "hash")
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"at": at} | {name: getattr(entry, name) for name in names}

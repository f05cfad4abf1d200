"""A signed review as a PDF to keep: all that was seen and decided, out of the row as it was signed.

The same row makes the same bytes, today and in ten years with the same library, so a copy can be compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from io import BytesIO
from itertools import zip_longest
from typing import Any

from django.utils.dateformat import format as written
from django.utils.dateparse import parse_date, parse_datetime
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.platypus import Flowable, LongTable, SimpleDocTemplate

from access.models import Decision, Review
from access.reviewing.paper import (
    BOLD,
    FRAME,
    GREY,
    MARGIN,
    NOT_IN_THE_FONT,
    PLAIN,
    Lines,
    Numbered,
    Part,
    column,
    shown,
)

WIDTH = A4[0] - 2 * (MARGIN + FRAME)
FACTS = (0.2 * WIDTH, 0.8 * WIDTH)
COLUMNS = (0.21 * WIDTH, 0.32 * WIDTH, 0.25 * WIDTH, 0.22 * WIDTH)
HIGHEST = 0.8 * A4[1]
EXACT = "j F Y, H:i:s"
PAD, RULE = 4, HexColor("#bbbbbb")
LOOK: list[Any] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2 * PAD),
    ("TOPPADDING", (0, 0), (-1, -1), PAD),
    ("BOTTOMPADDING", (0, 0), (-1, -1), PAD),
    ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
]
NOT_IN_HERE = (
    "What a reviewer of the customer saw, decided and signed. What became of it since is not in here; "
    "the page of this review in the portal tells it."
)
NOBODY = "Nobody was let in then, so there was nothing to decide."
NOT_KNOWN = (
    "Not known: what stands below could not be read then, so somebody may have been let in who does not "
    "stand here."
)
HOW_TO_CHECK = (
    "The fingerprint is the SHA-256 of this review as data, which lies in an evidence pack "
    "under that name. The hash of the record's entry covers every entry before it."
)


def pdf(review: Review) -> bytes:
    said, out = review.document, BytesIO()
    title = shown(f"Review of {review.tenant.customer.name}, {said['domain']}")
    foot = f"Review {review.pk}, fingerprint {review.sha256}"
    frame: dict[str, Any] = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    paper = SimpleDocTemplate(
        out, pagesize=A4, title=title, author="", lang="en", invariant=1, initialFontName=PLAIN, **frame
    )
    paper.build(list(story(review)), canvasmaker=partial(Numbered, foot=foot))
    return out.getvalue()


def story(review: Review) -> Iterator[Flowable]:
    said = review.document
    yield text(Part(f"Review of {review.tenant.customer.name}", 16, BOLD), after=6)
    yield text(Part(NOT_IN_HERE), after=6)
    yield table(
        [
            [cell([Part(each)], width) for each, width in zip(row, FACTS, strict=True)]
            for row in facts(review)
        ],
        FACTS,
    )
    yield heading("What was seen and decided")
    yield from decided(said["grants"], said["unread"])
    for title, found in (
        ("Changed outside this portal, as shown then", said["changed"]),
        ("Could not be read then", [f"{what}: {why}" for what, why in said["unread"]]),
    ):
        if found:
            yield heading(title)
            yield from (text(Part(f"• {each}")) for each in found)
    yield heading("How to check it")
    yield text(Part(f"{HOW_TO_CHECK} {NOT_IN_THE_FONT}"))


def facts(review: Review) -> list[tuple[str, str]]:
    said, by = review.document, review.document["signed_by"]
    entry = review.tenant.customer.ledger.get(number=review.ledger_number or 0)
    return [
        ("Signed by", ", ".join(each for each in (by["name"], by["address"], by["oid"]) if each)),
        ("Signed at", moment(said["signed_at"], EXACT)),
        ("Was due", day(said["due"]) or "no date was set"),
        ("Tenant", f"{said['domain']}, {said['tenant']}"),
        ("Read from it at", moment(said["read_at"], EXACT) or "never"),
        ("Fingerprint", review.sha256),
        ("In the record", f"entry {entry.number}, with the hash {entry.hash}"),
    ]


def decided(grants: Sequence[dict[str, Any]], unread: Sequence[Any]) -> Iterator[Flowable]:
    if not grants:
        yield text(Part(NOT_KNOWN if unread else NOBODY))
        return
    columns = {"Who": who, "What": what, "How long": how_long, "Decided": decision}
    head = [cell([Part(name, font=BOLD)], width) for name, width in zip(columns, COLUMNS, strict=True)]
    rows = [row for each in grants for row in rows_of([of(each) for of in columns.values()])]
    counts = ", ".join(f"{name} {count}" for name, count in chosen(grants))
    yield text(Part(f"{len(grants)} in all: {counts}."), after=4)
    yield table([head, *rows], COLUMNS, repeatRows=1)


def rows_of(grant: Iterable[Iterable[Part]]) -> Iterator[list[Flowable]]:
    """One, but for what is higher than a page."""
    cells = [cell(parts, width) for parts, width in zip(grant, COLUMNS, strict=True)]
    yield from map(list, zip_longest(*(each.cut(HIGHEST) for each in cells), fillvalue=column([], 0)))


def chosen(grants: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    choices = [each["choice"] for each in grants]
    return [(str(name), choices.count(value)) for value, name in Decision.Choice.choices]


def who(grant: dict[str, Any]) -> Iterator[Part]:
    yield Part(grant["name"], font=BOLD)
    yield from (small(grant[name]) for name in ("address", "whose") if grant[name])


def what(grant: dict[str, Any]) -> Iterator[Part]:
    if grant["strange"]:
        yield Part(f"Nobody planned this. {grant['strange']}", font=BOLD)
    if not grant["known"]:
        yield Part("Not known then.", font=BOLD)
    yield Part(f"Can: {grant['can']}")
    if grant["through"]:
        yield Part(f"Through {grant['through']}")
    yield from (small(each) for each in (grant["note"], *permissions(grant)) if each)
    yield from (small(f"{name}: {value}") for name, value in grant["evidence"])


def permissions(grant: dict[str, Any]) -> list[str]:
    """In words as they were shown; of what was signed before those were kept, the names alone."""
    said = [f"{could} {name}" for name, could in grant.get("reach", ())]
    return said or [", ".join(grant["permissions"])]


def how_long(grant: dict[str, Any]) -> Iterator[Part]:
    until = moment(grant["until"])
    yield Part(grant["how"])
    yield Part(f"Until {until}" if until else "No end")
    for name, said in (("Since", "since"), ("First seen", "seen_from"), ("Last seen", "seen_until")):
        if grant[said]:
            yield small(f"{name} {moment(grant[said])}")


def decision(grant: dict[str, Any]) -> Iterator[Part]:
    labels = dict(Decision.Choice.choices)
    yield Part(str(labels.get(grant["choice"], grant["choice"])), font=BOLD)
    yield Part(grant["reason"])


def table(rows: list[list[Any]], columns: Sequence[float], repeatRows: int = 0) -> LongTable:
    return LongTable(rows, columns, style=LOOK, repeatRows=repeatRows, hAlign="LEFT")


def cell(parts: Iterable[Part], width: float) -> Lines:
    return column(parts, width - 2 * PAD)


def heading(title: str) -> Flowable:
    made = text(Part(title, 11, BOLD), before=12, after=4)
    made.keepWithNext = 1
    return made


def text(part: Part, **space: float) -> Lines:
    return column([part], WIDTH, **space)


def small(said: str) -> Part:
    return Part(said, 6.5, colour=GREY)


def moment(said: str, how: str = "j F Y, H:i") -> str:
    at = parse_datetime(said)
    return f"{written(at.astimezone(dt.UTC), how)} UTC" if at else ""


def day(said: str) -> str:
    found = parse_date(said)
    return written(found, "j F Y") if found else ""

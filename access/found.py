"""What the last read-back found, in words. Each is as onboarding/wizard/findings.py describes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from onboarding.engine.resource import Resource
from onboarding.models import OwnedObject, Reading, Step
from onboarding.words import sentences
from onboarding.words.descriptions import by_address, names
from onboarding.words.reasons import visible
from tenants.models import Tenant

TENANT = "tenant"
"""Stands for every address where the tenant as a whole could not be read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`sort` is what kind of news it is, in words; `colour` only repeats it."""

    sort: str
    colour: str
    words: str


def findings(reading: Reading | None) -> list[Finding]:
    """The worst first: strangers, what is not as agreed, what to decide, what could not be read."""
    found: dict[str, Any] = reading.found if reading else {}
    told = found.get("strange") or found.get("unknown")
    say = by_address(reading.tenant) if reading and told else str
    strange = [(say(address), what) for address, what in (found.get("strange") or {}).items()]
    alone, hanging = sentences.unread(found.get("unknown") or {}, say)
    return [
        *_about("Nobody planned this", "red", strange),
        *(Finding("Not as agreed", "red", words(each)) for each in found.get("changes") or ()),
        *(Finding("A person must decide", "yellow", words(each)) for each in found.get("questions") or ()),
        *_about("Could not be read", "orange", alone),
        *(
            [Finding("Could not be read", "orange", f"Because of that: {visible(hanging)}.")]
            if hanging
            else ()
        ),
    ]


def _about(sort: str, colour: str, named: Iterable[tuple[str, Any]]) -> Iterator[Finding]:
    for name, what in named:
        for each in what if isinstance(what, list) else [what]:
            yield Finding(sort, colour, f"{visible(name)}: {visible(str(each))}")


def words(each: dict[str, Any]) -> str:
    return visible(str(each["words"]))


@dataclass(frozen=True, slots=True)
class Thing:
    """One object we answer for. `now` says what the last read-back saw of it."""

    row: OwnedObject
    name: str
    now: str
    colour: str


def things(tenant: Tenant, reading: Reading | None) -> list[Thing]:
    """Green only by a read-back: the last reading, or the step of the run that wrote it last."""
    steps = Step.objects.filter(run__tenant=tenant).order_by("run_id").select_related("run").defer("spec")
    last = {step.address: step for step in steps}
    owned, called = tenant.owned.order_by("address"), names(tenant, ())
    return [Thing(row, name(row, called), *_now(row, reading, last.get(row.address))) for row in owned]


def _now(row: OwnedObject, reading: Reading | None, step: Step | None) -> tuple[str, str]:
    """Bad news of a reading counts until a later run has ended; good news only of what it can have seen."""
    if reading and not _run_ended_since(reading, step) and (bad := _bad(row.address, reading.found)):
        return bad
    if reading and _seen_whole(row, reading, step):
        return "As agreed", "green"
    by_run = step is not None and step.state == Step.State.VERIFIED
    return ("Read back by its run", "green") if by_run else ("Not read back yet", "secondary")


def _run_ended_since(reading: Reading, step: Step | None) -> bool:
    return step is not None and step.run.closed_at is not None and step.run.closed_at > reading.at


def _seen_whole(row: OwnedObject, reading: Reading, step: Step | None) -> bool:
    """Whether the reading is newer than all that we did to the object."""
    open_run = step is not None and step.run.closed_at is None
    return reading.at >= row.since and not open_run and not _run_ended_since(reading, step)


def _bad(address: str, found: dict[str, Any]) -> tuple[str, str] | None:
    unknown = found.get("unknown") or {}
    if address in unknown or TENANT in unknown:
        return "Could not be read", "orange"
    if address in (found.get("strange") or {}) or address in _changed(found):
        return "Not as agreed", "red"
    return None


def _changed(found: dict[str, Any]) -> set[str]:
    return {each["address"] for each in (*(found.get("changes") or ()), *(found.get("questions") or ()))}


def name(row: OwnedObject, called: Mapping[str, str]) -> str:
    resource = Resource(row.address, row.kind, str(row.target), row.spec)
    words = visible(sentences.named(resource, called)).removeprefix("the ")
    return str(capfirst(words))

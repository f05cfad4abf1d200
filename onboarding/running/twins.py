"""Second objects with our own mark: made where a worker stood still for too long and wrote all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace

from onboarding.engine.plan import Action, Seen, State
from onboarding.engine.resource import Resource
from onboarding.kinds import KINDS
from onboarding.models import Run
from onboarding.observe import Reader
from onboarding.watch import unknown
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected


def marks(run: Run) -> dict[str, str]:
    """Address → mark of what this run made in more than one try, of which one was cut off."""
    made = run.steps.filter(action=Action.CREATE, attempts__outcome="lost").distinct()
    return {step.address: step.marker for step in made if KINDS[step.kind].marked}


async def with_twins(
    reader: Reader, wanted: Mapping[str, Resource], seen: Mapping[str, Seen], marks: Mapping[str, str]
) -> dict[str, Seen]:
    """Each marked object together with its twins, as strangers; unknown where nobody can tell."""
    found = [a for a in marks if a in seen and seen[a].state is State.FOUND]
    looks = await asyncio.gather(*(_with_twins(reader, wanted[a], seen[a], marks[a]) for a in found))
    return {**seen, **dict(zip(found, looks, strict=True))}


async def _with_twins(reader: Reader, resource: Resource, look: Seen, mark: str) -> Seen:
    try:
        listed = await KINDS[resource.kind].find(reader(resource), look.resolved)
    except (Later, Refused, Rejected, NotFound) as error:
        return unknown(error)
    mine = look.candidates[0].remote_id
    ids = (one.remote_id for one in listed if one.marker == mark and one.remote_id != mine)
    return replace(look, strange=look.strange + tuple(_words(ids)))


def _words(ids: Iterator[str]) -> Iterator[str]:
    for remote_id in ids:
        yield f"another one with our own mark {remote_id}"

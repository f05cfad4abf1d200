"""Who is in the provider's groups that hold something in Azure, in words: read at home, for the customer.

Our app there may read memberships and no profile: of a person Microsoft then tells the object id alone
("limited information returned for inaccessible member objects"). People are named as the portal knows them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from onboarding import pens
from onboarding.grants.judging import Entry
from onboarding.grants.reads import UNREAD, Json, Unread, or_why
from onboarding.kinds.calls import ask
from onboarding.words.reasons import in_words
from tenants.microsoft import bridge, clouds
from tenants.microsoft.discovery import is_guid
from tenants.microsoft.errors import Later, NotFound, Refused
from tenants.microsoft.graph import Graph, graph
from tenants.models import Person

MOST_NAMED = 50
GROUP = "#microsoft.graph.group"
Members = list[Json] | Unread


def told(entries: Iterable[Entry], within: float) -> list[Entry]:
    """The same, each of Azure with who is in its group. What is not read `within` seconds is unread."""
    every = list(entries)
    found = _read(sorted({each.oid for each in every if each.sort == "delegation"}), within)
    names = _names(found.values())
    return [_with(each, found, names) if each.oid in found else each for each in every]


def _with(entry: Entry, found: Mapping[str, Members], names: Mapping[str, str]) -> Entry:
    if entry.sort != "delegation":
        return entry
    return replace(entry, note=f"{_words(found[entry.oid], names)}{entry.note}")


def _words(members: Members, names: Mapping[str, str]) -> str:
    if isinstance(members, NotFound):
        return "No group of the provider's tenant has this id: an app, or a group that was deleted."
    if isinstance(members, UNREAD):
        why = in_words(members).rstrip(".")
        return f"A group of the provider's tenant. Who is in it could not be read: {why}."
    listed = sorted(_called(members, names))
    if not listed:
        return "A group of the provider's tenant. Nobody was in it when it was read."
    more = len(listed) - MOST_NAMED
    said = ", ".join(listed[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"A group of the provider's tenant. In it when it was read: {said}."


def _called(members: Sequence[Json], names: Mapping[str, str]) -> Iterator[str]:
    for each in members:
        name = each.get("displayName") or names.get(each["id"], each["id"])
        yield f"everybody in the group {name}" if each.get("@odata.type") == GROUP else str(name)


def _names(found: Iterable[Members]) -> dict[str, str]:
    ids = {each["id"] for members in found if not isinstance(members, UNREAD) for each in members}
    ids = set(filter(is_guid, ids))
    known = Person.objects.filter(tid=pens.home_tenant(), oid__in=ids) if ids else ()
    return {str(each.oid): str(each) for each in known}


def _read(ids: Sequence[str], within: float) -> dict[str, Members]:
    if not ids:
        return {}
    try:
        there = graph(clouds.current(), pens.registered(pens.HOME), pens.home_tenant())
        return dict(zip(ids, bridge.run(_members(there, ids), within), strict=True))
    except Refused as refused:
        return dict.fromkeys(ids, refused)
    except TimeoutError:
        return dict.fromkeys(ids, Later(5, "reading the groups took too long"))


async def _members(there: Graph, ids: Sequence[str]) -> list[Members]:
    groups = (there.client.groups.by_group_id(id).members for id in ids)
    return await asyncio.gather(*(or_why(there.pages(ask(each))) for each in groups))

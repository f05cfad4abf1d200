"""A package that a deleted user held: Microsoft lets go of it only thirty days after the user was deleted.

It refuses to delete package and policy with the words for active assignments (facts/graph.md 3.11).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable

from onboarding.kinds.calls import ask, quoted
from tenants.microsoft.errors import Later, Rejected
from tenants.microsoft.graph import Graph

KEPT = dt.timedelta(days=30)


async def let_go(deleting: Awaitable[None], graph: Graph, package: str) -> None:
    """Delete what belongs to this package; where only deleted users keep it, Later on the day they do not."""
    try:
        await deleting
    except Rejected as no:
        ends = await _ends(graph, package) if no.status == 400 else []
        if not ends:
            raise
        wait = max(ends) - dt.datetime.now(dt.UTC)
        words = f"somebody who was deleted held it; Microsoft lets go of it on {max(ends):%Y-%m-%d}"
        raise Later(wait.total_seconds(), words) from None


async def _ends(graph: Graph, package: str) -> list[dt.datetime]:
    """When each deleted holder of the package is gone for good, as far as that is still to come."""
    assignments = graph.client.identity_governance.entitlement_management.assignments
    about = ask(assignments, filter=f"accessPackage/id eq {quoted(package)}", expand="target")
    holders = {(each.get("target") or {}).get("objectId") for each in await graph.pages(about)}
    bin = ask(graph.client.directory.deleted_items.graph_user, select="id,deletedDateTime")
    gone = [each["deletedDateTime"] for each in await graph.pages(bin) if each["id"] in holders]
    return [end for at in gone if (end := dt.datetime.fromisoformat(at) + KEPT) > dt.datetime.now(dt.UTC)]

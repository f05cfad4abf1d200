"""Delegations to the provider in a tenant's Azure that no agreed plan covers, as our app at home sees them.

Azure lists for an app the subscriptions in which the app itself holds something; one of another tenant than
the app's was delegated (facts A2). There its delegations are read: of the subscription, and of each resource
group that it may see. One that names only others of the provider gives our app nothing and is shown to it
nowhere but in the log of the provider's tenant, where it may read that (azure_log.py): what is not found here
may stand all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from onboarding import pens
from onboarding.grants import azure_log
from onboarding.grants.reads import UNREAD, Unread, or_why, rows
from onboarding.kinds.delegation import NO_RIGHT, assignments, definition_of, managing, named, scope_of
from onboarding.models import Step
from onboarding.words.reasons import in_words
from tenants.microsoft import apps, bridge, clouds
from tenants.microsoft.azure import Azure, azure
from tenants.microsoft.errors import NotFound, Refused, Rejected
from tenants.models import ProviderTenant, Tenant

SUBSCRIPTIONS, GROUPS = "2022-12-01", "2021-04-01"
MOST_GROUPS = 300
"""Of one subscription, looked into in one look."""
READ_SECONDS = 45.0
WHERE = "azure"
"""What a reading calls the list of what is delegated; each place by its scope behind that."""
LOG = "/log"
"""What it calls the log of the provider's tenant."""
Raw = Mapping[str, Any]
Looks = dict[str, list[Any] | Unread]


@dataclass(frozen=True, slots=True)
class Strays:
    """`found`: as Azure lists them. `unread`: scope → why, "" for the list of them. `read`: scopes.

    `logged`: scope → day, of what only the log of the provider's tenant tells.
    """

    found: tuple[Raw, ...]
    unread: Mapping[str, str]
    read: frozenset[str]
    logged: Mapping[str, str] = field(default_factory=dict)


def can_look() -> bool:
    """Not every deployment has an app at home."""
    homes = ProviderTenant.objects.filter(purpose=ProviderTenant.Purpose.ANALYSTS)
    return apps.is_registered(pens.HOME) and homes.exists()


def is_held_to(tenant: Tenant) -> bool:
    """Where Azure was never in a plan, not being able to look is no news."""
    return tenant.pk in held_to([tenant.pk])


def held_to(tenants: Collection[int]) -> set[int]:
    """Those of several, asked for at once."""
    if not can_look():
        return set()
    planned = Tenant.objects.filter(pk__in=tenants, runs__steps__kind="delegation")
    return set(planned.distinct().values_list("pk", flat=True))


def at_home() -> Azure:
    return azure(clouds.current(), pens.registered(pens.HOME), pens.home_tenant())


@contextmanager
def meanwhile(tenant: Tenant) -> Iterator[Callable[[], Strays]]:
    """Begun now, asked for at the end of what else is read: the worker's time is for both together."""
    reading = begin(tenant, ())
    looking = bridge.Bridge.get().submit(asyncio.wait_for(reading, READ_SECONDS))
    try:
        yield lambda: _judged(tenant, looking)
    finally:
        looking.cancel()


def _judged(tenant: Tenant, looking: Future[Strays]) -> Strays:
    try:
        return besides(looking.result(), covered(tenant))
    except TimeoutError:
        return Strays((), {"": "reading it took too long"}, frozenset())


def begin(tenant: Tenant, before: Collection[str]) -> Coroutine[Any, Any, Strays]:
    """To be waited for; nothing where there is no app at home."""
    return read(at_home(), str(tenant.tenant_id), before) if can_look() else _nothing()


async def _nothing() -> Strays:
    return Strays((), {}, frozenset())


def covered(tenant: Tenant) -> set[tuple[str, str]]:
    """(scope, definition) of what we answer for, and of what an open run waits for."""
    ours = tenant.owned.filter(kind="delegation").values_list("spec", flat=True)
    awaited = Step.objects.filter(run__tenant=tenant, run__closed_at=None, kind="delegation")
    specs = [*ours, *awaited.values_list("spec", flat=True)]
    return {(str(spec["scope"]).lower(), str(spec["definition"])) for spec in specs}


def besides(seen: Strays, planned: Collection[tuple[str, str]]) -> Strays:
    left = (each for each in seen.found if (scope_of(each).lower(), definition_of(each)) not in planned)
    places = seen.read | {scope for scope, _ in planned}
    logged = {scope: day for scope, day in seen.logged.items() if scope.lower() not in places}
    return replace(seen, found=tuple(left), logged=logged)


def spoken(raw: Raw) -> str:
    return f"delegated to the provider as “{named(raw)}”, and no agreed plan has it"


def told(seen: Strays) -> Iterator[tuple[str, str]]:
    """Each place with words."""
    yield from ((scope_of(raw), spoken(raw)) for raw in seen.found)
    yield from ((scope, LOGGED.format(day=day)) for scope, day in seen.logged.items())


LOGGED = (
    "delegated to the provider on {day} by the log of the provider's tenant, and no agreed plan has it; our "
    "app has no part in it and cannot read who holds what there"
)


async def read(there: Azure, customer: str, before: Collection[str]) -> Strays:
    """All that is delegated to us in the customer's tenant. `before`: scopes where something was seen."""
    asked = there.pages("/subscriptions", SUBSCRIPTIONS)
    listed, logged = await asyncio.gather(or_why(asked), azure_log.standing(there, customer))
    theirs = [each["id"] for each in rows(listed) if str(each.get("tenantId", "")).lower() == customer]
    looks: Looks = {"": listed} if isinstance(listed, UNREAD) else {}
    for each in await asyncio.gather(*(_subscription(there, id) for id in theirs)):
        looks |= each
    known = {scope.lower() for scope in looks}
    again = [scope for scope in before if scope.lower() not in known]
    looks |= await _places(there, again)
    raws = {raw["id"].lower(): raw for found in looks.values() for raw in rows(found)}
    ours = tuple(raw for raw in raws.values() if managing(raw) == there.tenant_id)
    looks |= {LOG: logged} if isinstance(logged, UNREAD) else {}
    unread = {scope: in_words(found) for scope, found in looks.items() if isinstance(found, UNREAD)}
    scopes = frozenset(scope.lower() for scope in looks.keys() - unread.keys())
    return Strays(ours, unread, scopes, {} if isinstance(logged, UNREAD) else logged)


async def _subscription(there: Azure, id: str) -> Looks:
    """Where we hold something in a few groups alone, Azure shows us those and not the whole."""
    listed = await or_why(there.pages(f"{id}/resourcegroups", GROUPS))
    groups = [each["id"] for each in rows(listed)]
    looks = await _places(there, [id, *groups[:MOST_GROUPS]])
    if isinstance(listed, UNREAD):
        looks[f"{id}/resourceGroups"] = listed
    elif len(groups) > MOST_GROUPS:
        looks[f"{id}/resourceGroups"] = Rejected(
            200, "tooMany", f"only {MOST_GROUPS} groups were looked into"
        )
    return {scope: found for scope, found in looks.items() if not _is_not_ours_to_see(found)}


async def _places(there: Azure, scopes: list[str]) -> Looks:
    found = await asyncio.gather(*(or_why(assignments(there, scope)) for scope in scopes))
    return {scope: [] if _is_gone(each) else each for scope, each in zip(scopes, found, strict=True)}


def _is_not_ours_to_see(found: list[Any] | Unread) -> bool:
    return isinstance(found, Refused) and found.facts.get("code") == NO_RIGHT


def _is_gone(found: list[Any] | Unread) -> bool:
    """With its group went what was delegated there."""
    return isinstance(found, NotFound) and str(found).endswith("ResourceGroupNotFound")

"""What was ours when somebody was last seen in it: it is read on until nobody is, lest they pass for gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from onboarding.engine.resource import Resource
from onboarding.grants.by_plane import STRAY
from onboarding.grants.judging import Known
from onboarding.grants.reads import People, Reads
from onboarding.models import Grant, Step
from onboarding.running.reading import resource
from tenants.microsoft.errors import NotFound
from tenants.models import Tenant

IN_GROUPS = ("member", "owner")
NOBODY = People([], [], [])
MANAGED = "/providers/Microsoft.ManagedServices/"


def held_before(tenant: Tenant, known: Known) -> Known:
    """With the groups and packages besides that open grants name and that we answer for no more."""
    rows = list(Grant.objects.filter(tenant=tenant, gone_seen=None))
    groups, packages = dict(_groups(rows, known)), dict(_packages(rows))
    return replace(
        known,
        groups={**known.groups, **groups},
        packages={**packages, **known.packages},
        given_back=frozenset(groups),
    )


def _groups(rows: Collection[Grant], known: Known) -> Iterator[tuple[str, tuple[str, str]]]:
    """Under a name of its own: at its old address another group of ours may stand by now."""
    ours = {id for id, _ in known.groups.values()}
    for row in rows:
        if row.about["sort"] in IN_GROUPS and (id := row.about["ids"]["group"]) not in ours:
            yield f"{'/'.join(row.source.split('/')[:2])}/{id}", (id, row.about["through"])


def _packages(rows: Collection[Grant]) -> Iterator[tuple[str, tuple[str, str]]]:
    for row in rows:
        if row.about["sort"] == "assignment" and row.about["tier"]:
            address = f"access_package/{row.about['tier']}"
            yield row.about["ids"]["package"], (address, row.about["through"])


def places(tenant: Tenant, ours: Collection[Resource]) -> list[Resource]:
    """The delegations with an open grant that we answer for no more, as the last run had them."""
    held = Grant.objects.filter(tenant=tenant, gone_seen=None, about__sort="delegation")
    left = set(held.values_list("source", flat=True)) - {each.address for each in ours}
    once = Step.objects.filter(run__tenant=tenant, kind="delegation", address__in=left)
    return list({step.address: resource(step) for step in once.order_by("pk")}.values())


def stray_places(tenant: Tenant) -> set[str]:
    """Scopes of the delegations that no plan covers and that were seen last time."""
    held = Grant.objects.filter(tenant=tenant, gone_seen=None, source__startswith=f"{STRAY}/")
    return {row.about["ids"]["delegation"].partition(MANAGED)[0] for row in held}


def told_gone(reads: Reads, known: Known) -> Reads:
    """A group that we gave back or deleted and that is not there lets nobody in any more."""
    groups = {
        name: NOBODY if name in known.given_back and isinstance(found, NotFound) else found
        for name, found in reads.groups.items()
    }
    return replace(reads, groups=groups)


def read_ids(known: Known, not_read: Mapping[str, str]) -> set[str]:
    return {id for name, (id, _) in known.groups.items() if name not in not_read}


def not_asked(rows: Iterable[Grant], looked: Collection[str], not_read: Collection[str]) -> dict[str, str]:
    """Sources that nobody asked, as nothing tells any more how."""
    asked = {*looked, *not_read}
    left = [row.source for row in rows if row.about["sort"] not in IN_GROUPS and row.source not in asked]
    return dict.fromkeys(left, "it was not read, as nothing of it is looked after any more")


def source(row: Grant) -> str:
    """What has to be read to tell that it is gone: of a group not its address, but that very group."""
    return str(row.about["ids"]["group"]) if row.about["sort"] in IN_GROUPS else row.source

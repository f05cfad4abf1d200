"""Which doors a visitor gets on a tenant's page: an analyst's, or those of the customer's own people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from access import links, ways
from access.azure import delegated
from access.links import Door, Link
from onboarding.models import OwnedObject
from tenants.microsoft import clouds
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Request:
    """One package to ask for. No address where the initial domain or the package's id is not known."""

    name: str
    url: str
    for_approvers: bool


def for_analysts(tenant: Tenant, tiers: Collection[str] | None = None) -> dict[str, list[Door]]:
    """Of ways in that these tiers, or any, were sold; of Azure once it is delegated. The rest is closed."""
    sold, stands = ways.of(tenant, tiers), delegated.stands_now(tenant)
    open_ways = sold if stands.is_delegated else sold - ways.IN_AZURE
    theirs = links.doors(tenant, clouds.current(), "analyst", open_ways)
    return by_certainty([*theirs, *into_sentinel(stands, open_ways)])


def into_sentinel(stands: delegated.Stands, open_ways: Collection[str]) -> list[Door]:
    """Into each workspace that is delegated."""
    wanted = [each for each in links.LINKS.values() if each.suits("analyst", open_ways)]
    return [door for one in stands.workspaces for door in into(one, wanted)]


def into(workspace: Mapping[str, str], wanted: Iterable[Link]) -> Iterator[Door]:
    """The doors of one workspace; none where a name is of no shape that Azure gives names."""
    gaps = {"subscription": workspace["subscription"], "resource_group": workspace["group"]}
    gaps["workspace"] = workspace["name"]
    for link in wanted:
        if "workspace" in link.gaps and (url := links.url_if_any(link.slug, clouds.current(), **gaps)):
            yield Door(link, url, workspace["name"])


def for_customer(tenant: Tenant) -> dict[str, list[Door]]:
    """Of an approver, a reviewer and an administrator, each door once."""
    cloud, sold = clouds.current(), ways.of(tenant)
    theirs = [list(links.doors(tenant, cloud, who, sold)) for who in ("approver", "reviewer", "admin")]
    return by_certainty({door.link.slug: door for doors in theirs for door in doors}.values())


def by_certainty(doors: Iterable[Door]) -> dict[str, list[Door]]:
    """The surest first, under what is known about them."""
    groups: dict[str, list[Door]] = {words: [] for words in links.CERTAINTY.values()}
    for door in doors:
        groups[door.link.how_sure].append(door)
    return {words: group for words, group in groups.items() if group}


def named(slug: str, groups: Mapping[str, Sequence[Door]]) -> Door | None:
    """The door of that name, where it is among them."""
    return next((door for group in groups.values() for door in group if door.link.slug == slug), None)


def requests(tenant: Tenant) -> list[Request]:
    """The packages we answer for, so a link never leads to somebody else's."""
    rows = OwnedObject.objects.filter(tenant=tenant, kind="access_package").order_by("address")
    return [request_for(tenant, row) for row in rows]


def request_for(tenant: Tenant, package: OwnedObject) -> Request:
    name, address = package.spec["displayName"], _address(tenant, package.remote_id)
    return Request(name, address, for_approvers=package.address == "access_package/approvers")


def _address(tenant: Tenant, package: str) -> str:
    return links.url_if_any("request", clouds.current(), domain=tenant.initial_domain, package=package)

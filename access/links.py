"""Doors into Microsoft's portals. They are data, links.toml; here a door gets its tenant, or is refused.

What goes into a gap comes from rows and tenants, so it may be hostile: each gap takes one shape of value
only, and every value is quoted besides.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any
from urllib.parse import quote

from tenants.microsoft.clouds import Cloud
from tenants.models import Tenant

HERE = Path(__file__).with_suffix(".toml")
GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
SHAPES = {
    **dict.fromkeys(("tid", "package", "group", "app", "principal", "subscription"), GUID),
    "domain": rf"(?=.{{4,253}}$){LABEL}(\.{LABEL})+",
    # As Azure names them: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
    "resource_group": r"[A-Za-z0-9_()-][A-Za-z0-9_.()-]{0,88}(?<!\.)",
    "workspace": r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]",
}
CERTAINTY = {
    "documented": "Documented by Microsoft.",
    "seen": "Seen in use by others; Microsoft does not document it.",
    "inferred": "Put together by us from what is known; it may land elsewhere.",
}


@dataclass(frozen=True, slots=True)
class Link:
    slug: str
    label: str
    host: str
    path: str
    whose: tuple[str, ...]
    certainty: str
    source: str
    advice: str = ""
    way_in: str = ""
    rights: str = ""
    gaps: frozenset[str] = frozenset()

    @property
    def how_sure(self) -> str:
        return CERTAINTY[self.certainty]

    def suits(self, who: str, ways: Collection[str]) -> bool:
        """`ways`: the ways in that are open to them; see ways.py."""
        return who in self.whose and (not self.way_in or self.way_in in ways)


@dataclass(frozen=True, slots=True)
class Door:
    """A link with its tenant: what a page shows. `of`: which one, where a tenant has several."""

    link: Link
    url: str
    of: str = ""

    @property
    def name(self) -> str:
        """By which it is known again among the doors of one tenant."""
        return f"{self.link.slug}/{self.of}" if self.of else self.link.slug

    @property
    def label(self) -> str:
        return f"{self.link.label}, {self.of}" if self.of else self.link.label


def url(slug: str, cloud: Cloud, **values: str) -> str:
    """The address of one link. ValueError for a value of the wrong shape, or a cloud without the portal."""
    link = LINKS[slug]
    origin = host(link.host, cloud)
    if origin is None:
        raise ValueError(f"{slug}: the cloud {cloud.name} has no such portal that we know of")
    return origin + link.path.format_map({gap: fitting(gap, values.get(gap, "")) for gap in link.gaps})


def url_if_any(slug: str, cloud: Cloud, **values: str) -> str:
    """The same; "" where it would be a ValueError."""
    try:
        return url(slug, cloud, **values)
    except ValueError:
        return ""


def fitting(gap: str, value: str) -> str:
    """The value as it may stand in an address. The value itself is not repeated: it may be anything."""
    low = value if gap in ("resource_group", "workspace") else value.lower()
    if not re.fullmatch(SHAPES[gap], low):
        raise ValueError(f"this is not a {gap.replace('_', ' ')}")
    return quote(low, safe="")


def host(name: str, cloud: Cloud) -> str | None:
    """The portal's origin in that cloud; a custom cloud has the public portals, as in clouds.py."""
    named = ("myaccess", "defender", "entra", "azure")
    own = {portal: str(getattr(cloud, portal)) for portal in named}
    return own.get(name) or HOSTS.get(name, {}).get(cloud.name if cloud.is_microsoft else "public")


def doors(tenant: Tenant, cloud: Cloud, who: str, ways: Collection[str]) -> Iterator[Door]:
    return built(tenant, cloud, (link for link in LINKS.values() if link.suits(who, ways)))


def built(tenant: Tenant, cloud: Cloud, links: Iterable[Link]) -> Iterator[Door]:
    """Doors that need no more than the tenant; those of one package or group are built singly."""
    known = {"tid": str(tenant.tenant_id), "domain": tenant.initial_domain}
    filled = {gap for gap, value in known.items() if value}
    for link in links:
        if link.gaps <= filled and host(link.host, cloud):
            yield Door(link, url(link.slug, cloud, **known))


def _link(row: dict[str, Any]) -> Link:
    whose = tuple(row.pop("for"))
    gaps = frozenset(name for _, name, _, _ in Formatter().parse(row["path"]) if name)
    return Link(whose=whose, gaps=gaps, **row)


_DATA = tomllib.loads(HERE.read_text("utf-8"))
HOSTS: dict[str, dict[str, str]] = _DATA["hosts"]
LINKS = {row["slug"]: _link(dict(row)) for row in _DATA["links"]}

"""Every URL of the portal, read off its URLconf, so that a new page is walked without being named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tenants.guards import Door

PUBLIC = {
    "/signin/",
    "/signin/start/",
    "/signin/renew/",
    "/signin/return/",
    "/signin/refused/<str:reason>/",
    "/signout/",
    "/signout/everywhere/",
    "/help/",
    "/help/it-did-not-open/",
    "/consent/return/",
    "/health/live",
    "/health/ready",
}
"""Open to everybody, on purpose: they show nothing of any tenant and change nothing for strangers."""

SIGNED = {
    "/templates/<str:address>/<str:signed>.json",
    "/templates/guards/<str:pack>/<str:sealed>.json",
}
"""Open to whoever holds a link that we signed and that ends by itself: it is the right to that tenant's."""

FREE: dict[str, str] = {
    "step": "tenant",
    "reason": "guest",
    "act": "defender-tier-1",
    "offer": "managed-defender",
    "sign_in": "999999",
}
"""Arguments that belong to no tenant, with a value that is good."""


@dataclass(frozen=True)
class Url:
    """`route` as in the URLconf: "/tenants/<slug:slug>/runs/<int:run>/"."""

    route: str
    view: Callable[..., Any]
    arguments: tuple[str, ...]

    @property
    def door(self) -> Door | None:
        return getattr(self.view, "door", None)

    @property
    def is_public(self) -> bool:
        return self.route in PUBLIC | SIGNED

    @property
    def is_signed(self) -> bool:
        return self.route in SIGNED

    @property
    def bound(self) -> bool:
        """Whether it is about one tenant."""
        return any(name not in FREE for name in self.arguments)

    @property
    def is_nested(self) -> bool:
        """Whether it names something of a tenant beside the tenant."""
        return len([name for name in self.arguments if name not in FREE]) > 1

    def filled(self, values: dict[str, Any]) -> str:
        path = self.route
        for name in self.arguments:
            head, _, rest = path.partition("<")
            path = head + str(values[name]) + rest.partition(">")[2]
        return path


def urls() -> list[Url]:
    return list(below(get_resolver().url_patterns, "/", ()))


def below(patterns: list[Any], before: str, given: tuple[str, ...]) -> Iterator[Url]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        arguments = (*given, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            yield from below(pattern.url_patterns, route, arguments)
        elif isinstance(pattern, URLPattern):
            yield Url(route, pattern.callback, arguments)

"""The only way to a customer's tenant, and the doors every page stands behind.

    @door(Role.ADMIN, Role.AUDITOR)
    def page(request: Request, tenant: Tenant) -> HttpResponse: ...

A URL with `<slug:slug>` hands its view the tenant, found through `tenant_for`. Whoever has no right gets the
404 of a tenant that does not exist. Who is not signed in is sent to sign in, before anything is looked up.
`fresh=True` asks for a sign-in of the last ten minutes. portal/visitors.py answers what is raised here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import SuspiciousOperation
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from tenants import sessions
from tenants.microsoft.clouds import current
from tenants.models import Membership, Person, SignIn, Tenant
from tenants.people import EVERYBODY, Role, capabilities, reviews

P = ParamSpec("P")
ALL = Q(pk__isnull=False)
NONE = Q(pk__in=())
"""Both spelled out: an empty Q() vanishes when it is or-ed with another."""


class SignedOut(Exception):
    """Nobody is signed in, or no longer."""


class Stale(Exception):
    """The sign-in is too old for this act. Nothing was done. `kept`: what was chosen there."""

    def __init__(self, kept: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.kept = dict(kept or {})


@dataclass(frozen=True)
class Visitor:
    """Who asks. `if visitor:` is whether anybody is signed in."""

    sign_in: SignIn | None = None

    def __bool__(self) -> bool:
        return self.sign_in is not None

    @property
    def person(self) -> Person:
        """Raises SignedOut where there is nobody."""
        if self.sign_in is None:
            raise SignedOut
        return self.sign_in.person

    @cached_property
    def capabilities(self) -> frozenset[Role]:
        """Judged anew each request: a tenant that stopped being the provider's takes its roles along."""
        return capabilities(str(self.person.tid), self.sign_in.roles if self.sign_in else ())

    @property
    def is_fresh(self) -> bool:
        return self.sign_in is not None and sessions.is_fresh(self.sign_in)

    def has(self, role: Role) -> bool:
        """Anywhere at all; what it opens of one tenant only `tenant_for` says."""
        if role is Role.REVIEWER:
            return Tenant.objects.filter(reviews(self.person)).exists()
        return role in self.capabilities


class Request(HttpRequest):
    """What views get, for the type checker: the middlewares put these on."""

    visitor: Visitor
    htmx: HtmxDetails


def wants_a_part(request: Request) -> bool:
    """Not for a click that htmx follows as a whole page, nor for the Back button, which needs the page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


@dataclass(frozen=True, slots=True)
class Door:
    """What a view asks of its visitor; tests/isolation reads it off every URL."""

    roles: tuple[Role, ...]
    fresh: bool = False
    keeps: tuple[str, ...] = ()


View = Callable[Concatenate[Any, P], HttpResponseBase]


def door(
    *roles: Role, fresh: bool = False, keeps: tuple[str, ...] = ()
) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Anybody with one of `roles` may pass; without any named, everybody who is signed in.

    `keeps`: fields that go back into the page's address where the sign-in was not fresh. Choices, no words.
    """
    asked = Door(roles or EVERYBODY, fresh, keeps)

    def put(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if "slug" in kwargs:
                kwargs["tenant"] = tenant_for(request, kwargs.pop("slug"), *asked.roles)
            else:
                require(request, *asked.roles)
            if asked.fresh and not request.visitor.is_fresh:
                raise Stale({name: request.POST[name] for name in asked.keeps if name in request.POST})
            return view(request, *args, **kwargs)

        guarded.door = asked  # type: ignore[attr-defined]
        return guarded

    return put


def require(request: Request, *roles: Role) -> None:
    """One of these roles anywhere, else 404; SignedOut where there is nobody."""
    if not any(request.visitor.has(role) for role in roles):
        raise Http404


def tenant_for(request: Request, slug: str, *roles: Role) -> Tenant:
    """The tenant of that slug, where this visitor has one of these roles for it; else 404."""
    found = tenants_of(request.visitor, *roles).select_related("customer").filter(slug=slug).first()
    if found is None:
        raise Http404
    if request.POST.get("tenant", slug) != slug:
        raise SuspiciousOperation("the form names another tenant than its address")
    return found


def may(visitor: Visitor, tenant: Tenant, *roles: Role) -> bool:
    """Whether they have one of these roles for it: what a page offers by the same rule as its doors."""
    return tenants_of(visitor, *roles).filter(pk=tenant.pk).exists()


def tenants_of(visitor: Visitor, *roles: Role) -> QuerySet[Tenant]:
    """All tenants this visitor has one of these roles for; the same rule for lists and pages."""
    allowed = NONE
    for role in roles or EVERYBODY:
        allowed |= scope(visitor, role)
    return Tenant.objects.filter(allowed, cloud=current().name)


def scope(visitor: Visitor, role: Role) -> Q:
    if role is Role.REVIEWER:
        return reviews(visitor.person)
    if role not in visitor.capabilities:
        return NONE
    if role is Role.ANALYST:
        mine = Membership.objects.filter(person=visitor.person)
        return Q(customer__in=mine.values("customer_id"))
    return ALL

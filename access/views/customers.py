"""All customers somebody may see, with how each stands and who must act next."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from access import who_is_next
from access.pages import paged, show
from access.sheets import sheet
from access.standing import with_standing
from onboarding.reason_parts import visible
from tenants.guards import Request, door, tenants_of
from tenants.models import Tenant
from tenants.people import STAFF, Role

HEAD = ("Customer", "Domain", "Tenant id", "Cloud", "State", "Who must act next", "Last read back (UTC)")
STATES = dict(who_is_next.CHOICES)
SHOWN = 60
"""Letters of what an address asks for that are said again."""
ORDER = ("customer__name", "domain", "pk")


@door(*STAFF)
@require_safe
def customers(request: Request) -> HttpResponse:
    """Filters are in the address, so a view of the list can be sent to somebody."""
    rows = paged(request, found(request))
    rows.object_list = with_next(listed(rows.object_list))
    context = {
        "rows": rows,
        "choices": who_is_next.CHOICES,
        "asked": request.GET,
        "filters": filters(request),
        "unknown": visible(unknown_state(request)[:SHOWN]),
        "is_admin": request.visitor.has(Role.ADMIN),
        "any": len(rows) or tenants_of(request.visitor, *STAFF).exists(),
    }
    return show(request, "access/customers.html", "access/_customers_found.html", context)


@door(*STAFF)
@require_safe
def customers_file(request: Request) -> HttpResponse:
    """The same rows, all pages of them."""
    name = "customers-found" if filters(request) else "customers"
    return sheet(name, HEAD, map(line, with_next(listed(found(request)))))


def filters(request: Request) -> list[str]:
    """What the list is narrowed down to, in words."""
    words, choice = asked(request)
    said = [f"with “{visible(words[:SHOWN])}” in name, domain or tenant id"] if words else []
    return said + ([f"in the state “{STATES[choice]}”"] if choice in STATES else [])


def unknown_state(request: Request) -> str:
    """By an old link, or one that was cut. Nothing is left out for it."""
    choice = asked(request)[1]
    return "" if choice in STATES else choice


def asked(request: Request) -> tuple[str, str]:
    return request.GET.get("q", "").strip(), request.GET.get("state", "")


def found(request: Request) -> QuerySet[Any]:
    """How a tenant stands is worked out for all only where it is asked for; else for one page of them."""
    words, choice = asked(request)
    rows = tenants_of(request.visitor, *STAFF)
    if words:
        rows = rows.filter(matching(words))
    if choice in STATES:
        rows = who_is_next.those(with_standing(rows), choice)
    return rows.order_by(*ORDER)


def listed(found: Any) -> QuerySet[Any]:
    """With all that a line of the list says."""
    return (
        with_standing(Tenant.objects.filter(pk__in=found.values("pk")))
        .select_related("customer")
        .order_by(*ORDER)
    )


def with_next(rows: QuerySet[Any]) -> list[Any]:
    nexts = who_is_next.of(rows)
    for row in rows:
        row.next = nexts[row.pk]
    return list(rows)


def matching(words: str) -> Q:
    """Part of a name or domain, or a tenant id as people paste it."""
    plain = words.replace("\0", "")
    found = Q(customer__name__icontains=plain) | Q(domain__icontains=plain) | Q(slug__icontains=plain)
    return found | Q(initial_domain__icontains=plain) | Q(tenant_id__icontains=plain)


def line(tenant: Any) -> tuple[object, ...]:
    names = (tenant.customer.name, tenant.domain, tenant.tenant_id, tenant.cloud)
    return (*names, tenant.next.label, tenant.next.who, tenant.read_back_at)

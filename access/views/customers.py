"""All customers somebody may see, with how each stands and who must act next."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from access.pages import paged, show
from access.sheets import sheet
from access.standing import Standing, with_standing
from tenants.guards import Request, door, tenants_of
from tenants.people import STAFF, Role

HEAD = ("Customer", "Domain", "Tenant id", "Cloud", "State", "Who must act next", "Last read back")


@door(*STAFF)
@require_safe
def customers(request: Request) -> HttpResponse:
    """Filters are in the address, so a view of the list can be sent to somebody."""
    context = {
        "rows": paged(request, found(request)),
        "standings": Standing,
        "asked": request.GET,
        "is_admin": request.visitor.has(Role.ADMIN),
        "any": tenants_of(request.visitor, *STAFF).exists(),
    }
    return show(request, "access/customers.html", "access/_customers_found.html", context)


@door(*STAFF)
@require_safe
def customers_file(request: Request) -> HttpResponse:
    """The same rows, all pages of them."""
    return sheet("customers", HEAD, map(line, found(request)))


def found(request: Request) -> QuerySet[Any]:
    words, standing = request.GET.get("q", "").strip(), request.GET.get("state", "")
    rows = with_standing(tenants_of(request.visitor, *STAFF)).select_related("customer")
    if words:
        rows = rows.filter(matching(words))
    if standing in Standing.values:
        rows = rows.filter(standing=standing)
    return rows.order_by("customer__name", "domain", "pk")


def matching(words: str) -> Q:
    """Part of a name or domain, or a tenant id as people paste it."""
    plain = words.replace("\0", "")
    found = Q(customer__name__icontains=plain) | Q(domain__icontains=plain) | Q(slug__icontains=plain)
    return found | Q(initial_domain__icontains=plain) | Q(tenant_id__icontains=plain)


def line(tenant: Any) -> tuple[object, ...]:
    standing = Standing(tenant.standing)
    read_back = tenant.read_back_at
    names = (tenant.customer.name, tenant.domain, tenant.tenant_id, tenant.cloud)
    return (*names, standing.label, standing.next, read_back)

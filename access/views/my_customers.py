"""Where an analyst begins: their own customers, what to ask for in each, and the doors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access import tasks, watching
from access.desk import asked, by_state, desk, shortcuts
from access.grants import How
from access.pages import paged, show
from access.views.customers import matching
from tenants.guards import Request, door, tenants_of
from tenants.models import Tenant
from tenants.people import Role

A_PAGE = 20
ASKED = "How it stands in My Access is read again by itself."


@door(Role.ANALYST)
@require_safe
def my_customers(request: Request) -> HttpResponse:
    """Also for an admin who is an analyst, too, only those customers that were given to them."""
    rows = paged(request, found(request), A_PAGE)
    said = watching.READING if is_reading(rows) else ASKED
    watch = watching.of(here(request), None, *waited_for(rows), said=said)
    if "seen" in request.GET:
        return watching.show(request, "access/my_customers.html", watch, lambda: about(request, rows))
    context = {**about(request, rows), "watch": watch}
    return show(request, "access/my_customers.html", "access/_my_customers_found.html", context)


def is_reading(rows: Page[Any]) -> bool:
    return any(row.being_read for row in rows)


def waited_for(rows: Page[Any]) -> list[str]:
    """What is being read, and what is read again by itself, by when that was done last."""
    reading = [row.slug for row in rows if row.being_read]
    return reading + [f"{row.slug}-{when(row.my_read_at)}" for row in rows if row.asked_at]


def when(moment: datetime | None) -> str:
    """As an address takes it."""
    return f"{moment.timestamp():.3f}" if moment else "never"


def about(request: Request, rows: Page[Any]) -> dict[str, Any]:
    person = request.visitor.person
    lately = list(shortcuts.recent(asked.with_asked(mine(request), person), person))
    cards = desk.cards(person, [*rows, *lately])
    shown = {"cards": cards[: len(rows)], "lately": cards[len(rows) :], "is_reading": is_reading(rows)}
    return {**shown, "rows": rows, "asked": request.GET, "states": How}


@door(Role.ANALYST)
@require_POST
def favourite(request: Request, tenant: Tenant) -> HttpResponse:
    """Back to the same list, where the tenant stood."""
    shortcuts.keep(request.visitor.person, tenant, request.POST.get("keep") == "yes")
    return back(request, tenant)


@door(Role.ANALYST)
@require_POST
def read_access(request: Request, tenant: Tenant) -> HttpResponse:
    """Ask the tenant how its analysts stand. It only reads there; the worker does it."""
    tasks.read(tenant, request.visitor.person.actor)
    return back(request, tenant)


@door(Role.ANALYST)
@require_POST
def opened(request: Request, tenant: Tenant) -> HttpResponse:
    """The page says so itself, by script, when a door is opened; without script nothing is remembered."""
    shortcuts.opened(request.visitor.person, tenant, request.POST.get("door", ""))
    return HttpResponse(status=204)


def here(request: Request) -> str:
    """The list as it is searched now, without what only polling says."""
    asked = request.GET.copy()
    for ours in ("seen", "again"):
        asked.pop(ours, None)
    return f"{reverse('my-customers')}?{asked.urlencode()}" if asked else reverse("my-customers")


def back(request: Request, tenant: Tenant) -> HttpResponse:
    return redirect(f"{reverse('my-customers')}?{request.GET.urlencode()}#{tenant.slug}")


def mine(request: Request) -> QuerySet[Any]:
    return desk.prepared(tenants_of(request.visitor, Role.ANALYST))


def found(request: Request) -> QuerySet[Any]:
    """Favourites, then what is to be renewed, then by name."""
    words, person = request.GET.get("q", "").strip(), request.visitor.person
    theirs = asked.with_asked(mine(request), person)
    rows = shortcuts.with_favourites(theirs, person).order_by(
        "-favourite", by_state.standing(person, How.RENEW).desc(), "customer__name", "domain", "pk"
    )
    if words:
        rows = rows.filter(matching(words))
    if request.GET.get("show") == "favourites":
        rows = rows.filter(favourite=True)
    if (state := request.GET.get("state", "")) in How.values:
        rows = rows.filter(by_state.standing(person, How(state)))
    return rows

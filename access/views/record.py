"""The record: who did what and when, over all customers or of one, checked against its chain, and to keep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from access.names import named, things
from access.pages import paged, show
from access.record_search import SearchForm, found
from access.sheets import sheet
from tenants import ledger
from tenants.guards import Request, door, tenants_of
from tenants.models import LedgerEntry, Tenant
from tenants.people import Role

READERS = (Role.ADMIN, Role.AUDITOR)
HEAD = ("Number", "At (UTC)", "Who", "Did", "What", "Facts", "Hash")


@door(*READERS)
@require_safe
def everything(request: Request) -> HttpResponse:
    customers = tenants_of(request.visitor, *READERS).values("customer")
    entries = LedgerEntry.objects.filter(customer__in=customers).order_by("-at", "-pk")
    return listed(request, entries)


@door(*READERS)
@require_safe
def record(request: Request, tenant: Tenant) -> HttpResponse:
    entries = tenant.customer.ledger.order_by("-number")
    others = tenants_of(request.visitor, *READERS).filter(customer=tenant.customer).exclude(pk=tenant.pk)
    return listed(request, entries, tenant=tenant, others=others, **checked(request, tenant))


@door(*READERS)
@require_safe
def sheet_of(request: Request, tenant: Tenant) -> HttpResponse:
    """For people. Names are as they are today; the chain itself is the other file."""
    entries = list(tenant.customer.ledger.order_by("number"))
    names = named(entry.actor for entry in entries)
    return sheet(f"record-{tenant.slug}", HEAD, (line(entry, names) for entry in entries))


@door(*READERS)
@require_safe
def chain_of(request: Request, tenant: Tenant) -> StreamingHttpResponse:
    """All fields of every entry, a JSON document a line: whoever has it can check the chain without us."""
    response = StreamingHttpResponse(chain(tenant), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="record-{tenant.slug}.jsonl"'
    return response


def listed(request: Request, entries: QuerySet[LedgerEntry], **more: Any) -> HttpResponse:
    form = SearchForm({name: request.GET.get(name, "").replace("\0", "") for name in SearchForm.base_fields})
    rows = paged(request, found(entries.prefetch_related("customer__tenants"), form))
    names = named(who for entry in rows for who in (entry.actor, entry.subject)) | things(rows)
    context = {"rows": rows, "names": names, "asked": request.GET, "form": form, **more}
    return show(request, "access/record.html", "access/_record_found.html", context)


def checked(request: Request, tenant: Tenant) -> dict[str, Any]:
    """The chain is gone through only when asked: it reads every entry."""
    context: dict[str, Any] = {"head": ledger.head(tenant.customer)}
    if "check" in request.GET:
        anchor = request.GET.get("anchor", "").strip().lower()
        context |= {"checked": True, "broken": ledger.verify(tenant.customer, anchor), "anchor": anchor}
    return context


def line(entry: LedgerEntry, names: dict[str, str]) -> tuple[object, ...]:
    who = names[entry.actor]
    return (entry.number, entry.at, who, entry.verb, entry.subject, json.dumps(entry.facts), entry.hash)


def chain(tenant: Tenant) -> Iterator[str]:
    fields = ("customer_id", "number", "at", "actor", "verb", "subject", "facts", "previous", "hash")
    for entry in tenant.customer.ledger.order_by("number").values(*fields).iterator():
        exact = {"at": entry["at"].isoformat(timespec="microseconds")}
        yield json.dumps(entry | exact, ensure_ascii=False) + "\n"

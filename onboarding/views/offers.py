"""Offers: what is sold, how versions differ, and an edit that makes a new version."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onboarding import offers
from onboarding.models import Offer
from onboarding.offer_parts.form import EditForm
from onboarding.words import reasons
from onboarding.words.offer_words import differences, lines
from tenants.guards import Request, door
from tenants.microsoft.errors import Refused
from tenants.people import Role, called


@require_safe
@door(Role.ADMIN, Role.AUDITOR)
def listed(request: Request) -> HttpResponse:
    return render(request, "onboarding/offers.html", {"sold": offers.documents()})


@require_safe
@door(Role.ADMIN, Role.AUDITOR)
def offer(request: Request, offer: str) -> HttpResponse:
    return shown(request, offer, EditForm(newest(offer)))


@require_POST
@door(Role.ADMIN, fresh=True)
def edit(request: Request, offer: str) -> HttpResponse:
    document = newest(offer)
    if request.POST.get("version", "").strip() not in ("", str(document["version"])):
        return shown(request, offer, EditForm(document), reasons.words("offer_changed", document))
    form = EditForm(document, request.POST)
    if not form.is_valid():
        return shown(request, offer, form)
    try:
        made = offers.edit(offer, form.cleaned_data["version"], form.changes(), request.visitor.person.actor)
    except Refused as refused:
        return shown(request, offer, form, reasons.words(refused.reason, refused.facts))
    messages.success(request, f"{made} is made. Customers keep their version until they are planned again.")
    return redirect("offer", offer)


def newest(slug: str) -> dict[str, Any]:
    """404 where nothing of that name is sold."""
    found = offers.documents().get(slug)
    if found is None:
        raise Http404
    return found


def shown(request: Request, slug: str, form: EditForm, why: reasons.Words | None = None) -> HttpResponse:
    context = {
        "slug": slug,
        "document": form.document,
        "lines": lines(form.document),
        "versions": versions(slug),
        "form": form,
        "mistakes": [box for box in form if box.errors],
        "may_edit": request.visitor.has(Role.ADMIN),
        "why": why,
    }
    return render(request, "onboarding/offer_page.html", context, status=400 if why or form.errors else 200)


def versions(slug: str) -> list[dict[str, Any]]:
    """Each with what is different from the one before, who made it and how many tenants have it."""
    rows = Offer.objects.filter(slug=slug).annotate(tenants=Count("onboarding"))
    kept = {row.version: row for row in rows}
    documents = list(offers.versions(slug).items())
    before = {new: old for (new, _), (_, old) in pairwise(documents)}
    return [
        {
            "number": number,
            "row": kept.get(number),
            "by": called(kept[number].made_by) if number in kept else "",
            "differences": differences(before[number], document) if number in before else None,
        }
        for number, document in documents
    ]

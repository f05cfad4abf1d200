"""A reviewer of the customer reviews what was granted and signs it; what was signed can be read and printed.

The provider's people see what was signed. What a reviewer has written and not signed yet is theirs alone.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from access.models import Decision, Review
from access.reviewing import after_review, pdf, review_dates, reviews
from access.who_can import who
from access.who_can.lines import Line, all_lines
from onboarding import runs, tasks
from onboarding.models import Survey
from onboarding.words import reasons
from tenants.guards import Request, door, may
from tenants.microsoft.errors import Refused
from tenants.models import Tenant
from tenants.people import Role

READERS = (Role.ADMIN, Role.AUDITOR, Role.REVIEWER)


@door(*READERS)
@require_safe
def reviews_of(request: Request, tenant: Tenant) -> HttpResponse:
    decides = may(request.visitor, tenant, Role.REVIEWER)
    said = [(each, reviews.counts(each)) for each in reviews.signed(tenant).order_by("-pk")]
    context = {"tenant": tenant, "decides": decides, "said": said, **dates(tenant)}
    return render(request, "access/reviews.html", context)


@door(*READERS)
@require_safe
def signed(request: Request, tenant: Tenant, review: int) -> HttpResponse:
    row = get_object_or_404(reviews.signed(tenant), pk=review)
    return render(request, "access/review_signed.html", about_signed(request, tenant, row))


@door(*READERS)
@require_safe
def signed_pdf(request: Request, tenant: Tenant, review: int) -> HttpResponse:
    """To keep. What is not what was signed is not handed out; the page says so."""
    row = get_object_or_404(reviews.signed(tenant), pk=review)
    if reviews.broken(row):
        context = about_signed(request, tenant, row)
        return render(request, "access/review_signed.html", context, status=409)
    response = HttpResponse(pdf.pdf(row), content_type="application/pdf")
    name = f"review-{tenant.slug}-{row.pk}-{row.sha256[:12]}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@door(Role.REVIEWER, fresh=True)
@require_POST
def end(request: Request, tenant: Tenant, review: int) -> HttpResponse:
    """Begin to end what it decided and the portal can end; the worker carries it out."""
    row = get_object_or_404(reviews.signed(tenant), pk=review)
    try:
        run = after_review.end(tenant, row, request.visitor.person)
    except Refused as refused:
        why = {"why": reasons.words(refused.reason, refused.facts)}
        return render(
            request, "access/review_signed.html", about_signed(request, tenant, row) | why, status=400
        )
    tasks.ring(run.pk)
    return redirect("run", tenant.slug, run.pk)


def about_signed(request: Request, tenant: Tenant, row: Review) -> dict[str, Any]:
    found = after_review.endings(tenant, row)
    decides = may(request.visitor, tenant, Role.REVIEWER)
    context = {"tenant": tenant, "review": row, "endings": found, "decides": decides}
    context |= {"by_portal": [each for each in found if each.held], "open_run": runs.open_run(tenant)}
    grants = [(each, parse_datetime(each["until"])) for each in row.document["grants"]]
    context |= {"grants": grants, "read_at": parse_datetime(row.document.get("read_at", ""))}
    context |= {"broken": reviews.broken(row), "labels": dict(Decision.Choice.choices)}
    return context


@door(Role.REVIEWER)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    return render(request, "access/review.html", about(tenant))


@door(Role.REVIEWER)
@require_POST
def save(request: Request, tenant: Tenant) -> HttpResponse:
    """What is typed is kept, whether or not all of it is decided yet."""
    said = {
        each.key: (request.POST.get(f"choice-{name}", ""), request.POST.get(f"reason-{name}", ""))
        for name, each in named(lines(tenant)).items()
    }
    reviews.save(tenant, said, request.visitor.person)
    return redirect("review", tenant.slug)


@door(Role.REVIEWER, fresh=True)
@require_POST
def sign(request: Request, tenant: Tenant) -> HttpResponse:
    try:
        row = reviews.sign(tenant, request.POST.get("seen", ""), request.visitor.person)
    except Refused as refused:
        why = reasons.words(refused.reason, refused.facts)
        return render(request, "access/review.html", about(tenant) | {"why": why}, status=400)
    return redirect("review-signed", tenant.slug, row.pk)


def about(tenant: Tenant) -> dict[str, Any]:
    """The fingerprint first: what changes while the rest is read is on the page, and is not signed by it."""
    seen = reviews.fingerprint(tenant)
    found, said = lines(tenant), reviews.decisions(reviews.begun(tenant))
    return {
        "tenant": tenant,
        **who.about(tenant),
        "rows": [(name, each, said.get(each.key)) for name, each in named(found).items()],
        "choices": Decision.Choice.choices,
        "left": reviews.undecided(found, said),
        "seen": seen,
        **dates(tenant),
    }


def dates(tenant: Tenant) -> dict[str, Any]:
    day = review_dates.due(tenant)
    word, colour = review_dates.urgency(day)
    return {"due": day, "word": word, "colour": colour}


def lines(tenant: Tenant) -> list[Line]:
    """Strangers first."""
    found = all_lines(tenant, Survey.objects.filter(tenant=tenant).last())
    return sorted(found, key=lambda each: not each.strange)


def named(found: list[Line]) -> dict[str, Line]:
    """By a name that fits into a form, whatever the grant's key is made of."""
    return {hashlib.sha256(each.key.encode()).hexdigest()[:16]: each for each in found}

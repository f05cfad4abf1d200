"""The evidence pack: for which days, what can be in it, and the download."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from access import watching
from access.evidence import evidence, zipped
from onboarding import tasks
from onboarding.models import Inquiry
from onboarding.wizard import inquiries
from onboarding.wizard.forms import near
from tenants.guards import Request, door, may, tenants_of
from tenants.models import Tenant
from tenants.people import Role

READERS = (Role.ADMIN, Role.AUDITOR, Role.REVIEWER)
ASKERS = (Role.ADMIN, Role.REVIEWER)
PAGE = "access/evidence.html"
USUAL = timedelta(days=90)
DAY = {"invalid": "Type a day as year-month-day, for example 2026-11-21."}


class PeriodForm(forms.Form):
    first = forms.DateField(required=False, error_messages=DAY, validators=[near])
    last = forms.DateField(required=False, error_messages=DAY, validators=[near])

    def clean(self) -> dict[str, Any]:
        """Without days it is the last ninety."""
        said = self.cleaned_data
        last = said.get("last") or now().date()
        first = said.get("first") or last - USUAL
        if not self.errors and first > last:
            self.add_error("last", "The last day comes before the first.")
        return {"first": first, "last": last}


@door(*READERS)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    return watching.show(request, PAGE, watch(tenant), lambda: about(request, tenant, PeriodForm({})))


@door(*READERS)
@require_safe
def pack(request: Request, tenant: Tenant) -> HttpResponseBase:
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return render(request, PAGE, about(request, tenant, form), status=400)
    period = evidence.Period(**form.cleaned_data)
    made = evidence.Pack(tenant, period, whole=sees_whole(request, tenant))
    response = StreamingHttpResponse(zipped.stream(made.files(), made.about), content_type="application/zip")
    name = f"evidence-{tenant.slug}-{period.first}-{period.last}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@door(*ASKERS)
@require_POST
def read(request: Request, tenant: Tenant) -> HttpResponse:
    """Ask the worker for the requests as Microsoft tells of them now. It only reads there."""
    asked = inquiries.ask(tenant, Inquiry.What.REQUESTS, {}, request.visitor.person.actor)
    tasks.ring_for(asked)
    return redirect("evidence", tenant.slug)


def sees_whole(request: Request, tenant: Tenant) -> bool:
    """The record is one for all tenants of a customer: for who may see every one of them."""
    every = Tenant.objects.filter(customer=tenant.customer)
    return not every.exclude(pk__in=tenants_of(request.visitor, *READERS).values("pk")).exists()


def watch(tenant: Tenant) -> watching.Watch:
    asked = inquiries.latest(tenant, Inquiry.What.REQUESTS)
    return watching.of(reverse("evidence", args=[tenant.slug]), asked)


def about(request: Request, tenant: Tenant, form: PeriodForm) -> dict[str, Any]:
    form.is_valid()
    return {
        "tenant": tenant,
        "form": form,
        "first": form.cleaned_data.get("first"),
        "last": form.cleaned_data.get("last"),
        "asked": inquiries.latest(tenant, Inquiry.What.REQUESTS),
        "requests": evidence.last_read(tenant),
        "whole": sees_whole(request, tenant),
        "may_ask": may(request.visitor, tenant, *ASKERS),
        "watch": watch(tenant),
    }

"""Freeze windows of one tenant: set and removed by an administrator of ours or a reviewer of the customer."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from access.freeze_form import FreezeForm
from onboarding import runs, tasks
from tenants import freezes
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role

WHO = (Role.ADMIN, Role.REVIEWER)


@door(*WHO)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    return render(request, "access/freezes.html", about(request, tenant, FreezeForm()))


@door(*WHO)
@require_POST
def add(request: Request, tenant: Tenant) -> HttpResponse:
    form = FreezeForm(request.POST)
    if not form.is_valid():
        return render(request, "access/freezes.html", about(request, tenant, form), status=400)
    freezes.add(tenant, **form.cleaned_data, by=request.visitor.person)
    return redirect("freezes", tenant.slug)


@door(*WHO)
@require_POST
def remove(request: Request, tenant: Tenant, freeze: int) -> HttpResponse:
    """A run that it held goes on at once, and not only when the window would have been over."""
    window = get_object_or_404(tenant.freezes.select_related("tenant__customer"), pk=freeze)
    if not freezes.may_remove(window, request.visitor.person):
        raise Http404
    freezes.remove(window, request.visitor.person)
    if (run := runs.open_run(tenant)) is not None:
        runs.look_now(run)
        tasks.ring(run.pk)
    return redirect("freezes", tenant.slug)


def about(request: Request, tenant: Tenant, form: FreezeForm) -> dict[str, Any]:
    windows = list(freezes.ahead(tenant).select_related("tenant"))
    rows = [(window, freezes.may_remove(window, request.visitor.person)) for window in windows]
    return {"tenant": tenant, "form": form, "rows": rows, "until": freezes.until(tenant)}

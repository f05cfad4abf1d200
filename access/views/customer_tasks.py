"""Tasks for the customer's own people, each with who there can do it and whether we saw it done."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.to_do import customer_tasks
from tenants.guards import Request, door, may
from tenants.models import Tenant
from tenants.people import Role

CONFIRMERS = (Role.ADMIN, Role.REVIEWER)


@door(Role.ADMIN, Role.AUDITOR, Role.REVIEWER)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    found = customer_tasks.tasks(tenant)
    may_confirm = may(request.visitor, tenant, *CONFIRMERS)
    context = {
        "tenant": tenant,
        "may_confirm": may_confirm,
        "is_reviewer": may(request.visitor, tenant, Role.REVIEWER),
        "still_open": [each for each in found if each.is_open],
        "done": [each for each in found if not each.is_open],
    }
    return render(request, "access/customer_tasks.html", context)

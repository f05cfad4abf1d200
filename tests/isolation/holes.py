"""Pages as they must never be. The walk has to find what is wrong with each."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from onboarding import tasks
from onboarding.models import Run
from portal.urls import urlpatterns as ours
from tenants.guards import Request, door
from tenants.models import Customer, Tenant
from tenants.people import Role

STAFF = (Role.ADMIN, Role.AUDITOR, Role.ANALYST)


def unguarded(request: Request, slug: str) -> HttpResponse:
    return HttpResponse("Anybody may read this.")


@door(*STAFF)
def everybodys(request: Request) -> HttpResponse:
    """A list without tenants_of."""
    return JsonResponse(list(Tenant.objects.values_list("domain", flat=True)), safe=False)


@door(*STAFF, Role.REVIEWER)
def any_run(request: Request, tenant: Tenant, run: int) -> HttpResponse:
    """Looks the run up by its number alone."""
    return HttpResponse(Run.objects.get(pk=run).started_by)


@door(*STAFF)
def run_without_tenant(request: Request, run: int) -> HttpResponse:
    return HttpResponse(Run.objects.get(pk=run).started_by)


@door(*STAFF)
def writing_get(request: Request, tenant: Tenant) -> HttpResponse:
    Customer.objects.filter(pk=tenant.customer_id).update(name="Renamed")
    return HttpResponse("done")


@door(*STAFF)
def ringing_get(request: Request, tenant: Tenant) -> HttpResponse:
    """As a page that is polled must not: each look would begin something."""
    tasks.ring_to_read(tenant.pk)
    return HttpResponse("done")


@door(*STAFF)
def for_other_sites(request: Request, tenant: Tenant) -> HttpResponse:
    """Read by a script of another site in the browser of whoever is signed in here."""
    return HttpResponse("done", headers={"Access-Control-Allow-Origin": "https://portal.azure.com"})


@door(*STAFF)
def twice(request: Request, tenant: Tenant) -> HttpResponse:
    return HttpResponse("&lt;span&gt;the customer&amp;#x27;s&lt;/span&gt;")


@csrf_exempt
@door(*STAFF)
def exempt(request: Request, tenant: Tenant) -> HttpResponse:
    return HttpResponse("done")


def writes_before_it_refuses(request: Request, slug: str) -> HttpResponse:
    Customer.objects.filter(slug=slug).update(name="Renamed")
    raise Http404


@door(*STAFF)
def good(request: Request, tenant: Tenant) -> HttpResponse:
    return HttpResponse(tenant.domain)


HOLES: dict[str, Any] = {
    "/holes/<slug:slug>/unguarded/": unguarded,
    "/holes/everybodys/": everybodys,
    "/holes/<slug:slug>/runs/<int:run>/": any_run,
    "/holes/runs/<int:run>/": run_without_tenant,
    "/holes/<slug:slug>/writing/": writing_get,
    "/holes/<slug:slug>/ringing/": ringing_get,
    "/holes/<slug:slug>/for-other-sites/": for_other_sites,
    "/holes/<slug:slug>/twice/": twice,
    "/holes/<slug:slug>/exempt/": exempt,
    "/holes/<slug:slug>/late/": writes_before_it_refuses,
    "/holes/<slug:slug>/good/": good,
}
inner = [path(route.removeprefix("/holes/"), view) for route, view in HOLES.items()]
urlpatterns = [*ours, path("holes/", include(inner))]

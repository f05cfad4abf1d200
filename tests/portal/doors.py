"""The portal's URLs and two more, to stand before a door that wants a fresh sign-in."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

from portal.urls import urlpatterns as ours
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role


@door(Role.ADMIN, fresh=True)
def dangerous(request: Request, tenant: Tenant) -> HttpResponse:
    return HttpResponse(f"done to {tenant.slug}")


@door()
def anybody(request: Request) -> HttpResponse:
    return HttpResponse("in")


urlpatterns = [*ours, path("tenants/<slug:slug>/run/", dangerous), path("anybody/", anybody)]

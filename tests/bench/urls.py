"""The portal's own pages and two to measure them by."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from portal.urls import urlpatterns as ours
from tenants.guards import Request, door, tenants_of
from tenants.people import Role


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@door(Role.ADMIN)
def plain(request: Request) -> HttpResponse:
    """The start page of a reviewer, of fifty tenants: a list of links in our frame."""
    rows = tenants_of(request.visitor, Role.ADMIN).select_related("customer")[:50]
    return render(request, "portal/home.html", {"tenants": rows})


urlpatterns = [*ours, path("bare/", bare), path("plain/", plain)]

"""The portal's addresses, and two that end in the pages for what nobody expects."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import urlpatterns as ours


def refuses(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def breaks(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("on purpose")


urlpatterns = [path("broken/403/", refuses), path("broken/500/", breaks), *ours]

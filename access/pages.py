"""One address, two sizes: the whole page, or the part of it that htmx asked for."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from tenants.guards import Request, wants_a_part

A_PAGE = 50


def show(request: Request, page: str, fragment: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, fragment if wants_a_part(request) else page, context)
    patch_vary_headers(response, ("HX-Request",))
    return response


def paged(request: Request, rows: QuerySet[Any], size: int = A_PAGE) -> Page[Any]:
    """The page the address names; the nearest one for a number that is none."""
    return Paginator(rows, size).get_page(request.GET.get("page"))

"""What the words mean and what each permission is for. For everybody, signed in or not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import app_permissions, glossary, not_opened


@require_safe
def explained(request: HttpRequest) -> HttpResponse:
    shown = {"words": glossary.WORDS, "permissions": app_permissions.explained()}
    return render(request, "portal/help.html", shown)


@require_safe
def did_not_open(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/not_opened.html", {"pictures": not_opened.PICTURES})

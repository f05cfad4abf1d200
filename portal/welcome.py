"""Plain words where pages will be: that this deployment is up, and what an administrator just decided."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

UP = "The pages come with the next issue; this deployment is up."
NOT_MICROSOFT = "Its cloud is custom: this is not Microsoft."
CONSENTED = (
    "Back from the consent page. Run the command again: it asks the tenant itself what was consented to."
)


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return plain(UP)


@never_cache
@require_safe
def consented(request: HttpRequest) -> HttpResponse:
    """The address proves nothing (facts 10), so nothing of it is read or shown."""
    return plain(CONSENTED)


def plain(text: str) -> HttpResponse:
    lines = [text, NOT_MICROSOFT] if settings.CUSTOM else [text]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

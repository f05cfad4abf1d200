"""Where Microsoft's consent page sends people back to. Open to anybody: it proves nothing and only rings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onboarding import tasks
from onboarding.wizard import consent_returns
from tenants.rates import limited


@never_cache
@require_GET
@limited("consent", "30/minute")
def page(request: HttpRequest) -> HttpResponse:
    given = request.GET
    error = given.get("error", "")
    back = consent_returns.come_back(given.get("state", ""), given.get("tenant", ""), error)
    if back.inquiry is not None:
        tasks.ring_for(back.inquiry)
    return render(request, "onboarding/returned.html", {"back": back})

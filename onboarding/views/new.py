"""Step 1: which tenant. It is looked up and shown; nothing is saved before a person says it is the one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from onboarding import drafts, enrol, reasons
from onboarding.forms import NewTenant
from onboarding.steps import next_step
from onboarding.views.page import url
from tenants.guards import Request, door
from tenants.microsoft import clouds
from tenants.microsoft.errors import Later, Refused
from tenants.models import Tenant
from tenants.people import Role
from tenants.rates import limited


@door(Role.ADMIN)
@limited("discovery", "30/minute")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request) -> HttpResponse:
    form = NewTenant(request.POST or None)
    if not form.is_valid():
        return render(request, "onboarding/new.html", {"form": form})
    try:
        return begin(request, form) if form.cleaned_data["seen"] else look(request, form)
    except (Refused, Later) as trouble:
        return render(request, "onboarding/new.html", {"form": form, "trouble": words(trouble)})


def look(request: Request, form: NewTenant) -> HttpResponse:
    """What the discovery page says, to be compared by a person."""
    found = enrol.discovered(form.cleaned_data["place"])
    known = Tenant.objects.filter(tenant_id=found.tenant_id, cloud=clouds.current().name).first()
    context = {"form": form, "found": found, "known": known, "cloud": CLOUD_WORDS[clouds.current().name]}
    return render(request, "onboarding/new.html", context)


def begin(request: Request, form: NewTenant) -> HttpResponse:
    given = form.cleaned_data
    by = request.visitor.person.actor
    draft = drafts.begin(given["place"], given["seen"], given["customer"], form.slug, by)
    return redirect(url(draft, next_step(draft)))


def words(trouble: Refused | Later) -> reasons.Words:
    if isinstance(trouble, Refused):
        return reasons.words(trouble.reason, trouble.facts)
    return reasons.words("inquiry_failed", {"why": trouble.why})


CLOUD_WORDS = {
    "public": "Microsoft's public cloud. GCC tenants live there too and cannot be told apart for sure.",
    "usgov": "Microsoft's cloud for the US Government: GCC High. Tenants of the DoD use other addresses.",
    "usgov-dod": "Microsoft's cloud for the US Department of Defense.",
    "china": "Microsoft's cloud in China, run by 21Vianet.",
    "custom": "A cloud of your own settings. It is not Microsoft.",
}

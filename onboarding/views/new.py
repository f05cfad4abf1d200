"""Step 1: which tenant. It is looked up and shown; nothing is saved before a person says it is the one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from onboarding import enrol, verifying
from onboarding.views.page import url
from onboarding.wizard import drafts, owners
from onboarding.wizard.forms import NewTenant
from onboarding.wizard.steps import next_step
from onboarding.words import reasons
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
    form = NewTenant(request.POST or None, initial=request.GET.dict())
    if not form.is_valid() and set(form.errors) != {"owner"}:
        return render(request, "onboarding/new.html", {"form": form})
    context: dict[str, Any] = {"form": form, "name": form.cleaned_data["customer"]}
    try:
        if form.is_valid() and form.cleaned_data["seen"]:
            return begin(request, form)
    except (Refused, Later) as trouble:
        context["trouble"] = words(trouble)
    return look(request, context)


def look(request: Request, context: dict[str, Any]) -> HttpResponse:
    """What the discovery page says and who is here, to be compared by a person."""
    try:
        context |= seen(context["form"])
    except (Refused, Later) as trouble:
        context["trouble"] = words(trouble)
    return render(request, "onboarding/new.html", context)


def seen(form: NewTenant) -> dict[str, Any]:
    found = enrol.discovered(form.cleaned_data["place"])
    name = form.cleaned_data["customer"]
    like = owners.like(name)
    known = Tenant.objects.filter(tenant_id=found.tenant_id, cloud=clouds.current().name).first()
    return {
        "found": found,
        "known": known,
        "end": verifying.ending(known) if known else None,
        "cloud": CLOUD_WORDS[clouds.current().name],
        "part": part_in_words(found.part),
        "like": like,
        "may_be_new": all(each.name.casefold() != name.casefold() for each in like),
    }


def begin(request: Request, form: NewTenant) -> HttpResponse:
    given, by = form.cleaned_data, request.visitor.person.actor
    draft = drafts.begin(given["place"], given["seen"], given["customer"], form.slug, by, given["owner"])
    return redirect(url(draft, next_step(draft)))


def words(trouble: Refused | Later) -> reasons.Words:
    if isinstance(trouble, Refused):
        return reasons.words(trouble.reason, trouble.facts)
    return reasons.words("inquiry_failed", {"why": trouble.why})


CLOUD_WORDS = {
    "public": "Microsoft's public cloud.",
    "usgov": "Microsoft's cloud for the US Government: GCC High.",
    "usgov-dod": "Microsoft's cloud for the US Department of Defense.",
    "china": "Microsoft's cloud in China, run by 21Vianet.",
    "custom": "A cloud of your own settings. It is not Microsoft.",
}
PART_WORDS = {
    "GCC": "GCC, the Government Community Cloud, as its discovery page says. It signs in and is set up at "
    "the same addresses as other tenants of the public cloud.",
    "DODCON": "GCC High, as its discovery page says (“DODCON”).",
    "DOD": "DoD, the Department of Defense, as its discovery page says (“DOD”).",
}
NOT_SAID = {
    "public": "Tenants of GCC, the Government Community Cloud, are in this cloud, too, and the discovery "
    "page may name them. It does not say GCC. That proves nothing: ask the customer where it matters.",
    "usgov": "Tenants of GCC High and of the DoD, the Department of Defense, have the same sign-in page. "
    "It does not say whether it is GCC High or DoD: ask the customer. "
    "A tenant of the DoD needs a portal that is set up with CLOUD=usgov-dod.",
    "usgov-dod": "Tenants of GCC High and of the DoD, the Department of Defense, have the same sign-in page. "
    "It does not say whether it is GCC High or DoD: ask the customer. "
    "A tenant of GCC High needs a portal that is set up with CLOUD=usgov.",
}


def part_in_words(part: str) -> str:
    """Which part of its cloud the discovery page says it is; empty where there is nothing to tell apart."""
    if not part:
        return NOT_SAID.get(clouds.current().name, "")
    return PART_WORDS.get(part, f"Its discovery page also says “{part}”, and we do not know what that means.")

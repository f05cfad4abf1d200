"""Step 2: what is sold, which tiers, and who lets analysts in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from onboarding import offers, pools
from onboarding.intake import USUAL_OFFER
from onboarding.models import Draft, Inquiry
from onboarding.planes import PLANES
from onboarding.views.page import ask, show, url, way_of
from onboarding.views.people import needed
from onboarding.wizard import consent_returns, drafts
from onboarding.wizard.forms import NEW_POOL, OfferForm, approvals, takes_pool
from onboarding.wizard.steps import Way
from onboarding.words.tier_words import side_by_side
from tenants.guards import Request, door
from tenants.models import Person, Tenant
from tenants.people import Role


@door(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    known = pools.named(pools.answers(), besides=tenant.customer)
    form = OfferForm(request.POST if request.method == "POST" else typed(way.draft), known)
    listed = sold(form, {pool: names for pool, names in known.items() if names})
    context: dict[str, Any] = {"form": form, "sold": listed, "approvals": approvals()}
    context["one_policy"] = one_policy(listed)
    if request.method != "POST":
        return show(request, way, "offer", **context)
    if not form.is_valid():
        return show(request, way, "offer", **context, mistakes=form.errors)
    try:
        draft = save(way, form, request)
    except drafts.Conflict as conflict:
        return show(request, way, "offer", **context, conflict=conflict.now)
    is_known = look_again(Way(draft), request.visitor.person)
    return redirect(url(draft, "readiness" if is_known else "reader"))


def save(way: Way, form: OfferForm, request: Request) -> Draft:
    """Kept; and while the reader is not in, its link is made: the next page has something to send."""
    given, by = form.cleaned_data, request.visitor.person
    offer = offers.current(given["offer"])
    chosen = {"tiers": offers.tiers(offer, tuple(given["tiers"])), "approval": given["approval"]}
    chosen |= {"azure": given["azure"], "pool": given["pool"]}
    is_in = way.reader_is_in()
    draft = drafts.save(way.draft, given["version"], by.actor, offer=offer, **chosen)
    if not is_in:
        consent_returns.ask(draft.tenant, "reader", by.actor)
    ask(draft, Inquiry.What.READER, by)
    return draft


def look_again(way: Way, by: Person) -> bool:
    """What was seen for the offer before is looked at for this one, where nobody need say anything anew."""
    if not way.reader_is_in():
        return False
    stale = [what for what in known(way) if way.good(what) is None]
    for what in stale:
        ask(way.draft, what, by)
    return bool(stale)


def known(way: Way) -> list[str]:
    """The readiness, if it was ever asked for; the people, if these were found and nobody is lacking."""
    asked: list[str] = [Inquiry.What.READINESS] if Inquiry.What.READINESS in way.answered else []
    last = way.answered.get(Inquiry.What.PEOPLE)
    if last is None or not last.answer.get("resolved"):
        return asked
    named = {role.value: getattr(way.draft, name) for role, name in drafts.LISTS.items()}
    are_enough = all(getattr(way.draft, name) for name in needed(way.draft))
    return [*asked, Inquiry.What.PEOPLE] if are_enough and named.items() <= last.question.items() else asked


def typed(draft: Draft) -> dict[str, Any]:
    """What the form begins with: what was saved, else the usual offer with all its tiers."""
    slug, document = USUAL_OFFER, offers.documents()[USUAL_OFFER]
    if draft.offer is not None:
        slug, document = draft.offer.slug, draft.offer.document
    all_tiers = [tier["slug"] for tier in document["tiers"]]
    return {
        "version": draft.version,
        "offer": slug,
        "tiers": draft.tiers or all_tiers,
        "approval": draft.approval or document["approval"],
        f"azure-{slug}": "\n".join(draft.azure),
        f"pool-{slug}": draft.pool,
    }


def sold(form: OfferForm, known: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    return [
        {
            "slug": slug,
            **document,
            "tiers": side_by_side(document["tiers"]),
            "ways": ways(document),
            "in_short": "; ".join(label for label, _ in ways(document)),
            "places": form.places(slug),
            "ticked": form.ticked(slug, document),
            "takes_pool": takes_pool(document),
            "pools": choices(form.pool_of(slug), known),
            "pool": form.pool_of(slug),
            "new_pool": form.new_pool(slug),
        }
        for slug, document in offers.documents().items()
    ]


def one_policy(listed: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What all offers say alike is said once, below them."""
    policies = [offer["policy"] for offer in listed]
    return policies[0] if policies and all(each == policies[0] for each in policies) else None


def choices(chosen: str, known: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    """Each pool with who else is in it; also one that was chosen before anybody else is."""
    more = {} if chosen in ("", NEW_POOL) or chosen in known else {chosen: list[str]()}
    return list({**known, **more}.items())


def ways(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(PLANES[plane].LABEL, PLANES[plane].WORDS) for plane in document["planes"]]

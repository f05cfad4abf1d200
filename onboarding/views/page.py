"""What all steps of the wizard share: the rail, the live part that watches, and the bell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django_htmx.http import HTMX_STOP_POLLING, HttpResponseClientRedirect

from onboarding import offers, tasks
from onboarding.models import Draft, Inquiry
from onboarding.wizard import drafts, inquiries, next_act, onward, steps
from onboarding.wizard.steps import STEPS, Page, Way
from onboarding.words import reasons
from tenants.guards import Request, wants_a_part
from tenants.microsoft.errors import Refused
from tenants.models import Person, Tenant
from tenants.people import called

LIVE = {"consent", "readiness", "people", "plan", "agreement", "progress"}


@dataclass(frozen=True, slots=True)
class Rung:
    """One line of the rail: done, now or later."""

    step: Page
    state: str
    url: str
    here: bool


def way_of(tenant: Tenant) -> Way:
    """404 where nobody has begun."""
    return Way(get_object_or_404(Draft.objects.select_related("tenant__customer", "offer"), tenant=tenant))


def show(request: Request, way: Way, slug: str, template: str = "", **context: Any) -> HttpResponse:
    """The whole page; for a page that watches, only its live part, and nothing where nothing is new.

    Once what it waited for is there it leads on by itself.
    """
    name, everything = template or slug, around(way, slug, context) | context
    if not everything["watching"] and (leads := _leads(request, way, slug)) is not None:
        return leads
    if name in LIVE and wants_a_part(request):
        response = live_part(request, name, everything)
    else:
        response = render(request, f"onboarding/{name}.html", everything)
    patch_vary_headers(response, ("HX-Request",))
    return response


def _leads(request: Request, way: Way, slug: str) -> HttpResponse | None:
    """To the next step, where the browser asks whether the wait is over: by script, or loaded anew."""
    part = wants_a_part(request)
    if not part and "again" not in request.GET:
        return None
    to = onward.onward(way, slug)
    if not to:
        return None
    return HttpResponseClientRedirect(url(way.draft, to)) if part else redirect(url(way.draft, to))


def around(way: Way, slug: str, context: dict[str, Any]) -> dict[str, Any]:
    """What every step shows besides its own."""
    step, inquiry = steps.BY_SLUG[slug], context.get("inquiry")
    watching = context.get("watching", inquiry is not None and inquiry.is_open)
    return {
        "watching": watching,
        "stamp": context.get("run_stamp") or stamp(way, inquiry),
        "way": way,
        "draft": way.draft,
        "tenant": way.draft.tenant,
        "step": step,
        "number": STEPS.index(step) + 1,
        "rail": rail(way, slug),
        "waits": steps.waits(way),
        "before": onward.before(way, slug),
        "next_act": next_act.of(way, slug, watching),
        "next_url": url(way.draft, way.next),
        "here_url": url(way.draft, slug),
    } | told(context.get("conflict"), context.get("refused"))


def live_part(request: Request, name: str, context: dict[str, Any]) -> HttpResponse:
    """With the rail anew. The answer of a page that has nothing more to watch ends its asking."""
    if context["watching"] and request.GET.get("seen") == context["stamp"]:
        return HttpResponse(status=204)
    status = 200 if context["watching"] else HTMX_STOP_POLLING
    response = render(request, f"onboarding/_{name}.html", context | {"part": True}, status=status)
    response.write(render_to_string("onboarding/_rail.html", context | {"again": True}, request))
    response.write(render_to_string("onboarding/_next.html", context | {"again": True}, request))
    response.write(format_html('<div hx-swap-oob="innerHTML:#said">{}</div>', aloud(context)))
    return response


def aloud(context: dict[str, Any]) -> str:
    """What a screen reader says when the page has changed: how far it is, and who is waited for now."""
    waits, why = context["waits"], context.get("why")
    refused = why.what if why and not context["watching"] else ""
    next_is = f"Waiting for {waits.who} to {waits.what}." if waits else "The set-up is done."
    said = [context.get("said", ""), refused, next_is]
    return " ".join(filter(None, said))


def told(conflict: Draft | None, refused: Refused | None) -> dict[str, Any]:
    """A conflict or a refusal in words."""
    said: dict[str, Any] = {}
    if conflict is not None:
        said |= {"conflict_by": called(conflict.changed_by), "conflict_now": standing(conflict)}
    if refused is not None:
        said |= {"refusal": reasons.words(refused.reason, refused.facts)}
    return said


def standing(draft: Draft) -> str:
    """All answers as they are saved, in one line."""
    named = [f"{name} {', '.join(getattr(draft, name)) or 'nobody'}" for name in drafts.LISTS.values()]
    labels = offers.labels()
    tiers = ", ".join(labels.get(slug, slug) for slug in draft.tiers)
    chosen = f"{draft.offer.name if draft.offer else 'no offer'} with {tiers or 'no tier'}"
    when = f"not before {draft.tenant.not_before:%F %H:%M} UTC" if draft.tenant.not_before else "at any time"
    return "; ".join([chosen, *named, f"change number {draft.tenant.change_number or 'none'}", when])


def stamp(way: Way, inquiry: Inquiry | None) -> str:
    """Another one when there is something new to see."""
    looked = f"{inquiry.pk}.{inquiry.looks}.{inquiry.is_open:d}" if inquiry else "-"
    return f"{way.next}.{looked}"


def rail(way: Way, here: str) -> list[Rung]:
    """All is done once there is nothing left but to hand over, which the page is there for at any time."""
    slugs = [step.slug for step in STEPS]
    reached = len(slugs) if way.next == "hand-over" else slugs.index(way.next)
    states = ["done" if at < reached else "now" if at == reached else "later" for at in range(len(STEPS))]
    return [
        Rung(step, state, url(way.draft, step.slug), step.slug == here)
        for step, state in zip(STEPS, states, strict=True)
    ]


def url(draft: Draft, slug: str) -> str:
    return reverse(f"onboard-{slug}", args=[draft.tenant.slug])


def ask(draft: Draft, what: str, by: Person) -> Inquiry:
    """Ask the tenant by a worker, and ring for it."""
    inquiry = inquiries.ask(draft.tenant, what, drafts.question(draft, what), by.actor)
    tasks.ring_for(inquiry)
    return inquiry


def why(inquiry: Inquiry | None) -> reasons.Words | None:
    """The words for what keeps an inquiry from its answer."""
    if inquiry is None or not inquiry.reason:
        return None
    where = {"tenant": inquiry.tenant.domain} if "tenant" in inquiry.facts else {}
    return reasons.words(inquiry.reason, {**inquiry.facts, **where})

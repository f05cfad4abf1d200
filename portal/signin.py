"""Signing in and out. The browser keeps what a sign-in under way needs, signed: asking changes nothing.

Start and return are links and redirects: `form-action 'self'` would stop a form that ends at Microsoft.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from access.tasks import ring_newcomer
from onboarding import tasks
from onboarding.agreeing import agreements, receipts
from onboarding.models import Plan
from onboarding.wizard import consent_returns
from onboarding.words import reasons
from portal import hints
from portal.journeys import Journey
from portal.signin_words import WORDS
from portal.visitors import key_of, local
from tenants import id_token, people, sessions
from tenants.guards import Request
from tenants.id_token import Asked, Identity, NotLetIn
from tenants.microsoft import apps, clouds, keys
from tenants.microsoft import signin as microsoft
from tenants.microsoft.errors import Later, Refused
from tenants.models import Person
from tenants.people import Role
from tenants.rates import limited

JOURNEY = Journey("SIGNIN_COOKIE_NAME", "gatehouse.signin")
log = structlog.get_logger("gatehouse.signin")


@never_cache
@require_safe
def page(request: Request) -> HttpResponse:
    """Where somebody without a sign-in, or without a fresh one, is sent."""
    here = {"next": local(request.GET.get("next", "/")), "fresh": request.GET.get("fresh", "")}
    return render(request, "signin/page.html", here)


@never_cache
@require_safe
@limited("signin", "30/minute")
def start(request: Request) -> HttpResponse:
    """Off to Microsoft. Writes nothing; a cookie remembers for ten minutes what was asked."""
    if request.get_host() != urlsplit(settings.PORTAL_URL).netloc:
        # The cookie must be there at the return.
        return redirect(settings.PORTAL_URL + request.get_full_path())
    max_age = int(sessions.FRESH.total_seconds()) if request.GET.get("fresh") else None
    onward = local(request.GET.get("next", "/"))
    known = {"domain_hint": hints.domain_of(onward)}
    if request.GET.get("other"):
        known["prompt"] = "select_account"
    try:
        where, flow = microsoft.begin(clouds.current(), apps.signin(), back(), max_age=max_age, hints=known)
    except Later:
        return not_let_in(NotLetIn("no_answer"))
    response = redirect(where)
    JOURNEY.remember(response, {"flow": flow, "next": onward, "max_age": max_age})
    return response


@never_cache
@require_safe
@limited("signin-return", "30/minute")
def returned(request: Request) -> HttpResponse:
    """Back from Microsoft, with a code or an error. Each sign-in comes back once."""
    try:
        asked = JOURNEY.recall(request)
        came = who_came(request, asked)
        person, roles, auth_time = let_in(came.who)
    except NotLetIn as why:
        return not_let_in(why)
    except Later:
        return not_let_in(NotLetIn("no_answer"))
    sessions.end(key_of(request))
    response = redirect(sign(request, asked, came, person) if "plan" in asked else asked["next"])
    seat(response, sessions.begin(person, roles, auth_time))
    JOURNEY.forget(response)
    rotate_token(request)
    log.info("signed in", person=person.pk, roles=sorted(roles))
    return response


@require_POST
def out(request: Request) -> HttpResponse:
    """Has no door, nor has the next: also who has lost every right since may leave."""
    sessions.end(key_of(request))
    return unseated(request, 1)


@require_POST
def out_everywhere(request: Request) -> HttpResponse:
    return unseated(request, sessions.end_everywhere(request.visitor.person))


@dataclass(frozen=True, slots=True)
class Came:
    """Who came back, and what they hold as the proof. It goes no further than a receipt."""

    who: Identity
    token: str = field(repr=False)


def who_came(request: Request, asked: dict[str, Any]) -> Came:
    """The person Microsoft vouches for, once their token has passed every check of ours."""
    cloud, app = clouds.current(), apps.signin()
    token = microsoft.finish(cloud, app, asked["flow"], request.GET.dict())
    nonce = microsoft.on_the_wire(asked["flow"]["nonce"])
    wanted = Asked(cloud.login, app.client_id, nonce, now().timestamp(), asked["max_age"])
    found = id_token.check(token, wanted, lambda tid, kid: keys.key(cloud, tid, kid), people.is_known)
    return Came(found, token)


def sign(request: Request, asked: dict[str, Any], came: Came, person: Person) -> str:
    """The sign-in was about a plan: it is the agreement. Where it cannot be one, the next page says why."""
    plan = Plan.objects.select_related("tenant__customer").get(pk=asked["plan"])
    key = keys.key(clouds.current(), came.who.tid, id_token.kid(came.token))
    try:
        if key is None:
            raise Refused("agreement_mismatch", id=plan.digest[:12])
        agreed = agreements.sign(plan, person, receipts.made(came.token, asked["flow"]["nonce"], key))
    except Refused as refused:
        messages.error(request, told(refused))
        return "/"
    if (looking := consent_returns.after_agreement(agreed.plan, agreed.asked_by)) is not None:
        tasks.ring_for(looking)
    if agreed.decided_by != person.actor:
        messages.info(request, told(agreements.AgreedAlready(agreed)))
    return str(asked["next"])


def told(refused: Refused) -> str:
    words = reasons.words(refused.reason, refused.facts)
    return f"{words.what} {words.safe} {words.next}"


def let_in(who: Identity) -> tuple[Person, frozenset[Role], datetime]:
    """With one bell for whoever's address was not known until now, so that they could not be looked for."""
    person, roles, before = people.enter(who)
    if person.email != before and person.memberships.exists():
        ring_newcomer(person)
    return person, roles, datetime.fromtimestamp(who.auth_time, UTC)


def not_let_in(refused: NotLetIn) -> HttpResponse:
    """Who was signed in before stays so. The log names nobody, and the next address holds no code."""
    log.info("not let in", reason=refused.reason, microsoft=refused.code)
    query = f"?{urlencode({'microsoft': refused.code})}" if refused.code else ""
    response = redirect(reverse("signin-refused", args=[refused.reason]) + query)
    JOURNEY.forget(response)
    return response


@never_cache
@require_safe
def refused(request: Request, reason: str) -> HttpResponse:
    """Why somebody was not let in, and who can help."""
    words = WORDS.get(reason)
    if words is None:
        raise Http404
    code = microsoft.CODE.fullmatch(request.GET.get("microsoft", ""))
    context = {"words": words, "microsoft_code": code.group() if code else ""}
    return render(request, "signin/refused.html", context, status=words.status)


def back() -> str:
    return settings.PORTAL_URL + reverse("signin-return")


def seat(response: HttpResponse, key: str) -> None:
    """Gone with the browser's window; the row says how long it is good at most."""
    response.set_cookie(
        settings.SESSION_COOKIE_NAME, key, secure=settings.SECURE, httponly=True, samesite="Lax"
    )


def unseated(request: Request, browsers: int) -> HttpResponse:
    at_microsoft = f"{clouds.current().login}/organizations/oauth2/v2.0/logout"
    response = render(request, "signin/out.html", {"browsers": browsers, "at_microsoft": at_microsoft})
    response.delete_cookie(settings.SESSION_COOKIE_NAME)
    rotate_token(request)
    return response

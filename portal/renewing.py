"""The roles of a sign-in count for an hour. Then Microsoft is asked for them again, and the person nothing.

There and back without a page of Microsoft's, on the way to the page that was wanted. Where Microsoft would
have to ask, the sign-in page stands there instead, as for anybody whose sign-in is over.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import signin
from portal.journeys import Journey
from portal.visitors import key_of, local
from tenants import sessions
from tenants.guards import Request
from tenants.id_token import NotLetIn
from tenants.microsoft import apps, clouds
from tenants.microsoft import signin as microsoft
from tenants.microsoft.errors import Later
from tenants.models import SignIn
from tenants.rates import limited

JOURNEY = Journey("RENEWAL_COOKIE_NAME", "gatehouse.renewal")
IN_PERSON = ("asks", "start_again", "no_answer")
"""Where nothing was learnt about the person."""


@never_cache
@require_safe
@limited("renewal", "30/minute")
def start(request: Request) -> HttpResponse:
    """Off to Microsoft, where nothing but the roles' hour is over. Writes nothing."""
    if request.get_host() != urlsplit(settings.PORTAL_URL).netloc:
        return redirect(settings.PORTAL_URL + request.get_full_path())
    here, old = local(request.GET.get("next", "/")), to_renew(request)
    if old is None:
        return let_on(request, here)
    try:
        as_whom = old.person.email
        where, flow = microsoft.begin(clouds.current(), apps.signin(), signin.back(), silently=as_whom)
    except Later:
        return asked_in_person(here)
    response = redirect(where)
    JOURNEY.remember(response, {"flow": flow, "next": here, "max_age": None})
    return response


@never_cache
@require_safe
def returned(request: Request) -> HttpResponseBase:
    """Back from a renewal or from a sign-in, which both come back to the one registered address."""
    asked, state = JOURNEY.kept(request), request.GET.get("state", "")
    if asked and asked["flow"]["state"] == state:
        return renewed(request)
    begun = signin.JOURNEY.kept(request)
    if asked and state and (not begun or begun["flow"]["state"] != state):
        # Another window of this browser has asked since. What is remembered is that one's, and stays.
        return let_on(request, "/")
    return signin.returned(request)


@limited("renewal-return", "30/minute")
def renewed(request: Request) -> HttpResponse:
    """With the roles of today, for the very person who is signed in here. Who has none any more is out."""
    asked, old = JOURNEY.kept(request), to_renew(request)
    try:
        JOURNEY.recall(request)
        person, roles, auth_time = signin.let_in(signin.who_came(request, asked).who)
    except Later:
        return let_on(request, asked["next"])
    except NotLetIn as why:
        if why.reason in IN_PERSON:
            return let_on(request, asked["next"])
        sessions.end(key_of(request))
        return signin.not_let_in(why)
    new = sessions.renew(old, roles, auth_time) if old and old.person == person else ""
    if not new:
        return let_on(request, asked["next"])
    response = redirect(asked["next"])
    signin.seat(response, new)
    return response


def to_renew(request: Request) -> SignIn | None:
    return sessions.to_renew(key_of(request))


def let_on(request: Request, here: str) -> HttpResponse:
    """Where another window has asked meanwhile, the roles are known and there is nothing to ask."""
    return redirect(here) if sessions.find(key_of(request)) else asked_in_person(here)


def asked_in_person(here: str) -> HttpResponse:
    """A page with a link, and not a way on: nobody is sent round in circles."""
    return redirect(f"{reverse('signin')}?{urlencode({'next': here})}")

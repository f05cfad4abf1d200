"""A reviewer of the customer signs in for Azure, so that the portal deploys in that account's name.

Asked with a registration of its own, at the customer's own tenant and for Azure alone. The way there and back
is bound to the visitor's sign-in here, to the tenant and to one template in one subscription. The account may
be another than the reviewer's own, as an owner's often is, but of that tenant it must be.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from access import tasks
from access.azure.hand_outs import HandOut
from access.deploying import deployments
from access.deploying.deployments import Held
from access.models import Deployment
from onboarding.words.reasons import visible
from portal import signin
from portal.journeys import Journey
from portal.signin_words import WORDS
from tenants import id_token
from tenants.guards import Request, door, tenant_for
from tenants.id_token import Asked, Identity, NotLetIn
from tenants.microsoft import apps, clouds, credentials, keys
from tenants.microsoft import signin as microsoft
from tenants.microsoft.errors import Later, Refused
from tenants.microsoft.signin import Tokens, Wanted
from tenants.models import Tenant
from tenants.people import Role
from tenants.rates import limited

JOURNEY = Journey("DEPLOY_COOKIE_NAME", "gatehouse.deploy")
ELSEWHERE = ("unknown_tenant", "guest", "personal_account")


@door(Role.REVIEWER, fresh=True)
@limited("azure-sign-in", "30/minute")
@require_POST
def begin(request: Request, tenant: Tenant) -> HttpResponse:
    """Answered with a page whose link leads to Microsoft: nobody is led there past it."""
    if not apps.is_complete("deploy"):
        raise Http404
    named = {name: request.POST.get(name, "") for name in ("subscription", "address")}
    try:
        hand_out = handed_out(tenant, named)
        where, flow = microsoft.begin(clouds.current(), apps.deploy(), back(), wanted=wanted(tenant))
    except Refused as refused:
        return told(request, tenant, refused)
    except Later:
        return told(request, tenant, Refused("deploy_no_answer"))
    shown = {"tenant": tenant, "hand_out": hand_out, "where": where}
    response = render(request, "portal/azure_last_step.html", shown)
    bound = {"tenant": tenant.slug, "sign_in": signed_in(request), **named}
    JOURNEY.remember(response, {"flow": flow, **bound})
    return response


@never_cache
@door(Role.REVIEWER)
@limited("azure-return", "30/minute")
@require_safe
def returned(request: Request) -> HttpResponse:
    """Back from Microsoft, once; with a token that goes into the row, sealed, and nowhere else."""
    try:
        asked = recalled(request)
    except NotLetIn as why:
        messages.error(request, signin.told(refusal(why)))
        return redirect("home")
    tenant = tenant_for(request, asked["tenant"], Role.REVIEWER)
    try:
        row = taken(request, tenant, asked)
    except NotLetIn as why:
        return told(request, tenant, refusal(why, tenant))
    except Refused as refused:
        return told(request, tenant, refused)
    except Later:
        return told(request, tenant, Refused("deploy_no_answer"))
    tasks.ring(row.pk)
    return gone(redirect("deployment", tenant.slug, row.pk))


def recalled(request: Request) -> dict[str, Any]:
    """For the very sign-in here that it was begun in."""
    asked = JOURNEY.recall(request)
    if asked["sign_in"] != signed_in(request):
        raise NotLetIn("start_again")
    return asked


def taken(request: Request, tenant: Tenant, asked: dict[str, Any]) -> Deployment:
    hand_out = handed_out(tenant, asked)
    cloud, app = clouds.current(), apps.deploy()
    tokens = microsoft.finish_with_access(cloud, app, asked["flow"], request.GET.dict(), wanted(tenant))
    nonce = microsoft.on_the_wire(asked["flow"]["nonce"])
    expected = Asked(cloud.login, app.client_id, nonce, now().timestamp())
    tid = str(tenant.tenant_id)
    who = id_token.check(tokens.id_token, expected, lambda t, kid: keys.key(cloud, t, kid), tid.__eq__)
    return deployments.begin(hand_out, request.visitor.person, held(tokens, who))


def held(tokens: Tokens, who: Identity) -> Held:
    """The access token is of the same tenant and person, or it is thrown away."""
    credentials.check_tenant(tokens.access_token, who.tid)
    if credentials.claims(tokens.access_token).get("oid") != who.oid:
        raise NotLetIn("bad_token")
    until = now() + timedelta(seconds=tokens.seconds)
    return Held(who.oid, called(who), until, tokens.access_token)


def called(who: Identity) -> str:
    """For people, as their tenant names them."""
    whole = f"{who.name} ({who.email})" if who.name and who.email else who.name or who.email
    return visible(whole)[:300]


def handed_out(tenant: Tenant, named: dict[str, Any]) -> HandOut:
    found = deployments.find(tenant, named["subscription"], named["address"])
    if found is None:
        raise Refused("deploy_plan_changed")
    return found


def wanted(tenant: Tenant) -> Wanted:
    resource = clouds.current().arm_scope.removesuffix("/.default")
    return Wanted(f"{resource}/user_impersonation", str(tenant.tenant_id))


def signed_in(request: Request) -> int:
    return request.visitor.sign_in.pk if request.visitor.sign_in else 0


def back() -> str:
    return settings.PORTAL_URL + reverse("azure-return")


def refusal(why: NotLetIn, tenant: Tenant | None = None) -> Refused:
    if why.reason in ELSEWHERE and tenant is not None:
        return Refused("deploy_other_tenant", tenant=tenant.domain)
    return Refused("deploy_no_sign_in", why=f"{WORDS[why.reason].title} {why.code}".strip())


def told(request: Request, tenant: Tenant, refused: Refused) -> HttpResponse:
    messages.error(request, signin.told(refused))
    return gone(redirect("azure", tenant.slug))


def gone(response: HttpResponse) -> HttpResponse:
    JOURNEY.forget(response)
    return response

"""Asking for admin consent, and the way back from Microsoft's page.

The way back proves nothing: whoever has the link can open it with any words in it. All it does is ring for
the inquiry, which asks with our own token for the tenant that was meant. It rings once; then it is spent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.core import signing
from django.db import transaction
from django.utils.timezone import now

from onboarding import app_stands
from onboarding.consent_links import asked_of_customer, printed_for, way_back
from onboarding.models import ConsentRequest, Inquiry, Plan
from onboarding.wizard import inquiries
from tenants import consent, ledger
from tenants.consent import WRITERS
from tenants.microsoft import apps, clouds
from tenants.microsoft.discovery import is_guid
from tenants.models import Tenant

GOOD_FOR = timedelta(days=30)
SALT = "onboarding.consent"
CODE = re.compile(r"[a-z_]{1,40}\Z")


class Outcome(StrEnum):
    NOTED = "noted"
    DECLINED = "declined"
    OTHER_TENANT = "other-tenant"
    PRINTED = "printed"
    AGAIN = "again"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Return:
    """What to say to whoever came back, and what to ring for."""

    outcome: Outcome
    request: ConsentRequest | None = None
    inquiry: Inquiry | None = None
    printed_for: str = ""
    claimed: str = ""


def ask(tenant: Tenant, app: str, by: str) -> ConsentRequest:
    """The link that is still good, or a new one."""
    if (found := live(tenant, app)) is not None:
        return found
    with transaction.atomic():
        ledger.record(by, "asked for admin consent", tenant.slug, tenant.customer, app=app)
        return ConsentRequest.objects.create(tenant=tenant, app=app, asked_by=by, expires_at=now() + GOOD_FOR)


def after_agreement(plan: Plan, by: str) -> Inquiry | None:
    """A link for each app that the plan takes and that is not known to stand, and a look whether all do."""
    wanted = asked_of_customer(plan)
    if plan.purpose != Plan.Purpose.ONBOARD or not wanted or hasattr(plan, "run"):
        return None
    for app in wanted:
        stand = app_stands.latest(plan.tenant, app)
        if stand is None or not stand.stands:
            ask(plan.tenant, app, by)
    return inquiries.ask(plan.tenant, Inquiry.What.SETUP, {"tenant": str(plan.tenant.tenant_id)}, by)


def live(tenant: Tenant, app: str) -> ConsentRequest | None:
    """The last link, while its way back was not used and it is not too old."""
    return latest(tenant, app, used_at=None, expires_at__gt=now())


def is_with_them(asked: Iterable[ConsentRequest], app: str) -> bool:
    """They have a link, or came back by it a moment ago: a new consent can take some minutes to show."""
    just_now = now() - inquiries.LONGEST
    mine = [each for each in asked if each.app == app]
    return any(each.used_at > just_now if each.used_at else each.expires_at > now() for each in mine)


def latest(tenant: Tenant, app: str, **like: object) -> ConsentRequest | None:
    return ConsentRequest.objects.filter(tenant=tenant, app=app, **like).last()


def link(request: ConsentRequest) -> str:
    """Microsoft's page for exactly this tenant and this app. It carries no secret; it may be mailed."""
    state = signing.Signer(salt=SALT).sign(str(request.pk))
    tid, client_id = str(request.tenant.tenant_id), apps.client_id(request.app)
    return consent.admin_consent_url(clouds.current(), tid, client_id, way_back(), state)


def come_back(state: str, claimed_tenant: str, error: str) -> Return:
    """Believe nothing, note what was claimed, ask the tenant itself."""
    request = _asked_with(state)
    if request is None:
        return _printed(state, claimed_tenant, error)
    if request.used_at is not None:
        return Return(Outcome.AGAIN, request)
    if request.expires_at < now():
        return Return(Outcome.EXPIRED, request)
    outcome, claimed = _claimed(str(request.tenant.tenant_id), claimed_tenant, error)
    unused = ConsentRequest.objects.filter(pk=request.pk, used_at=None)
    if unused.update(used_at=now(), claimed=claimed) != 1:
        return Return(Outcome.AGAIN, request)
    request.claimed = claimed
    question = {"tenant": str(request.tenant.tenant_id)}
    return Return(
        outcome, request, inquiries.ask(request.tenant, _asks(request.app), question, request.asked_by)
    )


def _asks(app: str) -> str:
    """One question for all apps that write: may the set-up begin?"""
    return Inquiry.What.SETUP if app in WRITERS else app


def _asked_with(state: str) -> ConsentRequest | None:
    try:
        number = int(signing.Signer(salt=SALT).unsign(state))
    except (signing.BadSignature, ValueError):
        return None
    return ConsentRequest.objects.select_related("tenant__customer").filter(pk=number).first()


def _printed(state: str, claimed_tenant: str, error: str) -> Return:
    """By a link that a command line printed, perhaps for a tenant that nobody keeps: nothing to ring for."""
    tenant_id = printed_for(state)
    if not tenant_id:
        return Return(Outcome.UNKNOWN)
    outcome, claimed = _claimed(tenant_id, claimed_tenant, error)
    return Return(
        Outcome.PRINTED if outcome == Outcome.NOTED else outcome, printed_for=tenant_id, claimed=claimed
    )


def _claimed(asked: str, tenant: str, error: str) -> tuple[Outcome, str]:
    """Only a known shape is kept: an error code or a tenant id."""
    if error:
        return Outcome.DECLINED, error if CODE.match(error) else "an error"
    if is_guid(tenant.lower()) and tenant.lower() != asked:
        return Outcome.OTHER_TENANT, tenant.lower()
    return Outcome.NOTED, asked if tenant else ""

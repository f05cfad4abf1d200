"""Where people go to let one of our apps in."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.conf import settings
from django.core import signing

from onboarding import app_stands, enrol, pens
from onboarding.models import Plan
from tenants import consent
from tenants.microsoft import apps, clouds
from tenants.microsoft.errors import Refused
from tenants.models import Tenant

SALT = "onboarding.consent.printed"
CONSENT = frozenset({"no_admin_consent", "missing_permission"})


def with_link(refused: Refused, purpose: str) -> Refused:
    """The same refusal; where consent is the remedy, with the page that gives it."""
    tenant_id = refused.facts.get("tenant")
    if refused.reason not in CONSENT or not tenant_id or purpose == pens.HOME:
        return refused
    state = signing.Signer(salt=SALT).sign(f"{purpose} {tenant_id}")
    client_id = apps.client_id(purpose)
    link = consent.admin_consent_url(clouds.current(), tenant_id, client_id, way_back(), state)
    return Refused(refused.reason, **{**refused.facts, "link": link})


def printed_for(state: str) -> str:
    """The tenant id that a link of `with_link` was made for; empty where it is none of ours.

    It may be used as often as one likes, for nothing is done on the way back: whoever printed it asks anew.
    """
    try:
        return signing.Signer(salt=SALT).unsign(state).partition(" ")[2]
    except signing.BadSignature:
        return ""


def way_back() -> str:
    """Where Microsoft's consent page sends people; it must stand in the registrations as it is here."""
    return f"{settings.PORTAL_URL}/consent/return/"


def check_writers(tenant: Tenant, purposes: Iterable[str], at_home: Collection[str] = ()) -> None:
    """Refused, with the link, unless each app's own token carries its roles where it writes.

    `at_home`: what is written in the provider's own tenant takes there.
    """
    for purpose in purposes:
        try:
            _check(tenant, purpose, at_home)
        except Refused as refused:
            raise with_link(refused, purpose) from None


def _check(tenant: Tenant, purpose: str, at_home: Collection[str]) -> None:
    if purpose == pens.HOME:
        enrol.check_consent(pens.registered(purpose), pens.home_tenant(), at_home)
    else:
        app_stands.check(tenant, purpose)


def check_plan(plan: Plan) -> None:
    """Refused unless every app can do its part of it."""
    at_home = pens.at_home(change["kind"] for change in plan.changes)
    check_writers(plan.tenant, writers(plan), at_home)


def asked_of_customer(plan: Plan) -> list[str]:
    """Those of them that the customer lets in; none where all is written from the provider's own tenant."""
    return [each for each in writers(plan) if each in consent.WRITERS]


def writers(plan: Plan) -> list[str]:
    """The apps that carry a plan out."""
    return pens.writers(change["kind"] for change in plan.changes)

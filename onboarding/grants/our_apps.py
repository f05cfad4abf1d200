"""Our own apps as grants: what each may do in a tenant, by our own token for it."""

from __future__ import annotations

from django.utils.text import capfirst

from onboarding import app_stands, pens
from onboarding.grants.judging import PROVIDER, Entry
from onboarding.reason_parts import the_app
from onboarding.words import reasons
from tenants.microsoft import apps, credentials
from tenants.microsoft.errors import Later, Refused
from tenants.models import Tenant

READER = "reader"


def let_in(tenant: Tenant) -> tuple[list[Entry], dict[str, str]]:
    """Those that are there, and why nothing is known of the others. Not let in is not there."""
    found, unread = list[Entry](), dict[str, str]()
    for purpose in _purposes(tenant):
        try:
            found.append(_entry(purpose, _roles(tenant, purpose)))
        except Refused as refused:
            if refused.reason != "no_admin_consent":
                unread[f"app/{purpose}"] = reasons.words(refused.reason, refused.facts).what
        except Later as later:
            unread[f"app/{purpose}"] = str(later)
    return found, unread


def sources(tenant: Tenant) -> set[str]:
    return {f"app/{purpose}" for purpose in _purposes(tenant)}


def _purposes(tenant: Tenant) -> tuple[str, ...]:
    return (READER, *app_stands.looked_for(tenant))


def _roles(tenant: Tenant, purpose: str) -> frozenset[str]:
    if purpose == READER:
        return credentials.roles(pens.registered(READER), str(tenant.tenant_id))
    return app_stands.look(tenant, purpose)


def _entry(purpose: str, roles: frozenset[str]) -> Entry:
    id, called = apps.client_id(purpose), the_app(purpose)
    return Entry(
        key=f"app/{purpose}/{id}",
        source=f"app/{purpose}",
        sort="app",
        name=capfirst(called),
        address="",
        oid=id,
        home=PROVIDER,
        read="the permissions in our own token for this tenant",
        through="Admin consent",
        ids={"app": id},
        permissions=tuple(sorted(roles)),
    )

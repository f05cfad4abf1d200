"""What the looks at readiness found that is the customer's to mend, in their directory and in their Azure.

By the last look at each; a check that passes is ticked, as far as it was ever theirs to mend. Roles are those
that our facts name; where they name none, that is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from access.azure import delegated
from access.to_do.task import OPEN, SEEN, UNKNOWN, Task
from access.who_can import stops
from onboarding.models import Inquiry
from tenants import delegation_policies
from tenants.checks import CUSTOMER
from tenants.models import Tenant

What = Inquiry.What
Checked = Mapping[str, Any]
GLOBAL = "A Global Administrator. A lesser role may do; which one we have not found documented."
ROLES = {
    "licence": "A Billing Administrator or Global Administrator.",
    "who may invite guests": GLOBAL,
    "inbound B2B collaboration": "A Security Administrator.",
    "conditional access for guests": "A Conditional Access Administrator.",
    "security defaults": "A Conditional Access Administrator.",
    "multitenant portal": "A Conditional Access Administrator. Where the licence is missing, first a Billing "
    "Administrator or Global Administrator.",
}
SENTINEL_ROLES = {
    "Sentinel is on": "An owner of the subscription. A lesser role may do; which one we have not found "
    "documented.",
    "Defender XDR": "A Microsoft Sentinel Contributor of the workspace. Which role in the directory it takes "
    "besides we have not found documented; a Global Administrator has enough.",
    "incidents that come twice": "A Microsoft Sentinel Contributor of the workspace.",
}
POLICY_ROLE = "An owner of the place where the policy is assigned, or a Resource Policy Contributor there."


def of(tenant: Tenant) -> Iterator[Task]:
    yield from _directory(tenant)
    yield from _policies(tenant)
    yield from _sentinel(tenant)


def _last(tenant: Tenant, *what: str) -> Inquiry | None:
    return tenant.inquiries.filter(what__in=what, reason="").exclude(answered_at=None).last()


def _directory(tenant: Tenant) -> Iterator[Task]:
    last = _last(tenant, What.PLAN, What.READINESS)
    for check in _checks(last):
        if check["who"] == CUSTOMER or (check["state"] == "pass" and check["name"] in ROLES):
            role, url = ROLES.get(check["name"], GLOBAL), stops.place("entra", tenant)
            yield _task(check, check["name"], role, url, last)


def _checks(last: Inquiry | None) -> list[Checked]:
    return list(last.answer.get("checks") or ()) if last else []


def _policies(tenant: Tenant) -> Iterator[Task]:
    """Of each subscription, where somebody looked there; else as readiness found it. What could not be told
    before anything was delegated is answered once something is."""
    let_through = tenant.owned.filter(kind="delegation").exists()
    own, before = _last(tenant, What.GUARDS), _last(tenant, What.PLAN, What.READINESS)
    places = own.answer["places"] if own else {"": _checks(before)}
    for place, checks in places.items():
        for check in checks:
            is_answered = not place and check["state"] == "unknown" and let_through
            if check["name"] == delegation_policies.LIST and not is_answered:
                title = f"{check['name']}{f', subscription {place}' if place else ''}"
                url = reverse("guards", args=[tenant.slug])
                yield _task(check, title, POLICY_ROLE, url, own or before)


def _sentinel(tenant: Tenant) -> Iterator[Task]:
    """Of what is delegated still."""
    last, url = _last(tenant, What.SENTINEL), reverse("azure", args=[tenant.slug])
    for one in delegated.stands_now(tenant).workspaces if last else ():
        for check in one["checks"]:
            title = f"{check['name']}, workspace {one['name']}"
            yield _task(check, title, SENTINEL_ROLES.get(check["name"], POLICY_ROLE), url, last)


def _task(check: Checked, title: str, role: str, url: str, last: Inquiry | None) -> Task:
    at: datetime | None = last.answered_at if last else None
    state = {"pass": SEEN, "unknown": UNKNOWN}.get(check["state"], OPEN)
    return Task(f"Readiness: {title}", check["found"], role, (check["remedy"],), url, "", state, at)

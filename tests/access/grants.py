"""Grants as rows, as a look at a tenant would have kept them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.timezone import now

from access.models import Review
from access.reviewing import reviews
from access.who_can import lines
from onboarding.grants.judging import Entry
from onboarding.models import Grant, Survey
from tenants.models import Person, Tenant

HOUR = dt.timedelta(hours=1)


def about(sort: str, name: str = "Amir Rahimi", **more: Any) -> dict[str, Any]:
    ids = {
        "assignment": "a1",
        "package": "p1",
        "group": "g1",
        "object": "o1",
        "user": "u1",
        "app": "r1",
        "partner": "t1",
        "delegation": "d1",
    }
    fixed: dict[str, Any] = {
        "key": "",
        "source": "",
        "oid": name,
        "address": f"{name.split()[0].lower()}@fabrikam.example",
    }
    fixed |= {"home": "provider", "read": "GET /users", "ids": ids, "through": "Fabrikam Tier 1 Analyst"}
    return Entry(sort=sort, name=name, **(fixed | more)).about()


def surveyed(tenant: Tenant, /, *, hours_ago: float = 1, **unread: str) -> Survey:
    return Survey.objects.create(tenant=tenant, at=now() - hours_ago * HOUR, unread=unread)


def granted(
    tenant: Tenant, sort: str, name: str = "Amir Rahimi", *, gone: bool = False, **more: Any
) -> Grant:
    """Seen by the last look, unless it is gone since."""
    last = Survey.objects.filter(tenant=tenant).last() or surveyed(tenant)
    times = {"seen_from": last.at - 50 * HOUR, "seen_until": last.at, "gone_seen": last.at if gone else None}
    source = more.pop("source", "assignments" if sort == "assignment" else sort)
    key = more.pop("key", f"{sort}/{name}")
    return Grant.objects.create(
        tenant=tenant, key=key, source=source, about=about(sort, name, **more), **times
    )


def reviewed(tenant: Tenant, by: Person, choice: str = "end") -> Review:
    """Signed: the same is decided of every grant. Then another one is begun."""
    last = Survey.objects.filter(tenant=tenant).last()
    keys = [each.key for each in lines.all_lines(tenant, last)]
    done = signed(tenant, by, dict.fromkeys(keys, choice))
    reviews.save(tenant, {keys[0]: ("ask", "Is it still needed?")} if keys else {}, by)
    return done


def signed(tenant: Tenant, by: Person, choices: dict[str, str]) -> Review:
    reviews.save(tenant, {key: (choice, "Nobody knows why.") for key, choice in choices.items()}, by)
    return reviews.sign(tenant, reviews.fingerprint(tenant), by)


def much_of(tenant: Tenant) -> None:
    """Something of every sort, for pictures of the page."""
    surveyed(tenant, guests="503 from Microsoft")
    until = (now() + 900 * HOUR).isoformat()
    granted(tenant, "assignment", tier="tier-1", since=now().isoformat(), until=until, by_request=True)
    granted(tenant, "member", "Ada Admin", home="customer", strange="Put into the group by hand: no request.")
    granted(tenant, "owner", "Olaf\\u202e", home="unknown", strange="Nobody planned an owner.")
    granted(tenant, "member", "Carla Ruiz", home="customer", tier="approvers", through="Fabrikam Approvers")
    granted(tenant, "guest", "Bea Novak", through="", note="Invitation: PendingAcceptance.")
    granted(tenant, "app", "The reader app", through="Admin consent", permissions=("User.Read.All", "X.Read"))
    granted(
        tenant,
        "delegation",
        "Sentinel Responder",
        through="Azure Lighthouse: Fabrikam",
        can="What Reader can.",
    )
    granted(
        tenant,
        "trust",
        "The provider's tenant",
        through="Cross-tenant access settings",
        can="What analysts proved at home is believed.",
    )
    granted(tenant, "assignment", "Chidi Okafor", tier="tier-1", gone=True, by_request=True)

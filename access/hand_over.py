"""What a hand-over says: links, who approves, what silence does, what ends when, as it was carried out.

The rules are those of the policies we answer for, and not those of the offer: an offer may have been changed
since, and then it says what would be planned next, not what is there.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from access import links, trust, ways
from access.desk import doors
from access.reviewing import microsofts
from onboarding.delegations import shared
from onboarding.models import OwnedObject
from onboarding.planes.access_packages import APPROVAL_WORDS
from onboarding.words.reasons import visible
from tenants import ledger
from tenants.microsoft import clouds
from tenants.models import Contact, Person, ProviderTenant, Tenant

APPROVERS = "group/approvers"
SILENCE = {
    "keepAccess": "the access goes on until its own end",
    "removeAccess": "the access ends",
    "acceptAccessRecommendation": "what Microsoft recommends from the last sign-ins is done",
}
CHOICE = {(True, False): "customer", (False, True): "lead", (True, True): "both"}
"""Whether members of the tenant and people of the provider may become approvers."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy in numbers. `escalated_after` is None where nobody else is asked."""

    name: str
    from_provider: bool
    ends_after: int
    denied_after: int
    escalated_after: int | None
    first_review: dt.date
    every_months: int
    review_open: int
    silence: str

    @property
    def first_closes(self) -> dt.date:
        return self.first_review + dt.timedelta(days=self.review_open)


def about(tenant: Tenant) -> dict[str, Any]:
    provider = ProviderTenant.objects.select_related("provider").filter(
        purpose=ProviderTenant.Purpose.ANALYSTS
    )
    requests = doors.requests(tenant)
    return {
        "provider": provider.first(),
        "requests": [each for each in requests if not each.for_approvers],
        "to_approve": [each for each in requests if each.for_approvers],
        "approvals": _door("approvals", tenant),
        "reviews": _door("reviews", tenant),
        "approval": _approval(tenant),
        "approvers": _approvers(tenant),
        "reviewers": _reviewers(tenant),
        "looks": visible(microsofts.looks(tenant)),
        "rules": list(rules(tenant)),
        "apps": {name: settings.MICROSOFT_APPS[name]["client_id"] for name in ("reader", "setup")},
        "has_packages": has_packages(tenant),
        "trust": trust.of(tenant),
        "trust_app": settings.MICROSOFT_APPS.get("trust", {}).get("client_id", ""),
        "delegated": delegated(tenant),
        "shared": shared_groups(tenant),
        "head": ledger.head(tenant.customer),
        "entries": tenant.customer.ledger.count(),
    }


def has_packages(tenant: Tenant) -> bool:
    """Or nothing was sold yet. Who was sold Azure alone has none to ask for, to approve or to end."""
    others = tenant.owned.exclude(kind__in=("delegation", "partner_inbound", "partner_outbound"))
    sold = ways.of(tenant)
    return not sold or ways.PACKAGES in sold or others.exists()


def delegated(tenant: Tenant) -> list[str]:
    """Where in Azure groups of the provider hold roles: no package's end or review touches those."""
    specs = tenant.owned.filter(kind="delegation").values_list("spec", flat=True)
    return sorted(visible(str(spec["scope"])) for spec in specs)


def shared_groups(tenant: Tenant) -> str:
    """That other customers are opened by the groups that hold roles in Azure, where they are."""
    specs = tenant.owned.filter(kind="delegation").values_list("spec", flat=True)
    return next((said for spec in specs if (said := shared.said(spec.get("properties", {})))), "")


def rules(tenant: Tenant) -> Iterator[Rule]:
    return (rule(row.spec) for row in policies(tenant))


def policies(tenant: Tenant) -> QuerySet[OwnedObject]:
    """Those of ours that say who may ask, and when it is reviewed."""
    return OwnedObject.objects.filter(tenant=tenant, kind="assignment_policy").order_by("address")


def rule(spec: dict[str, Any]) -> Rule:
    stage, review = spec["requestApprovalSettings"]["stages"][0], spec["reviewSettings"]
    schedule = review["schedule"]
    return Rule(
        name=visible(spec["displayName"]),
        from_provider=spec["allowedTargetScope"] == "specificConnectedOrganizationUsers",
        ends_after=days(spec["expiration"]["duration"]),
        denied_after=days(stage["durationBeforeAutomaticDenial"]),
        escalated_after=days(stage["durationBeforeEscalation"]) if stage["isEscalationEnabled"] else None,
        first_review=dt.datetime.fromisoformat(schedule["startDateTime"]).date(),
        every_months=schedule["recurrence"]["pattern"]["interval"],
        review_open=days(schedule["expiration"]["duration"]),
        silence=SILENCE[review["expirationBehavior"]],
    )


def days(duration: str) -> int:
    """Of an ISO 8601 duration as planes write it. ValueError for any other: it is not guessed at."""
    found = re.fullmatch(r"P(\d+)D", duration)
    if found is None:
        raise ValueError(f"{duration!r} is not a number of days")
    return int(found[1])


def _approval(tenant: Tenant) -> str:
    """Who lets analysts in, by the policies that are there; "" where there are none."""
    ours = OwnedObject.objects.filter(tenant=tenant)
    ways = tuple(
        ours.filter(address=f"assignment_policy/approvers/{who}").exists() for who in ("members", "lead")
    )
    return APPROVAL_WORDS.get(CHOICE.get((ways[0], ways[1]), ""), "")


def _approvers(tenant: Tenant) -> list[str]:
    """Whom we put into their group, not whom somebody has named since; by id where the name was erased."""
    put = OwnedObject.objects.filter(tenant=tenant, kind="group_membership", spec__group__ref=APPROVERS)
    oids = [row.spec["member"] for row in put]
    people = {str(p.oid): str(p) for p in Person.objects.filter(tid=tenant.tenant_id, oid__in=oids)}
    return sorted(visible(people.get(oid, oid)) for oid in oids)


def _reviewers(tenant: Tenant) -> list[str]:
    """They review from the moment they are named."""
    named = tenant.contacts.filter(role=Contact.Role.REVIEWER).select_related("person")
    return [visible(str(contact.person)) for contact in named.order_by("person__name")]


def _door(slug: str, tenant: Tenant) -> str:
    return links.url_if_any(slug, clouds.current(), domain=tenant.initial_domain)

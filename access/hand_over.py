"""What a hand-over says: links, who approves, what silence does, what ends when, as it was carried out.

The rules are those of the policies we answer for, and not those of the offer: an offer may have been changed
since, and then it says what would be planned next, not what is there.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from access import links, trust, ways
from access.desk import doors
from access.reviewing import microsofts
from access.rules import Rule, by_terms, rule
from onboarding.delegations import shared
from onboarding.models import OwnedObject
from onboarding.planes.access_packages import APPROVAL_WORDS
from onboarding.words.reasons import visible
from tenants import ledger
from tenants.microsoft import clouds
from tenants.models import Contact, Person, ProviderTenant, Tenant

APPROVERS = "group/approvers"
CHOICE = {(True, False): "customer", (False, True): "lead", (True, True): "both"}
"""Whether members of the tenant and people of the provider may become approvers."""


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
        "rules": by_terms(rules_of(tenant)),
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


def rules_of(tenant: Tenant) -> list[Rule]:
    return [rule(row.spec) for row in policies(tenant)]


def policies(tenant: Tenant) -> QuerySet[OwnedObject]:
    """Those of ours that say who may ask, and when it is reviewed."""
    return OwnedObject.objects.filter(tenant=tenant, kind="assignment_policy").order_by("address")


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

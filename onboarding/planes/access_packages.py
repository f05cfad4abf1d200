"""The way in by access packages: analysts ask in My Access, the approvers' group answers.

Source: Microsoft's "Provide managed security service provider (MSSP) access".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from onboarding.engine.resource import Resource, ref
from onboarding.planes import review_days
from onboarding.planes.base import Answers

ORGANIZATION = "connected_organization/provider"
CATALOG = "catalog/mssp"
APPROVERS = "approvers"

PERMISSIONS = frozenset(
    {
        "EntitlementManagement.ReadWrite.All",
        "Group.ReadWrite.All",
        "User.Read.All",
    }
)

AT_HOME = False
FIRST: tuple[str, ...] = ()
DOORS = ("assignment_policy",)
LABEL = "Access packages"
WORDS = "Analysts ask in My Access for a package that gives a group for a time; approvers answer."

APPROVAL_WORDS = {
    "customer": "People of the customer approve every request, and they decide who else approves.",
    "lead": "People of the provider may become approvers and then let their colleagues in; "
    "the customer sees and reviews it, but is not asked each time.",
    "both": "People of the customer and of the provider may become approvers. "
    "Either of them alone can let an analyst in: one yes is enough.",
}


DESCRIPTIONS = {
    "connected_organization": "Security analysts of {provider}.",
    "catalog": "What analysts of {provider} may ask for.",
    "approvers_group": "Approve or deny requests for access.",
    "package": "Membership of the group {name}.",
    "policy": "Requests for {name}.",
}
"""Of a tier's group, what the tier can do."""
TIER_PACKAGE = "tier_package"


def resources(answers: Answers) -> list[Resource]:
    """All a customer's tenant should have for this way in."""
    return [*_foundation(answers), *_approvers(answers), *_tiers(answers)]


def _foundation(answers: Answers) -> Iterator[Resource]:
    source = {
        "@odata.type": "#microsoft.graph.azureActiveDirectoryTenant",
        "tenantId": answers.provider_tenant_id,
        "displayName": answers.provider_tenant_name or answers.provider,
    }
    yield _make(
        answers,
        ORGANIZATION,
        displayName=answers.named("connected_organization"),
        description=_described(answers, "connected_organization"),
        state="configured",
        identitySources=[source],
    )
    yield _make(
        answers,
        CATALOG,
        displayName=answers.named("catalog"),
        description=_described(answers, "catalog"),
        state="published",
        isExternallyVisible=True,
    )


def _approvers(answers: Answers) -> Iterator[Resource]:
    group = f"group/{APPROVERS}"
    said = _described(answers, "approvers_group")
    yield _group(answers, group, answers.named("approvers_group"), said)
    for person in answers.approvers:
        address = f"group_membership/{APPROVERS}/{person}"
        yield _make(answers, address, group=ref(group), member=person)
    package = answers.named("approvers_package")
    yield from _package(answers, APPROVERS, package, _described(answers, "package", name=package), group)
    yield from _approver_policies(answers)


def _tiers(answers: Answers) -> Iterator[Resource]:
    for tier in answers.tiers:
        group, package = f"group/{tier.slug}", answers.named("tier_package", tier)
        yield _group(answers, group, answers.named("tier_group", tier), tier.can)
        said = _described(answers, TIER_PACKAGE, name=package, tier=tier.label, can=tier.can)
        yield from _package(answers, tier.slug, package, said, group)
        yield _policy(answers, tier.slug, "analysts", answers.named("tier_policy", tier), from_provider=True)


def _package(answers: Answers, slug: str, name: str, said: str, group: str) -> Iterator[Resource]:
    """The group in the catalog, a package, and the group's member role in the package."""
    resource, package = f"catalog_resource/{slug}", f"access_package/{slug}"
    group_id: dict[str, Any] = {"originId": ref(group), "originSystem": "AadGroup"}
    yield _make(answers, resource, catalog=ref(CATALOG), **group_id)
    yield _make(
        answers,
        package,
        displayName=name,
        description=said,
        isHidden=False,
        catalog={"id": ref(CATALOG)},
    )
    yield _make(
        answers,
        f"package_resource_role/{slug}",
        accessPackage=ref(package),
        catalog=ref(CATALOG),
        resource=ref(resource),
        role="Member",
        **group_id,
    )


def _approver_policies(answers: Answers) -> Iterator[Resource]:
    """Who may become an approver follows the offer's choice."""
    if answers.approval in ("customer", "both"):
        yield _policy(answers, APPROVERS, "members", answers.named("approvers_policy"), from_provider=False)
    if answers.approval in ("lead", "both"):
        name = answers.named("approvers_lead_policy")
        yield _policy(answers, APPROVERS, "lead", name, from_provider=True)


def _policy(answers: Answers, package: str, who: str, name: str, *, from_provider: bool) -> Resource:
    rules = answers.policy
    members = {
        "@odata.type": "#microsoft.graph.connectedOrganizationMembers",
        "connectedOrganizationId": ref(ORGANIZATION),
    }
    return _make(
        answers,
        f"assignment_policy/{package}/{who}",
        # A policy on a package without its role would let people ask for nothing.
        also_needs=(f"package_resource_role/{package}",),
        displayName=name,
        description=_described(answers, "policy", name=name),
        allowedTargetScope="specificConnectedOrganizationUsers" if from_provider else "allMemberUsers",
        specificAllowedTargets=[members] if from_provider else [],
        expiration={"type": "afterDuration", "duration": _days(rules["expires_after_days"])},
        requestorSettings=_requestors(),
        requestApprovalSettings=_approval(answers),
        reviewSettings=_review(answers, package),
        accessPackage={"id": ref(f"access_package/{package}")},
    )


def _requestors() -> dict[str, Any]:
    return {
        "enableTargetsToSelfAddAccess": True,
        "enableTargetsToSelfUpdateAccess": True,
        "enableTargetsToSelfRemoveAccess": True,
        "allowCustomAssignmentSchedule": False,
        "enableOnBehalfRequestorsToAddAccess": False,
        "enableOnBehalfRequestorsToUpdateAccess": False,
        "enableOnBehalfRequestorsToRemoveAccess": False,
    }


def _approval(answers: Answers) -> dict[str, Any]:
    """One stage. Escalation only where there is a second approver to escalate to."""
    escalation = answers.approvers[1:2]
    stage = {
        "durationBeforeAutomaticDenial": _days(answers.policy["denied_after_days"]),
        "isApproverJustificationRequired": True,
        "isEscalationEnabled": bool(escalation),
        "durationBeforeEscalation": _days(answers.policy["escalated_after_days"]) if escalation else "PT0S",
        "primaryApprovers": [_approver_group()],
        "escalationApprovers": [
            {"@odata.type": "#microsoft.graph.singleUser", "userId": person} for person in escalation
        ],
    }
    return {
        "isApprovalRequiredForAdd": True,
        "isApprovalRequiredForUpdate": True,
        "isRequestorJustificationRequired": True,
        "stages": [stage],
    }


def _review(answers: Answers, package: str) -> dict[str, Any]:
    rules = answers.policy
    packages = [APPROVERS, *(tier.slug for tier in answers.tiers)]
    first = review_days.first(rules, answers.starts, answers.tenant_id, packages, answers.reviews)[package]
    return {
        "isEnabled": True,
        "expirationBehavior": rules["on_review_silence"],
        "isRecommendationEnabled": True,
        "isReviewerJustificationRequired": True,
        "isSelfReview": False,
        "schedule": {
            "startDateTime": f"{first.isoformat()}T00:00:00Z",
            "expiration": {"type": "afterDuration", "duration": _days(rules["review_open_days"])},
            "recurrence": {
                # Microsoft documents the quarterly form of this; the yearly one is by analogy (graph.md 3.6).
                "pattern": {"type": "absoluteMonthly", "interval": rules["review_every_months"]},
                "range": {"type": "noEnd"},
            },
        },
        "primaryReviewers": [_approver_group()],
    }


def _approver_group() -> dict[str, Any]:
    return {"@odata.type": "#microsoft.graph.groupMembers", "groupId": ref(f"group/{APPROVERS}")}


def _described(answers: Answers, which: str, **gaps: str) -> str:
    return answers.filled(descriptions(answers.descriptions)[which], **gaps)


def descriptions(own: Mapping[str, str]) -> dict[str, str]:
    """As the offer says them, else as the portal does.

    In versions from before offers spoke of a tier's package, as of any: it stays as the customer agreed to it
    until they agree to a newer version.
    """
    said = {**DESCRIPTIONS, **own}
    return {**said, TIER_PACKAGE: own.get(TIER_PACKAGE, said["package"])}


def _group(answers: Answers, address: str, name: str, description: str) -> Resource:
    nickname = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64]
    return _make(
        answers,
        address,
        displayName=name,
        description=description,
        mailNickname=nickname,
        securityEnabled=True,
        mailEnabled=False,
    )


def _make(answers: Answers, address: str, *, also_needs: tuple[str, ...] = (), **spec: Any) -> Resource:
    kind = address.split("/", 1)[0]
    return Resource(address, kind, answers.tenant_id, spec, also_needs)


def _days(number: int) -> str:
    return f"P{number}D"

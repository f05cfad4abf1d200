"""What a reviewer should know of a plan besides its changes: what was sold, and whether it still stands."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import now

from onboarding.agreeing import agreements
from onboarding.delegations.can import terms
from onboarding.delegations.roles import by_list
from onboarding.engine.digest import digest
from onboarding.models import Offer, Plan
from onboarding.planes import PLANES
from onboarding.planes.access_packages import APPROVAL_WORDS
from onboarding.words.tier_words import side_by_side
from tenants.models import Tenant


def waiting(tenants: QuerySet[Tenant]) -> QuerySet[Plan]:
    """The newest plan of each tenant, where it can still be agreed to and nobody has.

    Not an end: whoever only looks what it would remove asks nobody for anything yet.
    """
    newer = Plan.objects.filter(tenant=OuterRef("tenant"), purpose=OuterRef("purpose"), pk__gt=OuterRef("pk"))
    wanted = Plan.objects.filter(tenant__in=tenants, purpose=Plan.Purpose.ONBOARD)
    may_be = wanted.filter(agreement=None, decline=None, expires_at__gt=now())
    return may_be.exclude(Exists(newer)).select_related("tenant__customer").order_by("expires_at")


def about(plan: Plan) -> dict[str, Any]:
    newest = Plan.objects.filter(tenant=plan.tenant, purpose=plan.purpose).latest("pk")
    altered = digest(agreements.document(plan, plan.changes)) != plan.digest
    return {
        "altered": altered,
        "expired": plan.expires_at < now(),
        "replaced": newest.pk != plan.pk,
        "sold": {} if altered else of_yours(sold(plan)),
        "raw": json.dumps(plan.changes, indent=2),
    }


def sold(plan: Plan) -> dict[str, Any]:
    """Tiers with what they can do, who approves and for how long, as the plan's number covers them.

    {} where nothing is set up. Never from today's answers: they may have changed since the plan was made.
    """
    frame = plan.frame
    if plan.purpose != Plan.Purpose.ONBOARD or "tiers" not in frame:
        return {}
    document = Offer.objects.get(slug=frame["offer"], version=frame["offer_version"]).document
    tiers = [tier for tier in document["tiers"] if tier["slug"] in frame["tiers"]]
    by_package = "access_packages" in document["planes"]
    return {
        "tiers": side_by_side(tiers) if by_package else [],
        "approval": APPROVAL_WORDS[frame["approval"]] if by_package else "",
        "policy": document["policy"] if by_package else {},
        "azure": in_azure(document, tiers),
        "roles": by_list(**listed) if (listed := frame.get("azure", {}).get("roles_listed")) else "",
        "ways": [(PLANES[plane].LABEL, PLANES[plane].WORDS) for plane in document["planes"]],
    }


def of_yours(sold: dict[str, Any]) -> dict[str, Any]:
    """As the customer's own reviewer reads it."""
    return sold and sold | {"approval": sold["approval"].replace("the customer", "your organisation")}


def in_azure(document: dict[str, Any], tiers: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Tier and terms of each role: not a package's, so without an end and without the customer's approval."""
    if "lighthouse" not in document["planes"]:
        return []
    held = document["lighthouse"]["roles"]
    return [(tier["label"], terms(role)) for tier in tiers for role in held if role["tier"] == tier["slug"]]

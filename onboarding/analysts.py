"""What the analysts' group of the provider's tenant is called: a customer is told a name, not an id alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from onboarding.gaps import filled
from onboarding.models import Offer, Onboarding, Plan
from tenants import provider
from tenants.models import Tenant


def named(tenant: Tenant) -> dict[str, str]:
    """By its object id, as it was looked up for what is planned, and for what was carried out last."""
    return {id: name for id, name in (*_wanted(tenant), *_carried_out(tenant)) if id}


def _wanted(tenant: Tenant) -> Iterator[tuple[str, str]]:
    kept = Onboarding.objects.select_related("offer").filter(tenant=tenant).first()
    if kept is not None and kept.analysts_group:
        yield kept.analysts_group, _name(kept.offer.document, provider.names(""))


def _carried_out(tenant: Tenant) -> Iterator[tuple[str, str]]:
    """By its plan's own words: the offer and the brand of then."""
    plans = Plan.objects.filter(tenant=tenant, purpose=Plan.Purpose.ONBOARD, run__isnull=False)
    frame: dict[str, Any] = plans.order_by("-pk").values_list("frame", flat=True).first() or {}
    if group := frame.get("analysts_group", ""):
        offer = Offer.objects.filter(slug=frame["offer"], version=frame["offer_version"]).first()
        yield group, _name(offer.document if offer else {}, {**provider.names(""), **frame})


def _name(document: dict[str, Any], gaps: dict[str, Any]) -> str:
    return filled(document.get("analysts_group", ""), {each: gaps[each] for each in ("brand", "provider")})

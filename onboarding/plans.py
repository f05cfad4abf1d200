"""From a customer's answers to a plan with a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils.timezone import now

from onboarding import assignments, ownership, pens
from onboarding.agreeing import agreements, said_before
from onboarding.engine import plan as engine
from onboarding.engine.digest import change_as_json, digest
from onboarding.engine.resource import Resource
from onboarding.kinds import ENDS_WITH_US
from onboarding.models import Offer, Onboarding, OwnedObject, Plan, Run
from onboarding.observe import observe
from onboarding.planes import blueprint, lighthouse, review_days
from onboarding.planes.base import Answers, Tier
from tenants.microsoft import apps, bridge
from tenants.microsoft.errors import Later, Refused
from tenants.models import Provider, ProviderTenant, Tenant

MAY_BE_AGREED_TO_FOR = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Look:
    """What was wanted, what is there, and what would change."""

    desired: tuple[Resource, ...]
    seen: Mapping[str, engine.Seen]
    plan: engine.Plan


def look(
    onboarding: Onboarding,
    purpose: str = Plan.Purpose.ONBOARD,
    *,
    within: float | None = None,
    besides: Mapping[str, engine.Owned] | None = None,
) -> Look:
    """Read the tenant with the reader app and compare. Writes nothing anywhere. Later after `within` s.

    `besides`: what is not ours yet, and will be before the plan is kept.

    Refused where what we own is not as the ledger has it: a plan would delete or change another object.
    """
    ownership.check(onboarding.tenant)
    offboarding = purpose == Plan.Purpose.OFFBOARD
    owned = owned_by(onboarding.tenant) | dict(besides or {})
    desired = [] if offboarding else wanted(onboarding, owned)
    owned |= assignments.ending(owned, desired)
    try:
        seen = bridge.run(observe(pens.to_read(onboarding.tenant), desired, owned, onboarding.ticked), within)
    except TimeoutError:
        raise Later(settings.RUN_RETRY_SECONDS, "reading the tenant took too long") from None
    return Look(tuple(desired), seen, engine.plan(desired, seen, owned, onboarding.ticked))


def wanted(onboarding: Onboarding, owned: Mapping[str, engine.Owned]) -> list[Resource]:
    """The blueprint of its answers, next to what is ours already."""
    told = replace(answers(onboarding), reviews=review_days.kept(owned.values()))
    every = blueprint(onboarding.offer.document["planes"], told)
    return lighthouse.beside(every, owned)


def people_losing_access(found: Look) -> int:
    """How many assignments of our packages end with them."""
    held = [look for address, look in found.seen.items() if address.startswith("package_assignments/")]
    return sum(candidate.about.get("count", 0) for look in held for candidate in look.candidates)


@transaction.atomic
def save(onboarding: Onboarding, changes: engine.Plan, purpose: str = Plan.Purpose.ONBOARD) -> Plan:
    """Keep a plan without open questions under its number; the same plan made again keeps its number,
    unless a reviewer said no since: whoever is asked again is asked anew."""
    if changes.questions or changes.unknown or not changes.changes:
        raise ValueError("only a plan without questions and with something to do gets a number")
    _set_aside(onboarding.tenant, changes)
    made, frame = now(), _frame(onboarding, changes)
    listed = [change_as_json(change) for change in changes.changes]
    undecided = Plan.objects.filter(tenant=onboarding.tenant, run=None, decline=None)
    for plan in undecided.filter(purpose=purpose, expires_at__gt=made):
        there = plan.frame == frame and plan.changes == listed
        stale = there and (
            agreements.closed_since(onboarding.tenant, plan.made_at) or said_before.is_outweighed(plan)
        )
        if there and not stale:
            return plan
    plan = Plan(
        tenant=onboarding.tenant,
        purpose=purpose,
        frame=frame,
        changes=listed,
        made_at=made,
        expires_at=made + MAY_BE_AGREED_TO_FOR,
    )
    plan.digest = digest(agreements.document(plan, plan.changes))
    plan.save()
    return plan


def _set_aside(tenant: Tenant, changes: engine.Plan) -> None:
    """What stays behind is ours under its own address from now on: another will stand at the old one.

    Refused while a run is open, which holds what we own to what it knew.
    """
    for change in changes.changes:
        address, left, _ = change.resource.address.partition(engine.LEFT)
        if left and change.action is engine.Action.DELETE:
            if tenant.runs.filter(closed_at=None).exists():
                raise Refused("not_yet", why="a run is open in this tenant; it must end first")
            for old in tenant.owned.filter(address=address, remote_id=change.remote_id):
                _renamed(old, change.resource)


def _renamed(old: OwnedObject, resource: Resource) -> None:
    was, old.address = old.address, resource.address
    old.spec, old.needs = dict(resource.spec), list(resource.needs)
    old.save()
    ownership.enter(old, ownership.SET_ASIDE, was=was)


def answers(onboarding: Onboarding) -> Answers:
    """An onboarding's rows as the plain data planes are made from."""
    ours = _ours()
    names = called(onboarding, ours.provider)
    offer = onboarding.offer.document
    return Answers(
        tenant_id=str(onboarding.tenant.tenant_id),
        provider_tenant_id=str(ours.tenant_id),
        provider=names["provider"],
        brand=names["brand"],
        provider_tenant_name=ours.name,
        approval=onboarding.approval or offer["approval"],
        names=offer["names"],
        policy=offer["policy"],
        tiers=tuple(Tier(**tier) for tier in offer["tiers"] if tier["slug"] in onboarding.tiers),
        approvers=tuple(onboarding.approvers),
        analysts_group=onboarding.analysts_group,
        starts=onboarding.starts,
        descriptions=offer.get("descriptions", {}),
        customer=onboarding.tenant.customer.name,
        lighthouse=offer.get("lighthouse", {}),
        azure=onboarding.azure,
    )


def _ours() -> ProviderTenant:
    return ProviderTenant.objects.select_related("provider").get(purpose=ProviderTenant.Purpose.ANALYSTS)


def called(onboarding: Onboarding, ours: Provider) -> dict[str, str]:
    """What the provider is called in this tenant's names: as agreed, whatever it is called since.

    Plans from before their numbers cover that had the first names; see tenants/provider.py.
    """
    today = {"provider": ours.name, "brand": ours.brand}
    if onboarding.called is None:
        return today
    first = {"provider": ours.first_name or ours.name, "brand": ours.first_brand or ours.brand}
    return first | onboarding.called


def owned_by(tenant: Tenant, *, with_assignments: bool = False) -> dict[str, engine.Owned]:
    """What we answer for; also, where asked, people's assignments that end before what let them in."""
    owned = {row.address: _owned(row) for row in tenant.owned.all()}
    if with_assignments:
        owned |= assignments.all_of(owned)
    return owned


def agreed_for(tenant: Tenant) -> Onboarding | None:
    """What this tenant is held to, where it was sold anything."""
    kept = Onboarding.objects.select_related("offer").filter(tenant=tenant).first()
    return as_agreed(kept) if kept else None


def as_agreed(kept: Onboarding) -> Onboarding:
    """The answers that were carried out last, or are being carried out: what a tenant is held to.

    What the wizard has kept since is only wanted, until it is agreed to and begun. The rows themselves where
    nothing was begun yet, or by a plan from before its number covered all of this.
    """
    return all_as_agreed([kept])[0]


def all_as_agreed(every: Sequence[Onboarding]) -> list[Onboarding]:
    """The same of several, read at once."""
    purpose, tenants = Plan.Purpose.ONBOARD, [kept.tenant_id for kept in every]
    runs = Run.objects.filter(tenant=OuterRef("tenant"), plan__purpose=purpose).order_by("-pk")
    last = Plan.objects.filter(tenant__in=tenants, run=Subquery(runs.values("pk")[:1]))
    frames = dict(last.values_list("tenant_id", "frame")) if every else {}
    offers = _offers([frame for frame in frames.values() if _COVERED in frame])
    return [_held_to(kept, frames.get(kept.tenant_id, {}), offers) for kept in every]


_COVERED = "approvers"
"""In a plan's frame since its number covers the answers."""


def _offers(frames: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Offer]:
    named = {(frame["offer"], frame["offer_version"]) for frame in frames}
    meant = [Q(slug=slug, version=version) for slug, version in sorted(named)]
    found = Offer.objects.filter(reduce(or_, meant)) if meant else ()
    return {(offer.slug, offer.version): offer for offer in found}


def _held_to(
    kept: Onboarding, frame: Mapping[str, Any], offers: Mapping[tuple[str, int], Offer]
) -> Onboarding:
    if _COVERED not in frame:
        return kept
    held = Onboarding(
        tenant=kept.tenant,
        offer=offers[frame["offer"], frame["offer_version"]],
        tiers=frame["tiers"],
        approval=frame["approval"],
        approvers=frame["approvers"],
        analysts_group=frame.get("analysts_group", ""),
        azure=frame.get("azure", {}),
        reviewers=kept.reviewers,
        ticked=kept.ticked,
        starts=kept.starts,
    )
    held.called = {key: frame[key] for key in ("provider", "brand") if key in frame}
    return held


def _owned(row: OwnedObject) -> engine.Owned:
    resource = Resource(row.address, row.kind, str(row.target), row.spec, tuple(row.needs))
    given_back = row.origin == OwnedObject.Origin.ADOPTED and row.kind not in ENDS_WITH_US
    return engine.Owned(resource, row.remote_id, given_back, row.before)


def _frame(onboarding: Onboarding, changes: engine.Plan) -> dict[str, object]:
    """What a digest covers besides the changes: apps, permissions, what was sold, and what we own already."""
    kinds = [change.resource.kind for change in changes.changes]
    purposes = ["reader", *pens.writers(kinds)]
    return {
        "provider_tenant": pens.home_tenant(),
        "apps": {
            purpose: {
                "client_id": apps.client_id(purpose),
                "permissions": sorted(pens.needed(purpose, kinds)),
            }
            for purpose in purposes
        },
        "offer": onboarding.offer.slug,
        "offer_version": onboarding.offer.version,
        "tiers": onboarding.tiers,
        "approval": onboarding.approval or onboarding.offer.document["approval"],
        "approvers": onboarding.approvers,
        "analysts_group": onboarding.analysts_group,
        "azure": onboarding.azure,
        **called(onboarding, _ours().provider),
        "owned": agreements.owned(onboarding.tenant),
    }

"""What a pause would close and whom it would let out; and whether one that was made still holds."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from onboarding import closing, ownership, pens, plans
from onboarding.engine import plan as engine
from onboarding.engine.digest import change_as_json
from onboarding.engine.plan import State
from onboarding.models import Onboarding, Plan
from onboarding.observe import observe
from tenants.microsoft import bridge
from tenants.microsoft.errors import Later
from tenants.models import Tenant


def look(kept: Onboarding, *, within: float | None = None) -> plans.Look:
    """As agreed, but closed and with nobody in. Reads only."""
    ownership.check(kept.tenant)
    agreed = plans.as_agreed(kept)
    owned = plans.owned_by(kept.tenant)
    wanted = [closing.closed(each) for each in plans.wanted(agreed, owned)]
    owned |= closing.let_out(owned, wanted)
    try:
        seen = bridge.run(observe(pens.to_read(kept.tenant), wanted, owned, agreed.ticked), within)
    except TimeoutError:
        raise Later(settings.RUN_RETRY_SECONDS, "reading the tenant took too long") from None
    return plans.Look(tuple(wanted), seen, engine.plan(wanted, seen, owned, agreed.ticked))


def plan(found: plans.Look) -> engine.Plan:
    """Only what a pause does: what else is not as agreed is drift, and none of its business."""
    changes = tuple(each for each in found.plan.changes if closing.is_closing(change_as_json(each)))
    about = {each.address for each in found.desired if closing.is_the_providers(each)}
    unknown = {a: why for a, why in found.plan.unknown.items() if a in about or _is_held(a)}
    return engine.Plan(changes=changes, unknown=unknown)


def in_the_way(found: plans.Look) -> list[str]:
    """Policies to be closed that this cannot close: they were changed in other ways, too, or are gone."""
    mine = {each.resource.address for each in plan(found).changes}
    about = {each.address for each in found.desired if closing.is_the_providers(each)}
    off = {each.resource.address for each in found.plan.changes}
    off |= {each.address for each in found.plan.questions}
    return sorted((off & about) - mine)


def held(found: plans.Look) -> engine.Plan:
    """For a tenant that is paused: in order is closed, and nobody in."""
    empty = {a for a, look in found.seen.items() if _is_held(a) and look.state is State.ABSENT}
    return replace(
        found.plan, changes=tuple(each for each in found.plan.changes if each.resource.address not in empty)
    )


def _is_held(address: str) -> bool:
    return address.startswith("package_assignments/")


def is_paused(tenant: Tenant) -> bool:
    """The last run was a pause that was read back: until a new plan is carried out.

    To end single accesses opens nothing again.
    """
    last = tenant.runs.exclude(plan__purpose=Plan.Purpose.ACCESS).select_related("plan").order_by("pk").last()
    return last is not None and last.plan.purpose == Plan.Purpose.PAUSE and last.ended == "verified"

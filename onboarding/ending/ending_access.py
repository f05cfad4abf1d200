"""Ending single accesses for the customer: exactly the assignments that a reviewer decided, and nothing else.

A plan with a number of its own, decided by the reviewer alone, carried out and read back like every run.
Only of packages that we made: others may have been given by the customer themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from onboarding import assignments, plans, runs
from onboarding.agreeing import agreements
from onboarding.engine import plan as engine
from onboarding.engine.plan import Action, Change
from onboarding.models import Onboarding, Plan, Run
from tenants.microsoft.errors import Refused
from tenants.models import Person, Tenant


def packages(tenant: Tenant) -> set[str]:
    """By id, those whose assignments are ours to end."""
    return assignments.of_made(plans.owned_by(tenant))


@transaction.atomic
def start(tenant: Tenant, held: Iterable[tuple[str, str]], person: Person) -> Run:
    """`held`: each assignment's id and its package's. Raises Refused: none is ours, or a run is open."""
    kept = Onboarding.objects.select_related("offer", "tenant__customer").get(tenant=tenant)
    owned = plans.owned_by(tenant)
    found = [one for id, package in held if (one := assignments.one(owned, package, id)) is not None]
    if not found:
        raise Refused("not_yet", why="none of these accesses comes from a package that the portal made")
    if runs.open_run(tenant) is not None:
        raise Refused("not_yet", why="a run is open in this tenant; it must end first")
    changes = tuple(Change(Action.DELETE, each.resource, each.remote_id) for each in found)
    plan = plans.save(kept, engine.Plan(changes=changes), Plan.Purpose.ACCESS)
    if not hasattr(plan, "agreement"):
        agreements.end(plan, person, "decided in a signed review")
    return runs.start(plan, person.actor)

"""Something to see on every page, and what stands in the gaps of their addresses."""

from __future__ import annotations

from django.utils.timezone import now

from onboarding import offers, tasks
from onboarding.agreeing import agreements
from onboarding.engine.digest import digest
from onboarding.models import Inquiry, Onboarding, OwnedObject, Plan, Run
from tenants.models import Provider, Tenant
from tests.access import deploying, grants, world
from tests.access.ended import ended
from tests.cast import FABRIKAM, Cast
from tests.isolation.world import delegated


def made(cast: Cast) -> dict[str, object]:
    world.every_standing()
    Provider.objects.create(name="Fabrikam Security", brand="Fabrikam")
    over = ended(cast.northwind)
    pooled(cast.northwind)
    deployments = deploying.deployed(cast.northwind, cast.people["rita"])
    run = world.much_of(cast.northwind)
    tasks.sweep()
    plan = world.planned(cast.northwind)
    review = grants.reviewed(cast.northwind, cast.people["rita"]).pk
    at = {"run": run.pk, "plan": plan.digest, "agreed": run.plan.digest, "review": review, "over": over.pk}
    return {**at, **deployments}


def pooled(whose: Tenant) -> None:
    """An offer whose group some customers share, and one of them that has done so."""
    sold = offers.documents()["managed-sentinel"]
    [role, *others] = sold["lighthouse"]["roles"]
    shared = {**sold["lighthouse"], "roles": [{**role, "group": "Sentinel Responder, {pool}"}, *others]}
    made = offers.edit("managed-sentinel", sold["version"], {"lighthouse": shared}, "person 1")
    mate = Tenant.objects.exclude(customer=whose.customer).earliest("pk")
    azure = {"scopes": [], "pool": "EU banks"}
    Onboarding.objects.update_or_create(
        tenant=mate, defaults={"offer": made, "azure": azure, "starts": now().date()}
    )


def waits(cast: Cast, what: str) -> None:
    """Somebody has asked Northwind this, and the worker is not done."""
    if what in (Inquiry.What.SENTINEL, Inquiry.What.GUARDS):
        delegates(cast.northwind)
    Run.objects.filter(tenant=cast.northwind).update(closed_at=now())
    Inquiry.objects.create(tenant=cast.northwind, what=what, asked_by="person 1")


def delegates(whose: Tenant) -> None:
    """As if its owner had deployed what the last plan says."""
    plan = Plan.objects.filter(tenant=whose, run__isnull=False).latest("pk")
    changes = [delegated(whose, "Fabrikam")]
    number = digest(agreements.document(plan, changes))
    Plan.objects.filter(pk=plan.pk).update(changes=changes, digest=number)
    row = world.owned(whose, "delegation/1")
    OwnedObject.objects.filter(pk=row.pk).update(
        spec={"scope": f"/subscriptions/{world.SUBSCRIPTION}", "properties": {"managedByTenantId": FABRIKAM}}
    )

"""5,000 customers that are set up and 200 analysts who work for a hundred of them each, as rows."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import islice

from django.test import Client
from django.utils.timezone import now

from onboarding.models import Holding, Onboarding, OwnedObject, Plan, Reading, Run, Step
from onboarding.offers import current
from tenants.models import Customer, Membership, Person, Tenant, Tier
from tenants.people import Role
from tests.access import world
from tests.cast import FABRIKAM, sign_in

CUSTOMERS, ANALYSTS, EACH = 5000, 200, 100
TIERS = ("tier-1", "tier-2")


def build() -> tuple[Client, Client]:
    """Browsers of an admin and of one of the analysts."""
    world.many(CUSTOMERS)
    Tenant.objects.update(initial_domain="northwind.onmicrosoft.example")
    tenants = list(Tenant.objects.order_by("pk"))
    set_up(tenants)
    analysts = employed(list(Customer.objects.order_by("pk")))
    holding(analysts[0])
    admin = Person.objects.create(tid=FABRIKAM, oid=uuid.uuid4(), name="Alice")
    return browser(admin, Role.ADMIN), browser(analysts[0], Role.ANALYST)


def browser(person: Person, role: Role) -> Client:
    client = Client()
    sign_in(client, person, role)
    return client


def set_up(tenants: list[Tenant]) -> None:
    """Each with a run that ended, a reading, an offer and two packages."""
    at, offer = now(), current("managed-defender")
    Onboarding.objects.bulk_create(
        Onboarding(tenant=each, offer=offer, tiers=list(TIERS), starts=at.date()) for each in tenants
    )
    plans = Plan.objects.bulk_create(
        Plan(tenant=each, purpose="onboard", frame={}, changes=[], digest=uuid.uuid4().hex, expires_at=at)
        for each in tenants
    )
    began = at - timedelta(hours=9)
    runs = Run.objects.bulk_create(
        Run(tenant=plan.tenant, plan=plan, started_by="person 1", opened_at=began, closed_at=began)
        for plan in plans
    )
    fixed = {"kind": "group", "spec": {}, "needs": [], "position": 1, "action": "create"}
    Step.objects.bulk_create(
        Step(run=run, address="group/tier-1", target=run.tenant.tenant_id, state="verified", **fixed)
        for run in runs
    )
    Reading.objects.bulk_create(Reading(tenant=each, in_order=True) for each in tenants)
    OwnedObject.objects.bulk_create(package(each, tier) for each in tenants for tier in TIERS)


def package(tenant: Tenant, tier: str) -> OwnedObject:
    fixed = {"kind": "access_package", "origin": "created", "needs": [], "spec": {"displayName": tier}}
    names = {"address": f"access_package/{tier}", "remote_id": str(uuid.uuid4())}
    return OwnedObject(tenant=tenant, target=tenant.tenant_id, **names, **fixed)


def employed(customers: list[Customer]) -> list[Person]:
    """The first analyst gets the first hundred customers, the next one goes on where they end."""
    tiers = [Tier.objects.create(slug=slug, name=slug.title()) for slug in TIERS]
    people = Person.objects.bulk_create(
        Person(
            tid=FABRIKAM, oid=uuid.uuid4(), name=f"Analyst {number:03}", email=f"a{number}@fabrikam.example"
        )
        for number in range(ANALYSTS)
    )
    Membership.objects.bulk_create(
        Membership(person=person, customer=customers[(number * EACH + at) % CUSTOMERS], tier=tier)
        for number, person in enumerate(people)
        for at in range(EACH)
        for tier in tiers
    )
    return people


def holding(person: Person) -> None:
    """All of this one's were read; the states take turns."""
    states = ("open", "waiting", "nothing", "expired")
    owned = {(row.tenant_id, row.address): row for row in OwnedObject.objects.all()}
    mine = Membership.objects.filter(person=person).select_related("tier", "customer")
    for at, membership in enumerate(mine):
        [tenant] = islice(membership.customer.tenants.all(), 1)
        row = owned[tenant.pk, f"access_package/{membership.tier.slug}"]
        Holding.objects.create(
            tenant=tenant,
            membership=membership,
            package=row.remote_id,
            state=states[at % len(states)],
            read_at=now(),
        )

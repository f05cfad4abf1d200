"""Who plays in the tests, and a way to sit them at a browser without the round trip to Microsoft.

Fabrikam Security is the provider. Alice is its admin, Audrey its auditor, Ann an analyst of Northwind, Bob an
analyst of nothing. Rita reviews for Northwind, Rolf for Contoso. Mallory is an admin of Contoso who gave
herself our app roles at home.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils.timezone import now

from tenants import sessions
from tenants.models import Contact, Customer, Membership, Person, Tenant, Tier
from tenants.people import STAFF, Role

FABRIKAM = "fab00000-0000-4000-8000-000000000001"
NORTHWIND = "00420000-0000-4000-8000-000000000001"
CONTOSO = "c0000000-0000-4000-8000-000000000001"


@dataclass
class Cast:
    northwind: Tenant
    contoso: Tenant
    people: dict[str, Person] = field(default_factory=dict)
    roles: dict[str, tuple[Role, ...]] = field(default_factory=dict)

    def client(self, name: str, **more: Any) -> Client:
        """That person's browser; "anonymous" is nobody's."""
        client = Client(**more)
        if name != "anonymous":
            sign_in(client, self.people[name], *self.roles[name])
        return client


def assemble() -> Cast:
    cast = Cast(customer("Northwind", NORTHWIND), customer("Contoso", CONTOSO))
    for name, tid, roles in (
        ("alice", FABRIKAM, (Role.ADMIN,)),
        ("audrey", FABRIKAM, (Role.AUDITOR,)),
        ("ann", FABRIKAM, (Role.ANALYST,)),
        ("bob", FABRIKAM, (Role.ANALYST,)),
        ("rita", NORTHWIND, ()),
        ("rolf", CONTOSO, ()),
        ("mallory", CONTOSO, STAFF),
    ):
        cast.people[name] = Person.objects.create(tid=tid, oid=uuid.uuid4(), name=name.title())
        cast.roles[name] = roles
    tier = Tier.objects.create(slug="tier-1", name="Tier 1")
    Membership.objects.create(person=cast.people["ann"], customer=cast.northwind.customer, tier=tier)
    reviewer = Contact.Role.REVIEWER
    Contact.objects.create(tenant=cast.northwind, person=cast.people["rita"], role=reviewer)
    Contact.objects.create(tenant=cast.contoso, person=cast.people["rolf"], role=reviewer)
    return cast


def customer(name: str, tid: str) -> Tenant:
    slug = name.lower()
    whose = Customer.objects.create(name=name, slug=slug)
    return Tenant.objects.create(
        customer=whose, slug=slug, tenant_id=tid, cloud=settings.CLOUD, domain=f"{slug}.example"
    )


def sign_in(client: Client, person: Person, *roles: Role, auth_time: datetime | None = None) -> None:
    """As portal/signin.py does it, with whatever roles a token may have carried."""
    client.cookies[settings.SESSION_COOKIE_NAME] = sessions.begin(person, roles, auth_time or now())


def carla() -> Person:
    """Carla Ruiz reviews for Northwind where a file or the wizard has named her."""
    return Contact.objects.get(role=Contact.Role.REVIEWER, person__email__startswith="carla").person


def reviewer() -> Client:
    """Her browser."""
    client = Client()
    sign_in(client, carla())
    return client

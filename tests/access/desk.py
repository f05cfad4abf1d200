"""Ann at her page: what the tests of it share."""

from __future__ import annotations

import re
from typing import Any

from access.grants import How
from onboarding.models import Holding, OwnedObject
from tenants.models import Customer, Membership, Tenant, Tier
from tests.access import world
from tests.cast import Cast, assemble

HERE = "/my-customers/"


def sold() -> Cast:
    """Northwind and Contoso have an offer and a first domain."""
    cast = assemble()
    for tenant in (cast.northwind, cast.contoso):
        Tenant.objects.filter(pk=tenant.pk).update(initial_domain=f"{tenant.slug}.onmicrosoft.example")
        world.offered(tenant)
    return cast


def get(cast: Cast, who: str = "ann", address: str = HERE, **headers: str) -> str:
    answer = cast.client(who).get(address, headers=headers)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def give(cast: Cast, customer: Customer, tier: str = "tier-1") -> None:
    level, _ = Tier.objects.get_or_create(slug=tier, defaults={"name": tier.title()})
    Membership.objects.create(person=cast.people["ann"], customer=customer, tier=level)


def held(cast: Cast, state: str, **more: Any) -> Holding:
    package = OwnedObject.objects.filter(tenant=cast.northwind).first()
    package = package or world.owned(cast.northwind, "access_package/tier-1")
    row = {"package": package.remote_id, "state": state, "read_at": world.now() - world.HOUR, **more}
    mine = Membership.objects.get(person=cast.people["ann"], customer=cast.northwind.customer)
    whose = {"tenant": cast.northwind, "membership": mine}
    return Holding.objects.update_or_create(**whose, defaults=row)[0]


def states_that_list_it(cast: Cast, who: str = "ann") -> set[str]:
    return {how for how in How.values if "northwind" in order(get(cast, who, f"{HERE}?state={how}"))}


def order(page: str) -> list[str]:
    return re.findall(r'<section class="card desk" id="([^"]+)"', page)

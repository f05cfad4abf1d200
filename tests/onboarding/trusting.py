"""An offer that sets trust between the tenants as well, and a customer that lets its app in."""

from __future__ import annotations

from onboarding import offers
from onboarding.models import Offer
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.store import Object
from tests.onboarding.wizarding import let_in

BOTH = ["access_packages", "cross_tenant_access"]
PACKAGES = 19


def sell(planes: list[str] = BOTH, group: str = seed.ANALYSTS) -> Offer:
    """The next version of the offer; nobody's is changed by it."""
    seen = offers.current("managed-defender").version
    return offers.edit("managed-defender", seen, {"planes": planes, "analysts_group": group}, "person 1")


def ready(box: Cloud) -> None:
    sell()
    let_in(box, seed.NORTHWIND, seed.TRUST)


def entry(box: Cloud, tid: str, other: str) -> Object | None:
    return box.store.get(tid, "partners", other)


def inbound(box: Cloud) -> Object | None:
    """What Northwind says of Fabrikam."""
    return entry(box, seed.NORTHWIND, seed.FABRIKAM)


def outbound(box: Cloud) -> Object | None:
    """What Fabrikam says of Northwind."""
    return entry(box, seed.FABRIKAM, seed.NORTHWIND)

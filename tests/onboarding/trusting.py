"""An offer that sets trust between the tenants as well, and a customer that lets its app in."""

from __future__ import annotations

from pathlib import Path

from onboarding import offers
from onboarding.models import Offer
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.store import Object
from tests.onboarding.already import put_back
from tests.onboarding.conftest import manage
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


def set_up(box: Cloud, file: Path) -> None:
    """Northwind with both halves set: carried out once, then put back."""

    def carry_out() -> None:
        ready(box)
        assert manage("onboard", file, "--apply", "--inline")[0] == 0

    put_back(box, "with trust", carry_out)


def entry(box: Cloud, tid: str, other: str) -> Object | None:
    return box.store.get(tid, "partners", other)


def inbound(box: Cloud) -> Object | None:
    """What Northwind says of Fabrikam."""
    return entry(box, seed.NORTHWIND, seed.FABRIKAM)


def outbound(box: Cloud) -> Object | None:
    """What Fabrikam says of Northwind."""
    return entry(box, seed.FABRIKAM, seed.NORTHWIND)

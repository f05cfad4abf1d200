"""Fabrikam's groups and one delegation of Contoso that Azure would take."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from onboarding.delegations.definition import Delegation, Eligible, Principal, Standing, completed
from onboarding.delegations.rules import Place
from tests.sandbox.arm_client import ENGINEERS, PORTAL, SOC
from tests.sandbox.graph_client import FABRIKAM, NORTHWIND

RESPONDER = "3e150937-b8fe-4cfb-8069-0eaf05ecd056"
CONTRIBUTOR = "ab8e14d6-4a74-4a29-9ba8-549422addade"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
LOG_ANALYTICS = "92aaf0da-9dab-42b6-94a3-d43ce8d16293"
TIER_1 = Principal(SOC, "Northwind Sentinel Responder", "security group")
TIER_2 = Principal(ENGINEERS, "Northwind Sentinel Contributor", "security group")
APP = Principal(PORTAL, "Gatehouse reader", "service principal")


def delegation(**changes: Any) -> Delegation:
    """Tier 1 always on, Tier 2 on demand; `changes` before Reader and the delete role are added."""
    given = Delegation(
        "Fabrikam Security for Northwind",
        "Sentinel, day and night",
        FABRIKAM,
        APP,
        (Standing(TIER_1, RESPONDER),),
        (Eligible(TIER_2, CONTRIBUTOR),),
    )
    return completed(replace(given, **changes))


def place(**changes: Any) -> Place:
    at_northwind = Place(NORTHWIND, "public", "northwind")
    return replace(at_northwind, **changes)

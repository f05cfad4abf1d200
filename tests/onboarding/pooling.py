"""Customers that share a group of Fabrikam's, as rows and as files."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from pathlib import Path

from onboarding import delegating, offers
from onboarding.delegations import template
from onboarding.models import Offer, Onboarding, Step
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tenants.models import Provider, ProviderTenant, Tenant
from tests.cast import customer
from tests.onboarding.delegating import (
    SENTINEL,
    deploy_whole,
    file_for,
    sell,
    subscription,
)

POOL, GROUP = "EU banks", "Sentinel Responder, EU banks"
ROLE = SENTINEL["roles"][0]
SHARED = {**SENTINEL, "roles": [{**ROLE, "group": "Sentinel Responder, {pool}"}]}
ALONE = {**SENTINEL, "roles": [{**ROLE, "group": "Sentinel Responder, {customer}"}]}
ID = "77777777-7777-4777-8777-777777770042"


def named(name: str, number: int) -> Tenant:
    return customer(name, f"00990000-0000-4000-8000-0000000000{number:02}")


def kept(whose: Tenant, pool: str, sold: Offer | None = None, id: str = ID) -> Onboarding:
    """As the worker keeps it: the group was found in the provider's tenant under this id."""
    sold = sold or offers.current("managed-defender")
    gaps = {"pool": pool or whose.customer.name, "customer": whose.customer.name}
    role = sold.document["lighthouse"]["roles"][0]
    return Onboarding(
        tenant=whose,
        offer=sold,
        tiers=["tier-1"],
        starts=dt.date(2026, 12, 1),
        azure={
            "scopes": [f"/subscriptions/{uuid.uuid4()}"],
            "principals": {role["group"].format_map(gaps): id},
            "portal": "77777777-7777-4777-8777-777777770001",
            "roles": {ROLE["role"]: "Microsoft Sentinel Responder", **READ},
            **({"pool": pool} if pool else {}),
        },
    )


READ = {
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
    "91c1777a-f3dc-4fae-b103-61d183457e46": "Managed Services Registration assignment Delete Role",
}


def refusal(answers: Onboarding) -> str:
    try:
        delegating.check(answers)
    except Refused as refused:
        return refused.reason
    return ""


def fabrikam() -> None:
    ours = Provider.objects.create(name="Fabrikam Security", brand="Fabrikam")
    purpose = ProviderTenant.Purpose.ANALYSTS
    ProviderTenant.objects.create(provider=ours, purpose=purpose, tenant_id=seed.FABRIKAM, name=ours.name)
    sell(SHARED)


def group(box: Cloud, name: str = GROUP) -> str:
    flags = {"securityEnabled": True, "mailEnabled": False, "groupTypes": [], "owners": [], "members": []}
    body = {"displayName": name, "mailNickname": uuid.uuid4().hex[:12], **flags}
    made = box.store.put(
        seed.FABRIKAM, "groups", {"id": str(uuid.uuid4()), "createdDateTime": "2026-01-01T00:00:00Z", **body}
    )
    return str(made["id"])


def in_pool(tmp_path: Path, box: Cloud, pool: str) -> Path:
    path = file_for(tmp_path, subscription(box))
    path.write_text(path.read_text() + f"pool = {json.dumps(pool)}\n")
    return path


def redeploy(box: Cloud) -> None:
    """What the run waits for."""
    spec = Step.objects.filter(kind="delegation").latest("pk").spec
    deploy_whole(box, template.of(spec["definition"], spec["properties"]))

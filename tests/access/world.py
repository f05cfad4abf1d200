"""Tenants in every state a list can show, made as rows; the cast of tests/cast.py looks at them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.timezone import now

from access.models import GuardAnswers
from onboarding import app_stands
from onboarding.models import (
    Agreement,
    AppStand,
    Attempt,
    ConsentRequest,
    Decline,
    Draft,
    Holding,
    Inquiry,
    Onboarding,
    OwnedObject,
    Plan,
    Reading,
    Run,
    Step,
)
from onboarding.offers import current
from onboarding.wizard import drafts
from tenants import ledger
from tenants.models import Customer, Freeze, Membership, Tenant
from tests.access import grants
from tests.access.specs import POLICY as POLICY
from tests.access.specs import TRUST as TRUST
from tests.cast import customer

HOUR = dt.timedelta(hours=1)
SUBSCRIPTION = "66666666-6666-4666-8666-666666666666"


def tenant(name: str) -> Tenant:
    return customer(name, str(uuid.uuid5(uuid.NAMESPACE_DNS, name)))


def planned(whose: Tenant, *, purpose: str = "onboard", hours_ago: float = 5, agreed: bool = False) -> Plan:
    made = now() - hours_ago * HOUR
    plan = Plan.objects.create(
        tenant=whose,
        purpose=purpose,
        frame={},
        changes=[],
        digest=uuid.uuid4().hex * 2,
        made_at=made,
        expires_at=made + dt.timedelta(days=45),
    )
    if agreed:
        agree(plan)
    return plan


def agree(plan: Plan) -> Agreement:
    entry = ledger.record("person 1", "recorded an agreement", plan.digest[:12], plan.tenant.customer)
    return Agreement.objects.create(
        plan=plan,
        digest=plan.digest,
        form=Agreement.Form.RECORDED,
        by="carla@northwind.example",
        reference="contract 2026-114",
        asked_by="person 1",
        decided_by="person 2",
        ledger_number=entry.number,
    )


def decline(plan: Plan) -> Decline:
    entry = ledger.record("person 4", "declined", f"plan {plan.digest[:12]}", plan.tenant.customer)
    said = {"by": "rita@northwind.example", "decided_by": "person 4", "reason": "Two tiers are too many."}
    return Decline.objects.create(plan=plan, ledger_number=entry.number, **said)


def ran(
    whose: Tenant, *states: str, closed: bool = True, hours_ago: float = 4, purpose: str = "onboard"
) -> Run:
    """A run with one step a state."""
    plan = planned(whose, purpose=purpose, hours_ago=hours_ago, agreed=True)
    opened = now() - hours_ago * HOUR
    ended = opened + HOUR / 2 if closed else None
    run = Run.objects.create(
        tenant=whose, plan=plan, started_by="person 1", opened_at=opened, closed_at=ended
    )
    for at, state in enumerate(states):
        step(run, at, state)
    return run


def step(run: Run, at: int, state: str, **more: Any) -> Step:
    names = ("group/tier-1", "catalog/mssp", "access_package/tier-1", "assignment_policy/tier-1/analysts")
    address = names[at] if at < len(names) else f"group/{at}"
    spec = {"displayName": f"Fabrikam Tier {at}"}
    kind = address.partition("/")[0]
    fixed = {"position": at, "address": address, "kind": kind, "target": run.tenant.tenant_id}
    return Step.objects.create(run=run, action="create", spec=spec, needs=[], state=state, **fixed, **more)


def handed_over(whose: Tenant, *, in_order: bool = False) -> Draft:
    """A draft with every step of the wizard done, some hours ago."""
    offered(whose)
    return _answered(whose, ran(whose, "verified", hours_ago=8).plan, in_order=in_order)


def waits_for_an_app(whose: Tenant) -> Draft:
    """Agreed to, and begun once an administrator of the customer has let our app in by the link they have."""
    offered(whose)
    plan = planned(whose, agreed=True)
    changes = [{"kind": "group"}]
    Plan.objects.filter(pk=plan.pk).update(changes=changes)
    soon = now() + dt.timedelta(days=9)
    ConsentRequest.objects.create(tenant=whose, app="setup", asked_by="person 1", expires_at=soon)
    return _answered(whose, plan)


def _answered(whose: Tenant, plan: Plan, *, in_order: bool = False) -> Draft:
    draft = Draft.objects.create(tenant=whose, offer=current("managed-defender"), tiers=["tier-1", "tier-2"])
    told = {"resolved": True, "ready": True, "plan": plan.digest, "in_order": in_order}
    for what in ("reader", "readiness", "people", "plan"):
        asked = {"what": what, "question": drafts.question(draft, what), "asked_by": "person 1"}
        Inquiry.objects.create(tenant=whose, **asked, answer=told, answered_at=now() - 8 * HOUR)
    return draft


def read(whose: Tenant, in_order: bool, *, hours_ago: float = 1, **found: Any) -> Reading:
    return Reading.objects.create(
        tenant=whose, in_order=in_order, at=now() - hours_ago * HOUR, found={"unknown": {}, **found}
    )


def much_of(whose: Tenant) -> Run:
    """Something of everything, for the pages of one tenant; gives the run that waits."""
    Tenant.objects.filter(pk=whose.pk).update(initial_domain="northwind.onmicrosoft.example")
    offer = current("managed-defender")
    Draft.objects.create(tenant=whose, offer=offer, tiers=["tier-1"], approvers=["ciso@northwind.example"])
    offered(whose)
    run = ran(whose, "verified", "verified", "verified", closed=False)
    names = {"access_package/tier-1": "adopted", "group/tier-1": "created", "catalog/mssp": "created"}
    for address, origin in names.items():
        came = owned(whose, address, origin=origin)
        run.steps.filter(address=address).update(remote_id=came.remote_id)
    OwnedObject.objects.filter(pk=owned(whose, "assignment_policy/tier-1/analysts").pk).update(spec=POLICY)
    for address, spec in TRUST.items():
        OwnedObject.objects.filter(pk=owned(whose, address).pk).update(spec=spec)
    stand(whose)
    ends = {"begins": now() + 50 * HOUR, "ends": now() + 90 * HOUR}
    for by_customer in (True, False):
        Freeze.objects.create(tenant=whose, why="end of year", by_customer=by_customer, **ends)
    seen = {"seen_from": now() - 50 * HOUR, "seen_until": now(), "looked_at": now()}
    AppStand.objects.create(tenant=whose, app="setup", permissions=["Group.ReadWrite.All"], **seen)
    facts = {"tenant": whose.domain, "app": "setup"}
    since = {"waiting_since": now() - HOUR, "not_before": now() + HOUR / 12}
    waits = step(run, 3, "customer", reason="no_admin_consent", facts=facts, **since)
    Attempt.objects.create(step=waits, number=1, outcome="later", note="a token without roles")
    step(run, 4, "microsoft", **since)
    step(run, 5, "waiting")
    guarded(whose)
    grants.much_of(whose)
    read(whose, False, strange={"group/tier-1": ["member x that no plan and no assignment explains"]})
    ledger.record("worker", "read it back", whose.slug, whose.customer, found=["1 change"])
    ledger.record("person 1", "signed", "plan 1", whose.customer, digest="5755", nonce="x" * 110)
    return run


def stood(whose: Tenant, app: str, *, hours_ago: float = 1) -> None:
    seen = now() - hours_ago * HOUR
    AppStand.objects.create(tenant=whose, app=app, seen_from=seen, seen_until=seen, looked_at=seen)


def apps_gone(whose: Tenant) -> None:
    """As the last look of each found it."""
    for app in ("reader", "setup"):
        app_stands.gone(whose, app)


def guarded(whose: Tenant) -> None:
    """Its reviewer filled in the guard pack, whole."""
    GuardAnswers.objects.create(
        tenant=whose,
        parts=["policy", "audit", "alert"],
        tenants=["dddddddd-dddd-4ddd-8ddd-dddddddddddd"],
        subscriptions=["66666666-6666-4666-8666-666666666666"],
        email="soc@northwind.example",
        group="rg-security",
        saved_by="person 4",
    )


def stand(whose: Tenant) -> None:
    """Its analysts have asked for their package and wait."""
    package = OwnedObject.objects.get(tenant=whose, address="access_package/tier-1").remote_id
    row = {"tenant": whose, "package": package, "state": "waiting", "read_at": now() - HOUR}
    for membership in Membership.objects.filter(customer=whose.customer):
        Holding.objects.create(membership=membership, **row)


def owned(whose: Tenant, address: str, *, origin: str = "created") -> OwnedObject:
    kind = address.partition("/")[0]
    fixed = {"target": whose.tenant_id, "kind": kind, "needs": [], "remote_id": str(uuid.uuid4())}
    spec = {"displayName": "Fabrikam Tier 1 Analyst"}
    return OwnedObject.objects.create(tenant=whose, address=address, origin=origin, spec=spec, **fixed)


def delegated(whose: Tenant) -> None:
    """One resource group, with Sentinel in it; a workspace beside it was delegated once, and is no more."""
    scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-security"
    row = owned(whose, "delegation/rg-security")
    OwnedObject.objects.filter(pk=row.pk).update(spec={"scope": scope})
    found = [_workspace("rg-security", "northwind-soc"), _workspace("rg-elsewhere", "northwind-old")]
    asked = {"tenant": whose, "what": Inquiry.What.SENTINEL, "asked_by": "person 1", "answered_at": now()}
    Inquiry.objects.create(**asked, answer={"workspaces": found, "unread": {}})


def _workspace(group: str, name: str) -> dict[str, Any]:
    at = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{group}"
    id = f"{at}/providers/microsoft.operationalinsights/workspaces/{name}"
    return {"id": id, "subscription": SUBSCRIPTION, "group": group, "name": name, "checks": []}


def every_standing() -> dict[str, Tenant]:
    """Standing → a tenant that stands so."""
    made = {name: tenant(f"Contoso-{name}") for name in STORIES}
    for name, tell in STORIES.items():
        tell(made[name])
    return made


def offered(whose: Tenant) -> None:
    offer, tiers = current("managed-defender"), ["tier-1", "tier-2"]
    Onboarding.objects.create(tenant=whose, offer=offer, tiers=tiers, starts=now().date())


def _then(*acts: Any) -> Any:
    def tell(whose: Tenant) -> None:
        for act in acts:
            act(whose)

    return tell


STORIES = {
    "preparing": offered,
    "agreement": lambda t: planned(t),
    "declined": lambda t: decline(planned(t)),
    "agreed": lambda t: planned(t, agreed=True),
    "running": lambda t: ran(t, "verified", "running", "waiting", closed=False),
    "customer": lambda t: ran(t, "verified", "customer", "microsoft", closed=False),
    "microsoft": lambda t: ran(t, "verified", "microsoft", "waiting", closed=False),
    "stopped": lambda t: ran(t, "verified", "failed", "skipped"),
    "changed": _then(lambda t: ran(t, "verified"), lambda t: read(t, False, strange={"group/tier-1": ["x"]})),
    "unreadable": _then(
        lambda t: ran(t, "verified"), lambda t: read(t, False, unknown={"group/tier-1": "no answer"})
    ),
    "by-hand": _then(
        offered,
        lambda t: ran(t, "verified"),
        lambda t: owned(t, "group/tier-1"),
        lambda t: owned(t, "group/approvers"),
        lambda t: read(t, True),
    ),
    "in-order": _then(lambda t: ran(t, "verified", "verified"), lambda t: read(t, True)),
    "paused": _then(
        lambda t: ran(t, "verified", hours_ago=9),
        lambda t: ran(t, "verified", hours_ago=4, purpose="pause"),
    ),
    "apps": _then(
        lambda t: ran(t, "verified", hours_ago=9),
        lambda t: ran(t, "verified", hours_ago=4, purpose="offboard"),
        lambda t: stood(t, "reader"),
        lambda t: app_stands.gone(t, "setup"),
    ),
    "ended": _then(
        lambda t: ran(t, "verified", hours_ago=9),
        lambda t: ran(t, "verified", hours_ago=4, purpose="offboard"),
        lambda t: apps_gone(t),
    ),
}


def many(number: int) -> None:
    """Customers by the thousand, for counting queries."""
    whose = Customer.objects.bulk_create(
        Customer(name=f"Firm {at:05}", slug=f"firm-{at:05}") for at in range(number)
    )
    Tenant.objects.bulk_create(
        Tenant(customer=c, slug=c.slug, tenant_id=uuid.uuid4(), cloud="public", domain=f"{c.slug}.example")
        for c in whose
    )

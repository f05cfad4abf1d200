"""Two customers with a row of every sort each, and marks by which either's data is known anywhere."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.utils.timezone import now

from access import exit_kit
from access.azure import guard_pack, hand_outs
from access.models import Decision, Deployment, GuardAnswers, Review, Shortcut
from onboarding import offers
from onboarding.agreeing import agreements
from onboarding.engine.digest import digest as number
from onboarding.models import (
    Agreement,
    AppStand,
    Attempt,
    ConsentRequest,
    Draft,
    Grant,
    Inquiry,
    Offer,
    Onboarding,
    OwnedObject,
    Paper,
    PaperAgreement,
    Plan,
    Reading,
    Receipt,
    Run,
    Step,
    Survey,
)
from tenants import ledger
from tenants.models import Customer, Freeze, Membership, SignIn, Tally, Tenant, Tier
from tests.access import grants
from tests.cast import Cast, assemble
from tests.isolation.every_url import FREE

MARKS = {"northwind": "nw7f3a91", "contoso": "ct04b22e"}
"""In the name, domain and rows of each, and nowhere else."""


def build() -> Cast:
    cast = assemble()
    offer = offers.current("managed-defender")
    for tenant in (cast.northwind, cast.contoso):
        fill(tenant, offer)
        # Ann works for one of them only, whatever she once put within reach.
        Shortcut.objects.create(person=cast.people["ann"], tenant=tenant, favourite=True, opened_at=now())
    # Worth nothing without the analyst's app role; it is there to be taken away.
    Membership.objects.create(
        person=cast.people["alice"], customer=cast.contoso.customer, tier=Tier.objects.get()
    )
    return cast


def fill(tenant: Tenant, offer: Offer) -> None:
    mark, customer = MARKS[tenant.slug], tenant.customer
    Customer.objects.filter(pk=customer.pk).update(name=f"{customer.name} {mark}")
    Tenant.objects.filter(pk=tenant.pk).update(domain=f"{mark}.example", initial_domain=f"{mark}.ms.example")
    Draft.objects.create(tenant=tenant, offer=offer, approvers=[f"a@{mark}.example"], begun_by=mark)
    Onboarding.objects.create(tenant=tenant, offer=offer, starts=now().date())
    ConsentRequest.objects.create(tenant=tenant, app="reader", asked_by=mark, expires_at=now())
    for what in (Inquiry.What.READER, Inquiry.What.PLAN):
        Inquiry.objects.create(tenant=tenant, what=what, asked_by=mark, facts={"who": mark})
    ended(tenant, mark)
    ran(tenant, mark)
    package = {"tenant": tenant, "kind": "access_package", "address": "access_package/tier-1"}
    OwnedObject.objects.create(
        **package,
        target=tenant.tenant_id,
        remote_id=str(tenant.tenant_id),
        origin="created",
        spec={"displayName": mark},
        needs=[],
    )
    Freeze.objects.create(
        tenant=tenant, begins=now(), ends=now() + timedelta(days=1), why=mark, by_customer=False
    )
    seen = {"seen_from": now(), "seen_until": now(), "looked_at": now()}
    AppStand.objects.create(tenant=tenant, app="setup", permissions=[mark], **seen)
    guarded(tenant, mark)
    Reading.objects.create(tenant=tenant, in_order=False, found={"drift": [mark]})
    looked_at(tenant, mark)
    deployed(tenant, mark)
    ledger.record(mark, "looked at", mark, customer, note=mark)


def guarded(tenant: Tenant, mark: str) -> None:
    whom = {"email": f"soc@{mark}.example", "group": mark, "parts": ["alert"]}
    GuardAnswers.objects.create(tenant=tenant, subscriptions=[str(tenant.tenant_id)], saved_by=mark, **whom)


def looked_at(tenant: Tenant, mark: str) -> None:
    when = {"seen_from": now(), "seen_until": now()}
    Survey.objects.create(tenant=tenant, at=now(), unread={mark: mark})
    about = grants.about("guest", mark, ids={"user": mark})
    Grant.objects.create(tenant=tenant, key=mark, source="guests", about=about, **when)
    Grant.objects.create(tenant=tenant, key=mark, source="guests", about=about, **when, gone_seen=now())
    said = {"signed_by": {"name": mark}, "domain": mark, "grants": []}
    signed = {"signed_by": mark, "signed_at": now(), "document": said, "sha256": mark}
    Review.objects.create(tenant=tenant, begun_by=mark, **signed)
    written = Review.objects.create(tenant=tenant, begun_by=mark)
    Decision.objects.create(review=written, key=mark, choice="ask", reason=mark, by=mark)


def deployed(tenant: Tenant, mark: str) -> None:
    [found] = hand_outs.of(tenant)
    shown = [{"id": mark, "title": mark, "change": "Create", "fields": []}]
    Deployment.objects.create(
        tenant=tenant,
        plan=found.plan,
        subscription=found.subscription,
        address=found.address,
        marker=mark,
        state=Deployment.State.PLANNED,
        asked_by=mark,
        account=tenant.tenant_id,
        token=mark,
        token_until=now() + timedelta(hours=1),
        changes=shown,
        digest=mark,
    )


def ran(tenant: Tenant, mark: str) -> None:
    plan = Plan(
        tenant=tenant,
        purpose=Plan.Purpose.ONBOARD,
        frame={},
        changes=[delegated(tenant, mark)],
        expires_at=now() + timedelta(days=45),
    )
    digest = plan.digest = number(agreements.document(plan, plan.changes))
    plan.save()
    who = {"by": mark, "asked_by": "us", "decided_by": mark}
    paper = signed_paper(tenant, mark)
    agreed = Agreement.objects.create(
        plan=plan, digest=digest, form="signed", paper=paper, ledger_number=1, **who
    )
    said = {"by": mark, "reference": mark, "reason": mark, "asked_by": mark}
    PaperAgreement.objects.create(plan=plan, file=paper, **said)
    Receipt.objects.create(agreement=agreed, token=mark, nonce=mark, key={})
    run = Run.objects.create(tenant=tenant, plan=plan, started_by=mark)
    same: dict[str, Any] = {
        "address": f"group/{mark}",
        "kind": "group",
        "target": tenant.tenant_id,
        "needs": [],
    }
    spec = {"displayName": mark}
    step = Step.objects.create(run=run, position=1, action="create", spec=spec, **same)
    Attempt.objects.create(step=step, number=1, note=mark)
    OwnedObject.objects.create(tenant=tenant, remote_id=mark, origin="created", spec=spec, **same)


def ended(tenant: Tenant, mark: str) -> None:
    until = now() + timedelta(days=45)
    plan = Plan.objects.create(
        tenant=tenant, purpose=Plan.Purpose.OFFBOARD, frame={}, changes=[], digest=mark, expires_at=until
    )
    who = {"by": mark, "asked_by": mark, "decided_by": mark, "form": "ended"}
    Agreement.objects.create(plan=plan, digest=mark, reference=mark, ledger_number=1, **who)
    run = Run.objects.create(tenant=tenant, plan=plan, started_by=mark, closed_at=now())
    same: dict[str, Any] = {"address": f"group/{mark}", "kind": "group", "target": tenant.tenant_id}
    same |= {"needs": [], "planned_id": mark, "state": "verified"}
    Step.objects.create(run=run, position=1, action="delete", spec={"displayName": mark}, **same)


def delegated(tenant: Tenant, mark: str) -> dict[str, Any]:
    held = {"registrationDefinitionName": mark, "authorizations": []}
    spec = {"customer": str(tenant.tenant_id), "scope": f"/subscriptions/{tenant.tenant_id}"}
    spec |= {"definition": mark, "properties": held}
    named = {"address": "delegation/1", "kind": "delegation", "tenant": str(tenant.tenant_id)}
    blank = {"needs": [], "remote_id": "", "fields": [], "before": {}}
    return {**named, "action": "create", "spec": spec, **blank}


def signed_paper(tenant: Tenant, mark: str) -> Paper:
    content = f"%PDF-1.7 {mark} %%EOF".encode()
    known = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "kind": "pdf"}
    return Paper.objects.create(tenant=tenant, content=content, uploaded_by=mark, **known)


def packed(tenant: Tenant) -> guard_pack.Pack:
    found = guard_pack.of(tenant)
    assert found
    return found


ARGUMENTS = {
    "slug": lambda tenant: tenant.slug,
    "membership": lambda tenant: Membership.objects.get(customer=tenant.customer).pk,
    "review": lambda tenant: Review.objects.exclude(signed_at=None).get(tenant=tenant).pk,
    "run": lambda tenant: Run.objects.get(tenant=tenant, plan__purpose="onboard").pk,
    "over": lambda tenant: Run.objects.get(tenant=tenant, plan__purpose="offboard").pk,
    "kit": lambda tenant: exit_kit.kit(Tenant.objects.get(pk=tenant.pk)).sha256,
    "address": lambda tenant: hand_outs.of(tenant)[0].address,
    "signed": lambda tenant: hand_outs.of(tenant)[0].link.rpartition("/")[2].removesuffix(".json"),
    "pack": lambda tenant: packed(tenant).address,
    "sealed": lambda tenant: packed(tenant).link.rpartition("/")[2].removesuffix(".json"),
    "deployment": lambda tenant: Deployment.objects.get(tenant=tenant).pk,
    "freeze": lambda tenant: Freeze.objects.get(tenant=tenant).pk,
    "plan": lambda tenant: Plan.objects.get(tenant=tenant, purpose="onboard").digest,
    "number": lambda tenant: Plan.objects.get(tenant=tenant, purpose="onboard").digest,
}
"""What stands in a URL for each argument, of a given tenant. A page with a new argument names it here."""


def values(tenant: Tenant) -> dict[str, Any]:
    return FREE | {name: of(tenant) for name, of in ARGUMENTS.items()}


def snapshot() -> dict[str, str]:
    """Every table's content, but rate limits' counters and when somebody was last seen."""
    found = {}
    for model in apps.get_models():
        if model is Tally:
            continue
        shown = list(model._default_manager.order_by("pk").values())
        if model is SignIn:
            shown = [{**row, "seen_at": None} for row in shown]
        found[model._meta.label] = json.dumps(shown, default=str)
    return found

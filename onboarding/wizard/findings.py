"""What each inquiry of the wizard finds out. Each reads first, and gives back what writes rows and answer.

The rows are written together with the answer, or not at all: a worker that lost its inquiry writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.utils.timezone import now

from onboarding import app_stands, consent_links, enrol, guarding, pens, planes, plans, ready, verifying
from onboarding.ending import late, pausing
from onboarding.engine import plan as engine
from onboarding.grants import granted, holdings, requested
from onboarding.models import Inquiry, Offer, Onboarding, Plan
from onboarding.words.descriptions import described
from tenants import sentinel
from tenants.checks import Check
from tenants.directory import Member, TenantInfo
from tenants.microsoft import apps, bridge, clouds
from tenants.microsoft.azure import azure
from tenants.microsoft.errors import Refused
from tenants.models import Contact, ProviderTenant, Tenant
from tenants.readiness import BEFORE_PEOPLE

Answer = dict[str, Any]
Keep = Callable[[], Answer]


def reader(inquiry: Inquiry) -> Keep:
    about = enrol.let_in(str(inquiry.tenant.tenant_id))

    def keep() -> Answer:
        enrol.introduced(inquiry.tenant, about)
        return {"name": about.own.name, "domains": list(about.own.domains)}

    return keep


def readiness(inquiry: Inquiry) -> Keep:
    """Before anybody is named; look-alikes of what the offer would make are part of it."""
    found = plans.look(_not_yet(inquiry.tenant, inquiry.question))
    sold = chosen(inquiry.question).offer.document
    checks = ready.ask(inquiry.tenant, found.plan, (), sold, BEFORE_PEOPLE)
    return lambda: {"ready": ready.is_ready(checks), "checks": _checks(checks)}


def people(inquiry: Inquiry) -> Keep:
    """Each address with a name or with what is the matter; rows only when all of them are members."""
    asked = inquiry.question
    found = {
        role.value: enrol.people(str(inquiry.tenant.tenant_id), asked[role.value]) for role in Contact.Role
    }

    good = not any(isinstance(one, Refused) for each in found.values() for one in each)
    what = _with_home(inquiry) if good else chosen(asked)

    def keep() -> Answer:
        if good:
            members = {role: enrol.all_members(each) for role, each in found.items()}
            enrol.keep(inquiry.tenant, what, members, inquiry.asked_by)
        named = {
            role: [_person(*pair) for pair in zip(asked[role], each, strict=True)]
            for role, each in found.items()
        }
        return {"resolved": good, **named}

    return keep


def _with_home(inquiry: Inquiry) -> enrol.Chosen:
    ours = ProviderTenant.objects.get(purpose=ProviderTenant.Purpose.ANALYSTS)
    info = TenantInfo(str(ours.tenant_id), ours.name, "")
    return enrol.with_home(chosen(inquiry.question), inquiry.tenant.customer.name, info)


def plan(inquiry: Inquiry) -> Keep:
    """The plan gets its number only where nothing is open: no question, nothing unread, no failed check."""
    kept = Onboarding.objects.select_related("offer", "tenant__customer").get(tenant=inquiry.tenant)
    if planned_for(kept) != inquiry.question:
        raise Refused("changed_meanwhile")
    look = plans.look(kept)
    found, ending = look.plan, plans.people_losing_access(look)
    checks = ready.ask(inquiry.tenant, found, _addresses(inquiry.tenant), kept.offer.document)

    def keep() -> Answer:
        clean = not (found.questions or found.unknown or found.strange) and ready.is_ready(checks)
        number = plans.save(kept, found).digest if clean and found.changes else ""
        return {
            "plan": number,
            "in_order": found.in_order,
            "people": ending,
            "checks": _checks(checks),
            **described(found, inquiry.tenant),
        }

    return keep


def setup(inquiry: Inquiry) -> Keep:
    """Every app that the plan's changes are written with; without a plan, that the offer's ways in are."""
    if (plan := _planned(inquiry.tenant)) is not None:
        consent_links.check_plan(plan)
        return dict
    kept = Onboarding.objects.select_related("offer").filter(tenant=inquiry.tenant).first()
    ways = kept.offer.document["planes"] if kept else []
    purposes = planes.writers(ways) or ["setup"]
    consent_links.check_writers(inquiry.tenant, purposes, planes.at_home(ways))
    return dict


def _planned(tenant: Tenant) -> Plan | None:
    """What the last look would carry out."""
    last = Inquiry.objects.filter(tenant=tenant, what=Inquiry.What.PLAN).exclude(answered_at=None).last()
    number = last.answer.get("plan") if last and last.is_good else ""
    return Plan.objects.filter(tenant=tenant, digest=number).last() if number else None


def verify(inquiry: Inquiry) -> Keep:
    if verifying.is_shut(inquiry.tenant):
        return dict
    enrol.check_consent(apps.reader(), str(inquiry.tenant.tenant_id))
    kept = Onboarding.objects.select_related("offer", "tenant__customer").get(tenant=inquiry.tenant)
    began, found = now(), verifying.verify(kept)
    app_stands.glance(inquiry.tenant)

    def keep() -> Answer:
        answer = described(found, inquiry.tenant)
        if verifying.keep(inquiry.tenant, began, found.in_order, answer) is None:
            raise Refused("run_meanwhile", tenant=inquiry.tenant.domain)
        return {"in_order": found.in_order, **answer}

    return keep


def end(inquiry: Inquiry) -> Keep:
    """What ending takes away, as a plan with a number; none while something could not be read."""
    kept = Onboarding.objects.select_related("offer", "tenant__customer").get(tenant=inquiry.tenant)
    late_ones = late.look(inquiry.tenant)
    found = plans.look(kept, Plan.Purpose.OFFBOARD, besides=late_ones.as_owned)
    app, missing = _missing(inquiry.tenant, found.plan)

    def keep() -> Answer:
        clean = found.plan.changes and not (found.plan.unknown or found.plan.questions)
        late.own(inquiry.tenant, late_ones)
        number = plans.save(kept, found.plan, Plan.Purpose.OFFBOARD).digest if clean else ""
        people = {"people": plans.people_losing_access(found), "setup_missing": missing, "missing": app}
        return {"plan": number, "untold": late_ones.untold, **people, **described(found.plan, inquiry.tenant)}

    return keep


def pause(inquiry: Inquiry) -> Keep:
    """What a pause closes, as a plan with a number; none while a policy cannot be closed or read."""
    kept = Onboarding.objects.select_related("offer", "tenant__customer").get(tenant=inquiry.tenant)
    found = pausing.look(kept)
    only, off = pausing.plan(found), pausing.in_the_way(found)
    app, missing = _missing(inquiry.tenant, only)

    def keep() -> Answer:
        clean = only.changes and not (only.unknown or off)
        number = plans.save(kept, only, Plan.Purpose.PAUSE).digest if clean else ""
        people = {"people": plans.people_losing_access(found), "setup_missing": missing, "missing": app}
        return {"plan": number, "in_the_way": off, **people, **described(only, inquiry.tenant)}

    return keep


def _missing(tenant: Tenant, found: engine.Plan) -> tuple[str, str]:
    """The first app that could not do its part, and why; "" where all of them can."""
    kinds = [change.resource.kind for change in found.changes]
    for purpose in pens.writers(kinds):
        try:
            consent_links.check_writers(tenant, [purpose], pens.at_home(kinds))
        except Refused as refused:
            return purpose, refused.reason
    return "", ""


def access(inquiry: Inquiry) -> Keep:
    with holdings.told(inquiry.tenant):
        enrol.check_consent(apps.reader(), str(inquiry.tenant.tenant_id))
        return holdings.look(inquiry.tenant)


def grants(inquiry: Inquiry) -> Keep:
    return granted.look(inquiry.tenant)


def requests(inquiry: Inquiry) -> Keep:
    return requested.look(inquiry.tenant)


def sentinel_ready(inquiry: Inquiry) -> Keep:
    """In what is delegated, by what the delegation itself gives: our reader over there sees no Azure."""
    scopes = sorted(row.spec["scope"] for row in inquiry.tenant.owned.filter(kind="delegation"))
    if not scopes:
        raise Refused("delegation_awaited", name="Azure", subscription=inquiry.tenant.domain)
    there = azure(clouds.current(), pens.registered(pens.HOME), pens.home_tenant())
    found = bridge.run(sentinel.look(there, scopes))

    def keep() -> Answer:
        held = [{**asdict(one), "checks": _checks(checks)} for one, checks in found.workspaces.items()]
        return {"workspaces": held, "unread": dict(found.unread)}

    return keep


def let_in_first(find: Callable[[Inquiry], Keep]) -> Callable[[Inquiry], Keep]:
    """A reader that was thrown out is one refusal, not a hundred objects that could not be read."""

    def finder(inquiry: Inquiry) -> Keep:
        enrol.check_consent(apps.reader(), str(inquiry.tenant.tenant_id))
        return find(inquiry)

    return finder


FINDERS: dict[str, Callable[[Inquiry], Keep]] = {
    Inquiry.What.READER: reader,
    Inquiry.What.READINESS: let_in_first(readiness),
    Inquiry.What.PEOPLE: let_in_first(people),
    Inquiry.What.PLAN: let_in_first(plan),
    Inquiry.What.SETUP: setup,
    Inquiry.What.VERIFY: verify,
    Inquiry.What.END: let_in_first(end),
    Inquiry.What.PAUSE: let_in_first(pause),
    Inquiry.What.ACCESS: access,
    Inquiry.What.GRANTS: let_in_first(grants),
    Inquiry.What.REQUESTS: let_in_first(requests),
    Inquiry.What.SENTINEL: sentinel_ready,
    Inquiry.What.GUARDS: guarding.look,
}


def chosen(asked: Answer) -> enrol.Chosen:
    offer = Offer.objects.get(slug=asked["offer"], version=asked["version"])
    azure = enrol.azure_answers(asked.get("azure", []), asked.get("pool", ""))
    return enrol.Chosen(offer, asked["tiers"], asked["approval"], azure=azure)


def planned_for(kept: Onboarding) -> Answer:
    """All a plan follows from besides the tenant itself."""
    return {
        "offer": kept.offer.slug,
        "version": kept.offer.version,
        "tiers": kept.tiers,
        "approval": kept.approval,
        "approvers": kept.approvers,
        "ticked": kept.ticked,
        **({"analysts_group": kept.analysts_group} if kept.analysts_group else {}),
        **({"azure": kept.azure} if kept.azure else {}),
    }


def _not_yet(tenant: Tenant, asked: Answer) -> Onboarding:
    """The answers as they would be, without a row."""
    what = chosen(asked)
    before = Onboarding.objects.filter(tenant=tenant).first()
    return Onboarding(
        tenant=tenant,
        offer=what.offer,
        tiers=what.tiers,
        approval=what.approval,
        ticked=before.ticked if before else {},
        starts=before.starts if before else now().date(),
    )


def _addresses(tenant: Tenant) -> list[str]:
    approvers = tenant.contacts.filter(role=Contact.Role.APPROVER)
    return list(approvers.values_list("person__email", flat=True))


def _person(email: str, found: Member | Refused) -> Answer:
    if isinstance(found, Refused):
        return {"email": email, "reason": found.reason, "facts": found.facts}
    return {"email": email, "name": found.name, "has_mailbox": found.has_mailbox}


def _checks(checks: list[Check]) -> list[Answer]:
    return [asdict(check) for check in checks]

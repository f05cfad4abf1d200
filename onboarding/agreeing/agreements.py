"""Agreements: who agreed to which plan, and the check a run makes before every write."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet
from django.utils.timezone import now

from onboarding import ownership, pens
from onboarding.agreeing import receipts, said_before, whose_word
from onboarding.engine.digest import digest
from onboarding.kinds import AT_HOME
from onboarding.models import Agreement, Draft, Paper, Plan, Receipt, Run, Step
from onboarding.taking_away import only_ours, only_takes
from tenants import ledger
from tenants.microsoft import clouds
from tenants.microsoft.errors import Refused
from tenants.models import Person, Tenant
from tenants.people import by_actor, reviews

ENDS = {Plan.Purpose.OFFBOARD: "end of service", Plan.Purpose.PAUSE: "pause of service"}


def record(
    plan: Plan, *, by: str, reference: str, asked_by: str, decided_by: str, paper: Paper | None = None
) -> Agreement:
    """A paper agreement, recorded by us: only where the setting allows it, shown as such for ever.

    `paper` is the signed one, where it was uploaded; the command line only names it.
    """
    check_recordable(plan, reference, paper)
    said = {"by": by, "reference": reference, "asked_by": asked_by, "decided_by": decided_by}
    more = {"paper": paper.sha256} if paper else {}
    return _enter(plan, "recorded an agreement", Agreement.Form.RECORDED, {**said, "paper": paper}, **more)


def record_on_paper(plan: Plan, by: str, reference: str) -> Agreement:
    """From the command line, which names a paper and has a mark of its own: whose word it is decided it."""
    whose = f"on paper: {whose_word.named(plan, by)}"
    return record(plan, by=by, reference=reference, asked_by="command line", decided_by=whose)


def check_recordable(plan: Plan, reference: str, paper: Paper | None = None) -> None:
    if not settings.ALLOW_RECORDED_AGREEMENT:
        raise Refused("agreement_missing", why="recorded agreements are switched off here")
    check_plan(plan)
    said_before.check(plan, reference, paper)


def withdraw(plan: Plan, by: str) -> Agreement:
    """The provider ends its own access. Nobody is asked, because nothing is taken but what is ours."""
    check_plan(plan)
    if not only_ours(plan):
        raise Refused("agreement_missing", why="it does more than take away what is ours")
    said = {"by": "the provider", "reference": ENDS[Plan.Purpose(plan.purpose)]}
    said |= {"asked_by": by, "decided_by": by}
    verb = "paused" if plan.purpose == Plan.Purpose.PAUSE else "withdrew"
    return _enter(plan, verb, Agreement.Form.WITHDRAWAL, said, by=said["by"])


def end(plan: Plan, person: Person, reference: str = "") -> Agreement:
    """A reviewer of the customer ends it: their own decision, as far as nothing but what is ours is taken."""
    check_plan(plan)
    if not Tenant.objects.filter(reviews(person), pk=plan.tenant_id).exists():
        raise Refused("not_a_reviewer")
    if not only_ours(plan):
        raise Refused("agreement_missing", why="it does more than take away what is ours")
    said = {"by": str(person.email or person), "reference": reference or f"decided on the page {plan.title}"}
    said |= {"asked_by": person.actor, "decided_by": person.actor}
    verb = "paused" if plan.purpose == Plan.Purpose.PAUSE else "ended"
    return _enter(plan, f"{verb} for the customer", Agreement.Form.ENDED, said, by=person.actor)


@transaction.atomic
def sign(plan: Plan, person: Person, receipt: Receipt) -> Agreement:
    """A reviewer of the customer signed in about this plan. Signed again, the first agreement stands."""
    check_plan(plan)
    if not Tenant.objects.filter(reviews(person), pk=plan.tenant_id).exists():
        raise Refused("not_a_reviewer")
    _prove(receipt, plan, person)
    if hasattr(plan, "agreement"):
        return plan.agreement
    draft = Draft.objects.filter(tenant=plan.tenant).first()
    asked_by = draft.changed_by if draft else "the provider"
    said = {"by": str(person.email or person), "asked_by": asked_by, "decided_by": person.actor}
    facts = receipts.prints(receipt)
    said["reference"] = facts["receipt"]
    try:
        agreed = _enter(plan, "signed", Agreement.Form.SIGNED, said, by=person.actor, **facts)
    except AgreedAlready as already:
        return already.agreement
    receipt.agreement = agreed
    receipt.save(force_insert=True)
    return agreed


def _prove(receipt: Receipt, plan: Plan, person: Person) -> None:
    try:
        receipts.check(receipt, plan, str(person.oid))
    except receipts.NotProved:
        raise NotAgreed("agreement_mismatch", id=plan.digest[:12]) from None


class AgreedAlready(Refused):
    """Somebody was first, perhaps at the same instant: that agreement stands."""

    def __init__(self, agreement: Agreement) -> None:
        super().__init__("agreed_already", name=agreement.by)
        self.agreement = agreement


def _enter(plan: Plan, verb: str, form: Agreement.Form, said: dict[str, Any], **more: str) -> Agreement:
    try:
        return _entered(plan, verb, form, said, **more)
    except IntegrityError:
        first = Agreement.objects.filter(plan=plan).first()
        if first is None:
            raise
        raise AgreedAlready(first) from None


@transaction.atomic
def _entered(plan: Plan, verb: str, form: Agreement.Form, said: dict[str, Any], **more: str) -> Agreement:
    one_at_a_time(plan)
    said_before.check_declined(plan)
    facts = {"digest": plan.digest, "form": str(form), "reference": said["reference"]}
    facts |= whose_word.entered(plan, said["by"]) | more | {"tenant": str(plan.tenant.tenant_id)}
    subject = f"plan {plan.digest[:12]}"
    entry = ledger.record(said["decided_by"], verb, subject, plan.tenant.customer, **facts)
    return Agreement.objects.create(
        plan=plan, digest=plan.digest, form=form, ledger_number=entry.number, **said
    )


def one_at_a_time(plan: Plan) -> None:
    """Until the transaction ends nobody else agrees to this plan, or says that somebody did."""
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)


def check_plan(plan: Plan) -> None:
    """The plan is what its number says, for this tenant and cloud, and may still be agreed to."""
    if not hmac.compare_digest(plan.digest, digest(document(plan, plan.changes))) or not _is_meant(plan):
        raise Refused("plan_changed", id=plan.digest[:12])
    said_before.check_declined(plan)
    if plan.expires_at < now():
        raise Refused("agreement_missing", why="the plan has expired")
    if plan.purpose == Plan.Purpose.ONBOARD and closed_since(plan.tenant, plan.made_at):
        raise Refused("closed_since", id=plan.digest[:12])


def closed_since(tenant: Tenant, moment: datetime) -> bool:
    """Whether it was ended or paused: what was agreed to before must open nothing again."""
    return closings(tenant, moment).exists()


def closings(tenant: Tenant, since: datetime | OuterRef) -> QuerySet[Run]:
    return tenant.runs.filter(plan__purpose__in=Plan.CLOSING, opened_at__gt=since)


def _is_meant(plan: Plan) -> bool:
    """Nothing is done in another tenant than this one, but for what belongs into the provider's own and only
    there; nor in another cloud than the one we speak to."""
    here = all(c["tenant"] == str(plan.tenant.tenant_id) for c in plan.changes if c["kind"] not in AT_HOME)
    home = {c["tenant"] for c in plan.changes if c["kind"] in AT_HOME}
    return here and plan.tenant.cloud == clouds.current().name and (not home or home == _home(plan))


def _home(plan: Plan) -> set[str]:
    """The provider's tenant, if it is still the one that was agreed to."""
    return {str(plan.frame.get("provider_tenant"))} & {pens.home_tenant()}


class NotAgreed(Refused):
    """The rows are not what was agreed to: nothing in them may be believed."""


def check(run: Run, steps: Sequence[Step] | None = None) -> None:
    """Raises NotAgreed unless its rows, as they are now, are what was agreed to and entered in the ledger.

    `steps`: all of the run's, where the caller has just read them and will carry out these very rows.
    """
    plan = Plan.objects.select_related("tenant__customer").get(pk=run.plan_id)
    agreement = Agreement.objects.filter(plan=plan).first()
    if agreement is None:
        raise NotAgreed("agreement_missing")
    if plan.tenant_id != run.tenant_id:
        raise NotAgreed("plan_changed", id=plan.digest[:12])
    steps = list(run.steps.order_by("position")) if steps is None else steps
    rows = [step_as_json(step) for step in steps]
    if digest(document(plan, rows)) != plan.digest or digest(document(plan, plan.changes)) != plan.digest:
        raise NotAgreed("plan_changed", id=plan.digest[:12])
    if not _is_meant(plan):
        raise NotAgreed("plan_changed", id=plan.digest[:12])
    _check_owned(plan, agreement, steps)
    _check_ledger(plan, agreement)
    _check_form(plan, agreement)


def _check_form(plan: Plan, agreement: Agreement) -> None:
    """Rows can be put there without asking: the worker itself knows which forms may stand for this plan."""
    ends = only_takes(plan)
    allowed = {
        Agreement.Form.SIGNED: True,
        Agreement.Form.RECORDED: settings.ALLOW_RECORDED_AGREEMENT,
        Agreement.Form.WITHDRAWAL: ends,
        Agreement.Form.ENDED: ends and _is_of_the_customer(plan, agreement),
    }
    if not allowed[Agreement.Form(agreement.form)]:
        raise NotAgreed("agreement_missing", why=f"{agreement.form} does not do here")


def _is_of_the_customer(plan: Plan, agreement: Agreement) -> bool:
    """Not whether they still review: whom we no longer name cannot be made to have said nothing."""
    person = by_actor(agreement.decided_by)
    return person is not None and person.tid == plan.tenant.tenant_id


def _check_owned(plan: Plan, agreement: Agreement, steps: Sequence[Step]) -> None:
    """What we own is as the plan knew it; what this run has made, changed or ended, as entered since."""
    mine = {s.address for s in steps if s.remote_id or s.state in (Step.State.WRITTEN, Step.State.VERIFIED)}
    then, today = plan.frame.get("owned", {}), owned(plan.tenant)
    said = ownership.entered(plan.tenant, then, agreement.ledger_number) if mine else {}
    due = {a: then[a] for a in then.keys() - mine} | {a: said[a] for a in said.keys() & mine}
    if due != today:
        raise NotAgreed("plan_changed", id=plan.digest[:12])


def _check_ledger(plan: Plan, agreement: Agreement) -> None:
    customer = plan.tenant.customer
    entry = customer.ledger.filter(number=agreement.ledger_number).first()
    said = entry.facts if entry and ledger.digest(entry) == entry.hash else {}
    # Entries from before prints hold the words themselves.
    whose = said.get("by_sha256") or whose_word.printed(plan, str(said.get("by")))
    entered = (said.get("digest"), said.get("form"), whose, entry.actor if entry else "")
    claimed = (plan.digest, agreement.form, whose_word.printed(plan, agreement.by), agreement.decided_by)
    if entered != claimed or agreement.digest != plan.digest:
        raise NotAgreed("agreement_mismatch", id=plan.digest[:12])
    if agreement.form == Agreement.Form.SIGNED:
        _check_receipt(plan, agreement, said)
    if agreement.form == Agreement.Form.RECORDED:
        _check_paper(plan, agreement, said)


def _check_receipt(plan: Plan, agreement: Agreement, said: dict[str, Any]) -> None:
    """Microsoft's word is there, for this plan, by the person who is said to have agreed, and as entered."""
    receipt = Receipt.objects.filter(agreement=agreement).first()
    if receipt is None or not receipts.prints(receipt).items() <= said.items():
        raise NotAgreed("agreement_mismatch", id=plan.digest[:12])
    person = by_actor(agreement.decided_by)
    if person is None:
        raise NotAgreed("agreement_mismatch", id=plan.digest[:12])
    _prove(receipt, plan, person)


def _check_paper(plan: Plan, agreement: Agreement, said: dict[str, Any]) -> None:
    """The paper that was confirmed is still the one that is kept."""
    kept = agreement.paper.sha256 if agreement.paper else None
    if said.get("paper") != kept:
        raise NotAgreed("agreement_mismatch", id=plan.digest[:12])


def document(plan: Plan, changes: list[dict[str, Any]]) -> dict[str, Any]:
    """All a digest covers: the frame, the purpose, the tenant and every change in full."""
    tenant = plan.tenant
    return {
        "purpose": plan.purpose,
        "tenant": str(tenant.tenant_id),
        "cloud": tenant.cloud,
        "expires": plan.expires_at.isoformat(),
        "made": plan.made_at.isoformat(),
        "frame": plan.frame,
        "changes": changes,
    }


def owned(tenant: Tenant) -> dict[str, str]:
    """Address → a fingerprint of all we know of each object we own: it decides what a plan deletes."""
    return {row.address: ownership.fingerprint(row) for row in tenant.owned.all()}


def step_as_json(step: Step) -> dict[str, Any]:
    """A step's agreed columns, in the shape of engine.digest.change_as_json."""
    return {
        "address": step.address,
        "kind": step.kind,
        "tenant": str(step.target),
        "action": step.action,
        "spec": step.spec,
        "needs": step.needs,
        "remote_id": step.planned_id,
        "fields": step.fields,
        "before": step.before,
    }

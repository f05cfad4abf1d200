"""Saying no to a plan. A plan is decided once: whoever comes second is told what was said first.

The reason is somebody's own words, which may have to be erased one day: the record holds a print of them.
"""

from __future__ import annotations

from django.db import transaction

from onboarding.agreeing import agreements, whose_word
from onboarding.intake import wrong
from onboarding.models import Agreement, Decline, Plan
from onboarding.words.reasons import visible
from tenants import ledger
from tenants.microsoft.errors import Refused
from tenants.models import Person, Tenant
from tenants.people import reviews

LONGEST = 1000


@transaction.atomic
def decline(plan: Plan, person: Person, reason: str) -> Decline:
    """A reviewer of the customer says no, and why. Nothing can be carried out by this plan any more.

    Refused for whoever is no reviewer, without a reason, where somebody agreed first, and for a plan that
    needs nobody's agreement: there a no would change nothing.
    """
    if not Tenant.objects.filter(reviews(person), pk=plan.tenant_id).exists():
        raise Refused("not_a_reviewer")
    if plan.takes_away:
        raise Refused("agreement_missing", why="it only takes away what is the provider's, which may be done")
    agreements.one_at_a_time(plan)
    if (first := Decline.objects.filter(plan=plan).first()) is not None:
        return first
    if (agreed := Agreement.objects.filter(plan=plan).first()) is not None:
        raise agreements.AgreedAlready(agreed)
    agreements.check_plan(plan)
    if not (why := visible(" ".join(reason.split()))[:LONGEST]):
        raise wrong("reason", "say why, so that the provider knows what to change")
    return _enter(plan, person, why)


def _enter(plan: Plan, person: Person, why: str) -> Decline:
    by, subject = str(person.email or person), f"plan {plan.digest[:12]}"
    said = {"reason_sha256": whose_word.printed(plan, why), **whose_word.entered(plan, by)}
    facts = {"digest": plan.digest, **said, "by": person.actor, "tenant": str(plan.tenant.tenant_id)}
    entry = ledger.record(person.actor, "declined", subject, plan.tenant.customer, **facts)
    row = {"by": by, "decided_by": person.actor, "reason": why, "ledger_number": entry.number}
    return Decline.objects.create(plan=plan, **row)


def waiting(tenant: Tenant) -> Decline | None:
    """Of the newest plan to set up, as long as it was declined and no other was made since."""
    newest = Plan.objects.filter(tenant=tenant, purpose=Plan.Purpose.ONBOARD).order_by("-pk").first()
    return Decline.objects.filter(plan=newest).first() if newest else None

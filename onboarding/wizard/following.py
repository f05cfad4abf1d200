"""What is asked without a click: the readiness once the reader app is let in, the plan once all are found.

Only what was never asked of the tenant before, and no plan for one that was set up already, as from a file:
to plan a change is for a person to decide, since reviewers of the customer see each plan.
"""

from __future__ import annotations

from onboarding.models import Draft, Inquiry
from onboarding.wizard import drafts, inquiries
from onboarding.wizard.steps import next_step

What = Inquiry.What
THEN = {What.READER.value: What.READINESS.value, What.PEOPLE.value: What.PLAN.value}


def after(answered: Inquiry) -> Inquiry | None:
    """The question that an answer leads to, in the name of whoever asked the one before."""
    then = THEN.get(answered.what)
    if then is None or answered.tenant.inquiries.filter(what=then).exists():
        return None
    if then == What.PLAN and answered.tenant.plans.exists():
        return None
    draft = Draft.objects.select_related("tenant__customer", "offer").filter(tenant=answered.tenant).first()
    if draft is None or next_step(draft) != then:
        return None
    return inquiries.ask(draft.tenant, then, drafts.question(draft, then), answered.asked_by)

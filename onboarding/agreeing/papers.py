"""Agreements on paper, where the setting allows them: one of us says so, another one looks and confirms."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from onboarding.agreeing import agreements, files, said_before, whose_word
from onboarding.engine.digest import digest
from onboarding.intake import wrong
from onboarding.models import Agreement, Paper, PaperAgreement, Plan
from tenants import ledger
from tenants.microsoft.errors import Refused


def ask(
    plan: Plan, *, number: str, by: str, reference: str, reason: str, file: Paper, asked_by: str
) -> PaperAgreement:
    """Named again it replaces what was said before, as long as nobody has confirmed it.

    `number` is that of the plan which the person was shown: a paper is never taken for a later one.
    """
    if not settings.ALLOW_RECORDED_AGREEMENT:
        raise Refused("no_paper_here")
    if number != plan.digest:
        raise Refused("paper_changed")
    if by not in reviewers(plan):
        raise wrong("by", "it must be one of the reviewers")
    agreements.check_plan(plan)
    said_before.check(plan, reference, file)
    said = {"by": by, "reference": reference, "reason": reason, "asked_by": asked_by}
    entered = {**said, "file": file, "asked_at": now()}
    facts = {**said, **whose_word.entered(plan, by), "paper": file.sha256, "paper_bytes": file.size}
    with transaction.atomic():
        agreements.one_at_a_time(plan)
        if Agreement.objects.filter(plan=plan).exists():
            raise Refused("not_yet", why="this plan is agreed to already")
        customer = plan.tenant.customer
        ledger.record(asked_by, "asked to record an agreement", f"plan {plan.digest[:12]}", customer, **facts)
        return PaperAgreement.objects.update_or_create(plan=plan, defaults=entered)[0]


def confirm(paper: PaperAgreement, decided_by: str, seen: str) -> Agreement:
    """Only by another person than the one who asked, and only what they looked at (`seen`, its stamp)."""
    if paper.asked_by == decided_by:
        raise Refused("own_request")
    if seen != stamp(paper):
        raise Refused("paper_changed")
    if hasattr(paper.plan, "agreement"):
        return paper.plan.agreement
    if paper.file is None:
        raise Refused("no_file")
    files.content(paper.file)
    said_before.check(paper.plan, paper.reference, paper.file)
    reference = f"{paper.reference}: {paper.reason}"[:200]
    return agreements.record(
        paper.plan,
        by=paper.by,
        reference=reference,
        asked_by=paper.asked_by,
        decided_by=decided_by,
        paper=paper.file,
    )


def stamp(paper: PaperAgreement) -> str:
    """Another one as soon as the paper is another or says anything else, or is for another plan."""
    file = paper.file.sha256 if paper.file else ""
    return digest([paper.plan.digest, paper.by, paper.reference, paper.reason, file, paper.asked_by])


def reviewers(plan: Plan) -> list[str]:
    """Whose word a paper can be."""
    return whose_word.called(plan.tenant)


def file_of(plan: Plan) -> Paper | None:
    """The signed paper of the agreement that holds, as it was confirmed; None where there is none."""
    agreed: Agreement | None = getattr(plan, "agreement", None)
    return agreed.paper if agreed is not None else None


def waiting_for(plan: Plan) -> Paper | None:
    """What was entered last and counts for nothing yet: for those of us who look at it."""
    entered: PaperAgreement | None = getattr(plan, "paper", None)
    return entered.file if entered is not None else None

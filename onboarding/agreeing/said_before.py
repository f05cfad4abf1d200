"""Word that the customer gave once opens nothing again after the customer ended or paused it, or said no.

A plan after that is a new one, and needs a word of its own: an old paper says nothing of it.

Once a reviewer, signed in, has said no to any plan of a tenant, a reference alone opens nothing there any
more, whatever is agreed to since: nobody can see when it was given, and what was agreed to need not be what
was declined. What opens something is a signature, or a paper that two of us confirmed and of which nothing
was uploaded or entered here before the no. A signature is for one plan; a no to another leaves it standing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from onboarding.models import Agreement, Decline, Paper, PaperAgreement, Plan
from tenants.microsoft.errors import Refused


def check(plan: Plan, reference: str, paper: Paper | None = None) -> None:
    """Refused where a reference or a paper stands already for what the customer has ended since, or is
    outweighed by a no."""
    if plan.purpose != Plan.Purpose.ONBOARD:
        return
    if (no := _last_no(plan)) is not None:
        _check_no(no, reference, paper)
    if (last := _last_end(plan)) is not None:
        _check_end(last, reference, paper)


def _check_no(no: Decline, reference: str, paper: Paper | None) -> None:
    if paper is None:
        raise Refused("no_stands", **_said(no))
    if _is_from_before(no, reference, paper):
        raise Refused("paper_before_no", **_said(no))


def _is_from_before(no: Decline, reference: str, paper: Paper) -> bool:
    """By its bytes, whoever uploaded them, or by its reference in what was agreed to or only entered."""
    tenant = no.plan.tenant_id
    if Paper.objects.filter(tenant=tenant, sha256=paper.sha256, uploaded_at__lte=no.at).exists():
        return True
    agreed = Agreement.objects.filter(plan__tenant=tenant, at__lte=no.at)
    entered = PaperAgreement.objects.filter(plan__tenant=tenant, asked_at__lte=no.at)
    known = [*agreed.values_list("reference", flat=True), *entered.values_list("reference", flat=True)]
    return plain(reference) in set(map(plain, known))


def _check_end(last: Agreement, reference: str, paper: Paper | None) -> None:
    before = Agreement.objects.filter(plan__tenant=last.plan.tenant_id, at__lte=last.at)
    for agreed in before.select_related("paper", "plan__paper").defer("plan__changes", "plan__frame"):
        if _is_same(agreed, reference, paper):
            word = "paused" if last.plan.purpose == Plan.Purpose.PAUSE else "ended"
            raise Refused("said_before", ended=word, on=f"{last.at:%F}", id=agreed.digest[:12])


def check_agreed(plan: Plan) -> None:
    """Refused where nobody signed this plan, and a reviewer said no to another since it was recorded."""
    if (no := _no_since(plan)) is not None:
        raise Refused("paper_before_no" if plan.agreement.paper else "no_stands", **_said(no))


def is_outweighed(plan: Plan) -> bool:
    return _no_since(plan) is not None


def _no_since(plan: Plan) -> Decline | None:
    recorded = Agreement.objects.filter(plan=plan.pk, form=Agreement.Form.RECORDED).first()
    if recorded is None or plan.purpose != Plan.Purpose.ONBOARD:
        return None
    no = _last_no(plan)
    return no if no is not None and no.at >= recorded.at else None


def check_declined(plan: Plan) -> None:
    """Refused where a reviewer said no to this very plan."""
    if (no := Decline.objects.filter(plan=plan.pk).select_related("plan").first()) is not None:
        raise Refused("declined", **_said(no))


def _said(no: Decline) -> dict[str, str]:
    return {"name": no.by, "id": no.plan.digest[:12], "on": f"{no.at:%F %H:%M} UTC", "why": no.reason}


def _last_no(plan: Plan) -> Decline | None:
    """To any plan of this tenant: what is signed or ended afterwards does not end it."""
    said = Decline.objects.filter(plan__tenant=plan.tenant_id)
    return said.select_related("plan").order_by("at", "pk").last()


def _last_end(plan: Plan) -> Agreement | None:
    """By the customer's own word: what the provider withdraws of itself takes no word back."""
    ends = Agreement.objects.filter(plan__tenant=plan.tenant_id, plan__purpose__in=Plan.CLOSING)
    of_theirs = ends.exclude(form=Agreement.Form.WITHDRAWAL).select_related("plan")
    return of_theirs.order_by("at").last()


def _is_same(agreed: Agreement, reference: str, paper: Paper | None) -> bool:
    if paper is not None and agreed.paper is not None and paper.sha256 == agreed.paper.sha256:
        return True
    return plain(reference) in set(map(plain, _references(agreed)))


def _references(agreed: Agreement) -> Iterator[str]:
    """As agreed to and, where a paper was confirmed, as it was entered: without the reason behind it."""
    yield agreed.reference
    entered: PaperAgreement | None = getattr(agreed.plan, "paper", None)
    if entered is not None and agreed.paper is not None:
        yield entered.reference


def plain(reference: str) -> str:
    """Case, spaces and signs make no other paper of it."""
    text = unicodedata.normalize("NFKC", reference).casefold()
    return " ".join(re.findall(r"[^\W_]+", text)) or text.strip()

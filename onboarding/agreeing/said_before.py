"""Word that the customer gave once opens nothing again after the customer ended or paused it, or said no.

A plan after that is a new one, and needs a word of its own: an old paper says nothing of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from onboarding.models import Agreement, Decline, Paper, PaperAgreement, Plan
from tenants.microsoft.errors import Refused

ENDING = (Plan.Purpose.OFFBOARD, Plan.Purpose.PAUSE)


def check(plan: Plan, reference: str, paper: Paper | None = None) -> None:
    """Refused where a reference or a paper stands already for what the customer has ended since.

    After a no a reference alone counts for nothing: nobody can see that it was given since.
    """
    if plan.purpose != Plan.Purpose.ONBOARD:
        return
    if paper is None and (no := _last_no(plan)) is not None:
        raise _declined(no)
    if (last := _last_end(plan)) is None:
        return
    before = Agreement.objects.filter(plan__tenant=plan.tenant_id, at__lte=last.at)
    for agreed in before.select_related("paper", "plan__paper").defer("plan__changes", "plan__frame"):
        if _is_same(agreed, reference, paper):
            word = "paused" if last.plan.purpose == Plan.Purpose.PAUSE else "ended"
            raise Refused("said_before", ended=word, on=f"{last.at:%F}", id=agreed.digest[:12])


def check_declined(plan: Plan) -> None:
    """Refused where a reviewer said no to this very plan."""
    if (no := Decline.objects.filter(plan=plan.pk).select_related("plan").first()) is not None:
        raise _declined(no)


def _declined(no: Decline) -> Refused:
    said = {"name": no.by, "id": no.plan.digest[:12], "on": f"{no.at:%F %H:%M} UTC", "why": no.reason}
    return Refused("declined", **said)


def _last_no(plan: Plan) -> Decline | None:
    """As long as nobody of the customer agreed to anything since."""
    last = Decline.objects.filter(plan__tenant=plan.tenant_id).select_related("plan").order_by("at").last()
    since = Agreement.objects.filter(plan__tenant=plan.tenant_id, plan__purpose=Plan.Purpose.ONBOARD)
    return None if last is None or since.filter(at__gt=last.at).exists() else last


def _last_end(plan: Plan) -> Agreement | None:
    """By the customer's own word: what the provider withdraws of itself takes no word back."""
    ends = Agreement.objects.filter(plan__tenant=plan.tenant_id, plan__purpose__in=ENDING)
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

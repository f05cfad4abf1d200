"""Questions to a tenant, asked by a page and answered by a worker. The row is the truth, the message a bell.

Asked twice there is one open question; looked into twice, or by two workers, it has one answer. While an app
is not let in yet we go on looking for an hour, less and less often, so that a page can watch.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import now

from onboarding.consent_links import CONSENT
from onboarding.models import Inquiry
from onboarding.wizard.findings import FINDERS, Keep
from onboarding.words.reasons import visible
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.models import Tenant

LONGEST = timedelta(hours=1)
MOST_CLAIMS = 5
WATCHED = (Inquiry.What.READER, Inquiry.What.SETUP)


def ask(tenant: Tenant, what: str, question: dict[str, Any], by: str) -> Inquiry:
    """The one open question of its kind, due now. Another question takes the place of the one before."""
    for _ in range(3):
        if (already := Inquiry.objects.open().filter(tenant=tenant, what=what).first()) is not None:
            if _ask_again(already, question, by):
                already.refresh_from_db()
                return already
        elif (fresh := _ask_first(tenant, what, question, by)) is not None:
            return fresh
    raise Later(1, "this question is being asked and answered at the same moment")


def _ask_first(tenant: Tenant, what: str, question: dict[str, Any], by: str) -> Inquiry | None:
    try:
        with transaction.atomic():
            return Inquiry.objects.create(tenant=tenant, what=what, question=question, asked_by=by)
    except IntegrityError:
        return None


def _ask_again(already: Inquiry, question: dict[str, Any], by: str) -> bool:
    """A worker that holds it goes on for the same question; for another one its lease is taken from it."""
    asked: dict[str, Any] = {"asked_by": by, "asked_at": now(), "not_before": now(), "looks": 0}
    if already.question != question:
        asked |= {"question": question, "owner": "", "lease_until": None, "claims": 0}
        asked |= {"reason": "", "facts": {}}
    return Inquiry.objects.open().filter(pk=already.pk).update(**asked) == 1


def look_into(inquiry_id: int, then: Callable[[Inquiry], None] | None = None) -> float | None:
    """Hold it, find out, save. Seconds until it wants to be looked into again, or None: not needed.

    `then` is done with what was answered, and kept together with the answer.
    """
    owner = secrets.token_hex(8)
    if not Inquiry.objects.claim(inquiry_id, owner):
        return None
    inquiry = Inquiry.objects.select_related("tenant__customer").get(pk=inquiry_id)
    try:
        if inquiry.claims > MOST_CLAIMS:
            raise Refused("inquiry_failed", why="every try so far was cut off")
        _close(inquiry, owner, FINDERS[inquiry.what](inquiry), then)
    except Later as later:
        return _wait(inquiry, owner, later.seconds, Refused("waited_too_long", **_facts(inquiry)))
    except Refused as refused:
        return _refused(inquiry, owner, refused)
    except (NotFound, Rejected) as error:
        return _refused(inquiry, owner, Refused("inquiry_failed", why=str(error)[:300]))
    return None


def _close(inquiry: Inquiry, owner: str, keep: Keep, then: Callable[[Inquiry], None] | None) -> None:
    """The answer and its rows together, only while it is ours."""
    with transaction.atomic():
        if _save(inquiry, owner, answered_at=now(), reason="", facts={}):
            Inquiry.objects.filter(pk=inquiry.pk).update(answer=shown(keep()))
            if then is not None:
                _go_on(inquiry, then)


def _go_on(inquiry: Inquiry, then: Callable[[Inquiry], None]) -> None:
    """In the name of whoever asked last. Where that is refused, the answer stays, and a button asks."""
    inquiry.refresh_from_db(fields=["asked_by"])
    with suppress(Later, Refused), transaction.atomic():
        then(inquiry)


def shown(value: Any) -> Any:
    """Names from tenants are hostile: what would not show is spelt out before it is kept for a page."""
    if isinstance(value, dict):
        return {key: shown(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shown(inner) for inner in value]
    return visible(value) if isinstance(value, str) else value


def _refused(inquiry: Inquiry, owner: str, refused: Refused) -> float | None:
    if inquiry.what in WATCHED and refused.reason in CONSENT:
        return _wait(inquiry, owner, min(60.0, 3 * 1.5 ** min(inquiry.looks, 20)), refused)
    _save(inquiry, owner, answered_at=now(), reason=refused.reason, facts=refused.facts)
    return None


def _wait(inquiry: Inquiry, owner: str, seconds: float, refused: Refused) -> float | None:
    """Let go of it until later. After an hour of that it ends with the reason why."""
    current = {"reason": refused.reason, "facts": refused.facts}
    if now() - inquiry.asked_at > LONGEST:
        _save(inquiry, owner, answered_at=now(), **current)
        return None
    if refused.reason not in CONSENT:
        current = {}
    pause = max(seconds, settings.RUN_RETRY_SECONDS)
    kept = _save(inquiry, owner, not_before=now() + timedelta(seconds=pause), claims=0, **current)
    return pause if kept else None


def _save(inquiry: Inquiry, owner: str, **fields: Any) -> bool:
    """False: it is not ours any more, and nothing was saved."""
    mine = Inquiry.objects.open().filter(pk=inquiry.pk, owner=owner)
    looked = {"looks": F("looks") + 1, "looked_at": now(), "owner": "", "lease_until": None}
    return mine.update(**looked, **fields) == 1


def _facts(inquiry: Inquiry) -> dict[str, str]:
    return {"step": inquiry.get_what_display(), "since": f"{inquiry.asked_at:%F %T} UTC"}


def latest(tenant: Tenant, what: str) -> Inquiry | None:
    return Inquiry.objects.filter(tenant=tenant, what=what).last()


def forgotten() -> list[int]:
    """Due for a sweep already and nobody came: their message or worker was lost."""
    return Inquiry.objects.forgotten(settings.SWEEP_SECONDS)

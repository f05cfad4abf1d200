"""Reviewing what was granted: keep, end or ask, each with a reason, then signed as a whole by the customer.

What is signed is all that stood on the page: each grant as read, what could not be read, each decision.
Its hash goes into the record. Nobody of the provider can begin, fill in, sign or change a review.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from access.grants import STILL_GOOD
from access.models import Decision, Review
from access.reviewing import document, review_dates
from access.who_can import who
from access.who_can.lines import Line, all_lines
from onboarding.engine.digest import digest
from onboarding.models import Grant, Survey
from onboarding.words.reasons import visible
from tenants import ledger
from tenants.microsoft.errors import Refused
from tenants.models import Person, Tenant
from tenants.people import reviews


def signed(tenant: Tenant) -> Any:
    return Review.objects.filter(tenant=tenant).exclude(signed_at=None)


def counts(review: Review) -> dict[str, int]:
    chosen = [each["choice"] for each in review.document.get("grants", ())]
    return {str(choice.label): chosen.count(choice.value) for choice in Decision.Choice}


def begun(tenant: Tenant) -> Review | None:
    return Review.objects.filter(tenant=tenant, signed_at=None).first()


def decisions(review: Review | None) -> dict[str, Decision]:
    return {each.key: each for each in review.decisions.all()} if review else {}


def save(tenant: Tenant, said: Mapping[str, tuple[str, str]], person: Person) -> Review:
    """`said`: a grant's key → choice and reason. Only grants that are there; the rest stays as it was."""
    _only_a_reviewer(tenant, person)
    there = set(Grant.objects.filter(tenant=tenant, gone_seen=None).values_list("key", flat=True))
    review = begun(tenant) or _begin(tenant, person)
    before = decisions(review)
    for key, (choice, reason) in said.items():
        if key in there and choice in Decision.Choice.values:
            _decide(review, before.get(key), key, {"choice": choice, "reason": _one_line(reason)}, person)
    return review


def _one_line(reason: str) -> str:
    return visible(" ".join(reason.split()))[:1000]


def _begin(tenant: Tenant, person: Person) -> Review:
    try:
        with transaction.atomic():
            return Review.objects.create(tenant=tenant, due=review_dates.due(tenant), begun_by=person.actor)
    except IntegrityError:
        return Review.objects.get(tenant=tenant, signed_at=None)


def _decide(review: Review, old: Decision | None, key: str, what: dict[str, str], person: Person) -> None:
    if old is None or {"choice": old.choice, "reason": old.reason} != what:
        said = {**what, "by": person.actor, "at": now()}
        Decision.objects.update_or_create(review=review, key=key, defaults=said)


def fingerprint(tenant: Tenant) -> str:
    """Of all that is shown to be decided: whoever signs names what they saw."""
    last, review = Survey.objects.filter(tenant=tenant).last(), begun(tenant)
    return digest(_content(tenant, last, decisions(review)))


@transaction.atomic
def sign(tenant: Tenant, seen: str, person: Person) -> Review:
    """Raises Refused: not a reviewer, not all decided, too old or no look, or not what was seen."""
    _only_a_reviewer(tenant, person)
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    last, review = Survey.objects.filter(tenant=tenant).last(), begun(tenant)
    if last is None or last.at < now() - STILL_GOOD:
        raise Refused("not_yet", why="what was granted was read too long ago; it has to be read again first")
    if who.is_unread(last):
        raise Refused("not_yet", why="the tenant could not be read, so nobody knows who is let in")
    lines, said = all_lines(tenant, last), decisions(review)
    content = _content(tenant, last, said)
    if digest(content) != seen:
        raise Refused("not_yet", why="it is not what you saw any more; look at it again")
    if left := undecided(lines, said):
        raise Refused("not_yet", why=f"{left} of {len(lines)} are not decided with a reason")
    return _enter(review or _begin(tenant, person), content, person)


def undecided(lines: list[Line], said: Mapping[str, Decision]) -> int:
    return sum(1 for each in lines if each.key not in said or not said[each.key].reason)


def _enter(review: Review, content: dict[str, Any], person: Person) -> Review:
    at = now()
    review.document = {**content, **document.signature(person, at, review.due)}
    review.sha256, review.signed_by, review.signed_at = digest(review.document), person.actor, at
    facts = {"sha256": review.sha256, "tenant": str(review.tenant.tenant_id), **counts(review)}
    subject, customer = f"review {review.pk}", review.tenant.customer
    entry = ledger.record(person.actor, "signed a review", subject, customer, **facts)
    review.ledger_number = entry.number
    review.save()
    return review


def _content(tenant: Tenant, last: Survey | None, said: Mapping[str, Decision]) -> dict[str, Any]:
    changed = [each.words for each in who.drift(tenant)]
    return document.content(tenant, last, all_lines(tenant, last), changed, said)


def broken(review: Review) -> bool:
    """Whether the row is not what was signed: it does not fit its hash, or the record says something else."""
    entry = review.tenant.customer.ledger.filter(number=review.ledger_number or 0).first()
    whole = entry is not None and ledger.digest(entry) == entry.hash
    entered = (entry.facts.get("sha256"), entry.actor) if entry and whole else None
    return digest(review.document) != review.sha256 or entered != (review.sha256, review.signed_by)


def _only_a_reviewer(tenant: Tenant, person: Person) -> None:
    if not Tenant.objects.filter(reviews(person), pk=tenant.pk).exists():
        raise Refused("not_a_reviewer")

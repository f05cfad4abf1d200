"""Answering Microsoft's reviews, by the day each closes. No read ticks that: somebody confirms it by name.

Until then, or the next one, it stands in red with who is to look, for silence keeps what the offer says.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.timezone import now

from access import hand_over, rules
from access.models import Confirmation
from access.names import named
from access.reviewing import microsofts
from access.to_do.task import SAID, Task, as_said
from access.who_can import stops
from access.who_can.by_hand import Act
from onboarding.engine.plan import LEFT
from onboarding.models import OwnedObject
from onboarding.words.reasons import visible
from tenants.models import Tenant

LATE = ("Not confirmed in time", "red")
WHO = "The members of the approvers' group, each with their own sign-in."


def tasks(tenant: Tenant) -> Iterator[Task]:
    """One a policy of ours whose review has begun; of several rounds the newest."""
    found = list(_rounds(tenant))
    names = named(act.said.by for act, _, _ in found if act.said)
    for act, why, is_over in found:
        state, at, by = as_said(act, names)
        shown = LATE if is_over and state != SAID else state
        yield Task(act.title, why, WHO, act.clicks, act.url, "", shown, at, by, act)


def acts(tenant: Tenant) -> list[Act]:
    return [act for act, _, _ in _rounds(tenant)]


def _rounds(tenant: Tenant) -> Iterator[tuple[Act, str, bool]]:
    """The act, why it is to be done, and whether its day is over."""
    said = {(row.act, row.about): row for row in Confirmation.objects.filter(tenant=tenant)}
    today, url, looks = now().date(), stops.place("reviews", tenant), _looks(tenant)
    for row in hand_over.policies(tenant):
        rule = rules.rule(row.spec)
        terms = rule.terms
        last = microsofts.last_begun(rule.first_review, terms.every_months, terms.review_open, today)
        if last is not None:
            slug = f"review-{_short(row)}-{last.begins:%Y%m%d}"
            title = f"Answer Microsoft's review of “{rule.name}” by {last.closes:%-d %B %Y}"
            done = said.get((slug, row.remote_id))
            act = Act(slug, title, row.remote_id, url, _clicks(looks), done, customers=True)
            yield act, _why(terms), today > last.closes


def _short(row: OwnedObject) -> str:
    """tier-1-analysts-1a2b3c4d: one a policy, and the same where it is left behind under another address."""
    stands = row.address.partition(LEFT)[0]
    return f"{'-'.join(stands.split('/')[1:])[:50]}-{row.remote_id[:8]}"


def _looks(tenant: Tenant) -> str:
    return microsofts.looks(tenant) or "a reviewer, once the customer has named one,"


def _clicks(looks: str) -> tuple[str, ...]:
    return (
        "In My Access choose Access reviews, and there the package.",
        "Say of each person whether the access is still needed, and why.",
        f"By the day it closes {visible(looks)} looks whether that was done, and confirms it here by name.",
    )


def _why(terms: rules.Terms) -> str:
    return (
        f"When nobody answers, {terms.silence}. Microsoft holds this review, and no app of ours has the "
        "permission to see whether anybody answered it."
    )

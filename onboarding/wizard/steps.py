"""Where an onboarding stands: worked out from rows each time, and stored nowhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from onboarding import consent_links
from onboarding.consent_links import CONSENT
from onboarding.models import Decline, Draft, Inquiry, Plan, Run, Step
from onboarding.wizard import consent_returns, drafts
from onboarding.wizard.findings import planned_for
from onboarding.wizard.known import Known

READS = (
    Inquiry.What.READER,
    Inquiry.What.READINESS,
    Inquiry.What.PEOPLE,
    Inquiry.What.PLAN,
    Inquiry.What.VERIFY,
)


@dataclass(frozen=True, slots=True)
class Page:
    """One step of the wizard, which is a page. `who` acts while it is the next one."""

    slug: str
    title: str
    who: str


US = "us"
ADMIN = "an administrator of the customer"
STEPS = (
    Page("tenant", "Tenant", US),
    Page("offer", "Offer and tiers", US),
    Page("reader", "Let the reader app in", ADMIN),
    Page("readiness", "Readiness", US),
    Page("people", "People", US),
    Page("plan", "Plan", US),
    Page("agreement", "Agreement", "a reviewer of the customer"),
    Page("setup", "Let the set-up app in", ADMIN),
    Page("progress", "Setting up", US),
    Page("hand-over", "Hand-over", US),
)


BY_SLUG = {step.slug: step for step in STEPS}
BEFORE = {later.slug: sooner.slug for sooner, later in pairwise(STEPS)}


@dataclass(frozen=True, slots=True)
class Waits:
    """Who has to do something, what, and since when."""

    who: str
    what: str
    since: datetime


class Way:
    """One draft's rows, read once; where `known`, with those of others."""

    def __init__(self, draft: Draft, known: Known | None = None) -> None:
        self.draft, self.known = draft, known or Known([draft.tenant_id])
        self.kept = self.known.kept.get(draft.tenant_id)
        asked = self.known.asked.get(draft.tenant_id, [])
        self.open = {each.what: each for each in asked if each.is_open}
        self.answered = {each.what: each for each in asked if not each.is_open}
        self.run = self.known.runs.get(draft.tenant_id)
        self.plan = self._plan()

    @cached_property
    def next(self) -> str:
        """The first step that is not done; an open run is always what goes on."""
        if self.run is not None and self.run.closed_at is None:
            return "progress"
        return next((slug for slug, done in DONE.items() if not done(self)), "hand-over")

    @cached_property
    def declined(self) -> Decline | None:
        """A reviewer's no to what was planned last."""
        found = self.answered.get(Inquiry.What.PLAN)
        number = found.answer.get("plan") if found and found.is_good else ""
        rows = Decline.objects.filter(plan__tenant=self.draft.tenant, plan__digest=number)
        return rows.select_related("plan").last() if number else None

    def good(self, what: str) -> Inquiry | None:
        """The last answer of its kind, if it has one and it was given to what would be asked today."""
        last = self.answered.get(what)
        if last is None or not last.is_good or last.question != self._question(what):
            return None
        return last

    def _question(self, what: str) -> dict[str, Any]:
        is_known = what == Inquiry.What.PLAN and self.kept is not None
        return planned_for(self.kept) if is_known and self.kept else drafts.question(self.draft, what)

    def reader_is_in(self) -> bool:
        """By the last word of any reading: a consent that was taken back shows in whichever came next."""
        read = [self.answered[what] for what in READS if what in self.answered]
        last = max(read, key=lambda each: (each.answered_at, each.pk), default=None)
        return self.good(Inquiry.What.READER) is not None and not (last and last.reason in CONSENT)

    def is_ready(self) -> bool:
        found = self.good(Inquiry.What.READINESS)
        return found is not None and found.answer["ready"] is True

    def people_are_known(self) -> bool:
        found = self.good(Inquiry.What.PEOPLE)
        return found is not None and found.answer["resolved"] is True and self.kept is not None

    def is_in_order(self) -> bool:
        """The last look found nothing to do."""
        found = self.good(Inquiry.What.PLAN) if self.kept else None
        return (
            found is not None
            and found.answer["in_order"] is True
            and found.answered_at is not None
            and not self._closed_since(found.answered_at)
        )

    def is_planned(self) -> bool:
        return self.plan is not None or self.is_in_order()

    def is_agreed(self) -> bool:
        return self.is_in_order() or (self.plan is not None and hasattr(self.plan, "agreement"))

    def setup_is_in(self) -> bool:
        """Seen since the plan was made: from an earlier set-up it may have been removed again."""
        if self.is_in_order() or self._ran() or self.needs_nobody_let_in():
            return True
        seen = self.good(Inquiry.What.SETUP)
        return bool(seen and self.plan and seen.answered_at and seen.answered_at >= self.plan.made_at)

    def needs_nobody_let_in(self) -> bool:
        """As for a plan that only changes what the customer deploys themselves."""
        return self.plan is not None and not consent_links.asked_of_customer(self.plan)

    def is_carried_out(self) -> bool:
        return self.is_in_order() or (
            self.plan is not None and self._ran() and self._ended(self.plan.run) == "verified"
        )

    def _ran(self) -> bool:
        """The plan itself: other runs, which end single accesses, say nothing of it."""
        return self.plan is not None and hasattr(self.plan, "run")

    def _plan(self) -> Plan | None:
        """What the last look would carry out, while it may still be agreed to or is carried out well."""
        found = self.answered.get(Inquiry.What.PLAN)
        if self.kept is None or found is None or not found.is_good or not found.answer["plan"]:
            return None
        if found.question != planned_for(self.kept):
            return None
        made = [
            each for each in self.known.plans[self.draft.tenant_id] if not self._closed_since(each.made_at)
        ]
        plan = made[0] if made else None
        if plan is None or (not hasattr(plan, "run") and plan.expires_at < now()):
            return None
        return None if hasattr(plan, "run") and self._ended(plan.run) in ("failed", "cancelled") else plan

    def _closed_since(self, moment: datetime) -> bool:
        """As agreements.closed_since."""
        closed = self.known.closed.get(self.draft.tenant_id)
        return closed is not None and closed > moment

    def _ended(self, run: Run) -> str:
        return run.ended_by(self.known.states[run.pk])


def ways(drafts_of: Sequence[Draft]) -> list[Way]:
    """Of several at once: they need no more queries than one."""
    known = Known([each.tenant_id for each in drafts_of])
    return [Way(each, known) for each in drafts_of]


DONE: dict[str, Callable[[Way], bool]] = {
    "tenant": lambda way: True,
    "offer": lambda way: way.draft.offer_id is not None,
    "reader": Way.reader_is_in,
    "readiness": Way.is_ready,
    "people": Way.people_are_known,
    "plan": Way.is_planned,
    "agreement": Way.is_agreed,
    "setup": Way.setup_is_in,
    "progress": Way.is_carried_out,
}


def next_step(draft: Draft) -> str:
    return Way(draft).next


def waits(way: Way) -> Waits | None:
    """For the step that is next: an open question waits for our worker, else its person does.

    None once all is set up: the hand-over is there to be given, and nothing waits for it.
    """
    if way.next == "hand-over":
        return None
    step = BY_SLUG[way.next]
    if (asked := way.open.get(way.next)) is not None and not asked.reason:
        return Waits("our worker", "ask the tenant", asked.asked_at)
    if way.run is not None and way.run.closed_at is None:
        return _run_waits(way.run)
    if way.next in ("reader", "setup") and not _has_links(way):
        return Waits(US, "make a link for the customer", _since(way))
    if way.next in UNASKED and way.good(way.next) is None:
        return Waits(US, UNASKED[way.next], _since(way))
    return Waits(step.who, WHAT[step.slug], _since(way))


def _has_links(way: Way) -> bool:
    """Whether whoever must let our apps in has somewhere to do it."""
    of_plan = consent_links.asked_of_customer(way.plan) if way.plan is not None else ["setup"]
    asked = ["reader"] if way.next == "reader" else of_plan
    links = way.known.consents[way.draft.tenant_id]
    return all(consent_returns.is_with_them(links, app) for app in asked)


def _run_waits(run: Run) -> Waits:
    """A person before Microsoft, and Microsoft before our worker.

    Of a delegation that is not seen nobody here knows whether it was deployed: Azure may lag behind.
    """
    if run.unread_since is not None and run.cancelled_at is None:
        return Waits("the customer or Microsoft", "let the tenant be read", run.unread_since)
    theirs, unseen = Q(state=Step.State.CUSTOMER), Q(reason="delegation_awaited")
    for which, who, what in (
        (theirs & ~unseen, "the customer", "do what is said beside the change that waits for them"),
        (theirs, "the customer or Azure", UNSEEN),
        (Q(state=Step.State.MICROSOFT), "Microsoft", "be ready"),
    ):
        waiting = run.steps.filter(which).order_by("waiting_since").first()
        if waiting is not None:
            return Waits(who, what, waiting.waiting_since or run.opened_at)
    return Waits("our worker", "carry out the plan", run.opened_at)


def _since(way: Way) -> datetime:
    """When the last thing before it was done."""
    asked = [each.asked_at for each in way.known.consents[way.draft.tenant_id] if each.app == way.next]
    done: list[datetime | None] = [asked[-1] if asked else way.draft.changed_at]
    if way.next in ("agreement", "setup", "progress") and way.plan is not None:
        done.append(way.plan.agreement.at if hasattr(way.plan, "agreement") else way.plan.made_at)
    before = way.answered.get(BEFORE.get(way.next, ""))
    done.append(before.answered_at if before else None)
    return max(at for at in done if at is not None)


UNSEEN = "have the delegation seen from our side: once it is deployed, that may take 15 minutes"
WHAT = {
    "tenant": "name the tenant",
    "offer": "choose what is sold",
    "reader": "let the reader app in",
    "readiness": "look at what is not ready",
    "people": "name the people",
    "plan": "look why there is no plan to agree to, and plan again",
    "agreement": "agree to the plan",
    "setup": "let the set-up app in",
    "progress": "start setting up or look after it",
}
UNASKED = {"readiness": "check what the tenant is ready for", "plan": "make the plan"}
"""What there is to do before there is an answer to look at."""

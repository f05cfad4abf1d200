"""What only the customer can do: who there, how, and whether we saw it done.

A task is ticked by a read and by nothing else. Where no read exists somebody says it by name, and it is shown
as said. What nobody has looked at is not known, which is neither open nor done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.urls import reverse

from access import progress
from access.models import Review
from access.names import named
from access.reviewing import after_review, microsofts, review_dates
from access.to_do import app_tasks, azure_tasks, entra_reviews, left_offers, readiness_tasks
from access.to_do.task import OPEN, SEEN, UNKNOWN, Task, as_said
from access.who_can import by_hand
from access.who_can.stops import Stop
from onboarding import app_stands
from onboarding.agreeing import agreeable
from onboarding.models import Inquiry, Run, Step
from onboarding.reason_parts import Words, the_app
from onboarding.running import outcomes
from onboarding.wizard import consent_returns
from onboarding.words import reasons
from onboarding.words.reasons import visible
from tenants import consent
from tenants.microsoft import apps
from tenants.models import Tenant

REVIEWER = "A reviewer whom the customer named here."
CONSENT = "A Global Administrator or Privileged Role Administrator."
LATE = ("Not signed in time", "red")
APPS = ("reader", *consent.WRITERS)


def tasks(tenant: Tenant) -> list[Task]:
    """Once access has ended, only what is left of it: an app that is to go is not to be let in."""
    over = app_tasks.is_over(tenant)
    endings = [each for each in after_review.still_open(tenant) if not (over and _app(each))]
    return [
        *_agreements(tenant),
        *(() if over else _consents(tenant)),
        *azure_tasks.of(tenant),
        *_awaited(tenant),
        *_by_hand(tenant),
        *left_offers.tasks(tenant),
        *app_tasks.of(tenant, {_app(each) for each in endings} - {""}, over=over),
        *(() if over else readiness_tasks.of(tenant)),
        *entra_reviews.tasks(tenant),
        *_review(tenant),
        *_endings(tenant, endings),
    ]


def still_to_do(tenant: Tenant) -> int:
    """How many of them somebody has to do, what is late among them."""
    return sum(task.is_due for task in tasks(tenant))


def _app(each: after_review.Ending) -> str:
    """The client id of our app which that review decided to end; "" where it is none."""
    return each.stop.copy if str(each.said["key"]).startswith("app/") else ""


def _agreements(tenant: Tenant) -> Iterator[Task]:
    for plan in agreeable.waiting(Tenant.objects.filter(pk=tenant.pk)):
        yield Task(
            f"Read plan {plan.digest[:12]}, and agree if it is what you want",
            "Nothing is set up or changed before one reviewer has agreed to it.",
            REVIEWER,
            ("Open the plan and read each change.", "Sign in again there to agree, or say no and why."),
            reverse("agreement", args=[tenant.slug, plan.digest]),
            plan.digest,
            OPEN,
            plan.made_at,
        )


def _consents(tenant: Tenant) -> Iterator[Task]:
    """Links that were made for the customer and are good; only our own token ticks them.

    An app that is registered no more leads nowhere.
    """
    for purpose in filter(apps.is_registered, APPS):
        asked = consent_returns.live(tenant, purpose)
        if asked is not None:
            asked_for = ", ".join(sorted(consent.NEEDED[purpose]))
            url, seen = consent_returns.link(asked), _let_in(tenant, purpose, asked.asked_at)
            yield Task(
                f"Let {the_app(purpose)} in",
                "The page behind the link is Microsoft's and lists its permissions. It may be mailed on.",
                CONSENT,
                (
                    "Open the link.",
                    f"Compare what Microsoft lists with what is asked for here: {asked_for}.",
                    "Accept.",
                ),
                url,
                url,
                SEEN if seen else OPEN,
                seen or asked.asked_at,
            )


def _let_in(tenant: Tenant, purpose: str, since: datetime) -> datetime | None:
    """When our token showed it, after that link was made."""
    if purpose == Inquiry.What.READER:
        answers = tenant.inquiries.filter(what=purpose, reason="", answered_at__gte=since)
        return answers.values_list("answered_at", flat=True).last()
    stand = app_stands.latest(tenant, purpose)
    return stand.seen_until if stand and stand.stands and stand.looked_at >= since else None


def _awaited(tenant: Tenant) -> Iterator[Task]:
    """What the open run waits for besides; it goes on by itself when it sees that it is there."""
    linked = {each for each in filter(apps.is_registered, APPS) if consent_returns.live(tenant, each)}
    for run in Run.objects.open().filter(tenant=tenant):
        steps = run.steps.filter(state=Step.State.CUSTOMER).exclude(reason__in=outcomes.AWAITED)
        waits = [s for s in steps if s.reason != "no_admin_consent" or s.facts.get("app") not in linked]
        in_azure = [step for step in waits if step.kind == "delegation"]
        others = progress.why_run(run, [step for step in waits if step not in in_azure])
        yield from _told(others, reverse("run", args=[tenant.slug, run.pk]), run, _acts(waits))
        yield from _told(progress.why(in_azure), reverse("azure", args=[tenant.slug]), run, {})


def _acts(waits: list[Step]) -> dict[str, str]:
    """What is missing, by what it is to do: a task is an act."""
    apps = [step.facts for step in waits if step.reason == "no_admin_consent" and step.facts.get("app")]
    return {
        reasons.words("no_admin_consent", facts).what: f"Let {the_app(facts['app'])} in" for facts in apps
    }


def _told(why: list[tuple[str, Words | None]], place: str, run: Run, acts: dict[str, str]) -> Iterator[Task]:
    for what, words in why:
        title = acts.get(what, what)
        if words is not None:
            url = words.link or place
            yield Task(title, words.safe, words.who, (words.next,), url, "", OPEN, run.opened_at)


def _by_hand(tenant: Tenant) -> Iterator[Task]:
    acts = by_hand.acts(tenant)
    names = named(act.said.by for act in acts if act.said)
    for act in acts:
        state, at, by = as_said(act, names)
        why = "Without it the analysts are let in and see nothing. No documented way lets us look or do it."
        yield Task(act.title, why, by_hand.WHO, act.clicks, act.url, act.about, state, at, by, act)


def _review(tenant: Tenant) -> Iterator[Task]:
    day = review_dates.due(tenant)
    word, _ = review_dates.urgency(day)
    if day is not None and word in ("Overdue", "Due soon"):
        late = word == "Overdue"
        yield Task(
            f"Review who can do what: {word.lower()}",
            f"It has to be signed by {day:%-d %B %Y}, by the interval that was sold. Until then "
            "nothing ends by it: each access goes on until its own end.",
            _sees_to_it(tenant) if late else REVIEWER,
            ("For each access choose keep, end or ask, and say why.", "Sign it."),
            reverse("review", args=[tenant.slug]),
            "",
            LATE if late else OPEN,
        )


def _sees_to_it(tenant: Tenant) -> str:
    """What nobody did in time is one person's."""
    name = microsofts.looks(tenant)
    return f"{visible(name)} sees to it; any reviewer may sign." if name else REVIEWER


def _endings(tenant: Tenant, endings: Iterable[after_review.Ending]) -> Iterator[Task]:
    for each in endings:
        state = {"green": SEEN, "red": OPEN}.get(each.colour, UNKNOWN)
        through = f", through {each.said['through']}" if each.said["through"] else ""
        title = f"End: {each.said['name']}{through}"
        why = f"Decided in the review of {each.review.signed_at:%-d %B %Y}: {each.said['reason']}"
        stop = _by_portal(tenant, each.review) if each.held else each.stop
        yield Task(title, why, stop.role, stop.steps, stop.url, stop.copy, state, each.at)


def _by_portal(tenant: Tenant, review: Review) -> Stop:
    url = reverse("review-signed", args=[tenant.slug, review.pk])
    return Stop(REVIEWER, url, ("Open the review, and there let the portal end it.",), "")

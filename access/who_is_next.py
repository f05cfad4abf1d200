"""How a tenant stands and who must act next: as its standing says, but for what the rows behind it tell.

After an end an offer may stay in Azure, and what was deployed may not be seen yet. What was agreed to is
started only once the app that writes is let in, and that is for whom the wizard names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from access.azure import lag
from access.standing import Standing
from access.to_do import customer_tasks, left_offers
from onboarding.behind import UNSEEN
from onboarding.models import Draft
from onboarding.wizard import steps

AFTER_THE_END = (Standing.APPS, Standing.ENDED)
OFFER = "An owner of the customer's subscription: delete the offer that stays in Azure, as the tasks say."
OFFER_STAYS = ("Ended, but an offer stays in Azure", "yellow")
LAGS = "Nobody: Azure may take 15 minutes until the provider's side sees it."
OPEN_TASKS = (
    "Nobody, for what was set up. The customer has open tasks: {tasks}. “Tasks for the customer” says who "
    "does each, and how."
)
FEW = 3
PARTS = {
    "unseen": (Standing.CUSTOMER, UNSEEN[0]),
    "offer-stays": (Standing.ENDED, OFFER_STAYS[0]),
}
"""What is told apart within a standing, by its name in an address."""
CHOICES = [*Standing.choices, *((name, label) for name, (_, label) in PARTS.items())]
"""By which a list can be asked for, each with its words."""


@dataclass(frozen=True, slots=True)
class Next:
    """How the tenant stands in words, with its colour, and who is next."""

    label: str
    colour: str
    who: str


def of(rows: Iterable[Any], left: Collection[int] | None = None) -> dict[int, Next]:
    """By tenant, of rows with their `standing`; asked for all at once.

    `left`: of these an offer stays in Azure, where the caller has asked for that.
    """
    stand = {row.pk: Standing(row.standing) for row in rows}
    if left is None:
        left = left_offers.open_in([pk for pk, standing in stand.items() if standing in AFTER_THE_END])
    unseen = lag.tenants([pk for pk, standing in stand.items() if standing == Standing.CUSTOMER])
    apps = _apps_first([pk for pk, standing in stand.items() if standing == Standing.AGREED])
    stays = {pk for pk in left if stand.get(pk) in AFTER_THE_END}
    return {pk: _next(each, pk in stays, pk in unseen, apps.get(pk, "")) for pk, each in stand.items()}


def of_one(row: Any, left: Collection[int] | None = None) -> Next:
    """Of one tenant also the customer's open tasks count, which would take a list too long to look for."""
    found = of([row], left)[row.pk]
    if Standing(row.standing) != Standing.IN_ORDER or not (due := _due(row)):
        return found
    named = [*(f"“{title}”" for title in due[:FEW]), *([f"{len(due) - FEW} more"] if len(due) > FEW else [])]
    return Next(found.label, found.colour, OPEN_TASKS.format(tasks=", ".join(named)))


def _due(tenant: Any) -> list[str]:
    return [each.title for each in customer_tasks.tasks(tenant) if each.is_due]


def those(rows: QuerySet[Any], choice: str) -> QuerySet[Any]:
    """Of rows with their `standing` those whose words are this choice's."""
    standing, _ = PARTS.get(choice, (choice, ""))
    found = rows.filter(standing=standing)
    if standing not in {each for each, _ in PARTS.values()}:
        return found
    words = dict(CHOICES)[choice]
    return found.filter(pk__in=[pk for pk, each in of(found).items() if each.label == words])


def _apps_first(agreed: Collection[int]) -> dict[int, str]:
    """Of these tenants those whose run waits until an app is let in: for whom the wizard waits."""
    if not agreed:
        return {}
    begun = Draft.objects.filter(tenant__in=agreed).select_related("tenant", "offer")
    ways = steps.ways(list(begun))
    waits = {way.draft.tenant_id: steps.waits(way) for way in ways if way.next == "setup"}
    return {pk: _said(each) for pk, each in waits.items() if each is not None}


def _said(waits: steps.Waits) -> str:
    who = {steps.US: "An administrator of the provider", steps.ADMIN: "An administrator of the customer"}
    return f"{who[waits.who]}: {waits.what}." if waits.who in who else Standing.RUNNING.next


def _next(standing: Standing, has_left: bool, is_unseen: bool, app_first: str) -> Next:
    if app_first:
        return Next(str(standing.label), standing.colour, app_first)
    if is_unseen:
        return Next(*UNSEEN, LAGS)
    if has_left and standing == Standing.ENDED:
        return Next(*OFFER_STAYS, OFFER)
    both = f"{standing.next} {OFFER}" if has_left else standing.next
    return Next(str(standing.label), standing.colour, both)

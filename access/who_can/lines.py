"""One grant in words: who it is, what they can, since and until when, and whether the last look showed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import now

from access.azure import azure_words
from access.grants import STILL_GOOD
from access.who_can import by_hand, set_up_app, stops
from onboarding import plans
from onboarding.models import Grant, Survey
from tenants.models import Tenant

HOW = {True: "By request", False: "Always on"}
GONE_FOR = timedelta(days=90)
APPROVERS = "approvers"
HOMES = {
    "provider": "of the provider",
    "customer": "of this tenant",
    "other": "of another organisation",
    "unknown": "whose organisation is not known",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One grant as a page shows it. `can`: sentences. `reach`: an app's permissions in words."""

    key: str
    sort: str
    tier: str
    name: str
    address: str
    whose: str
    through: str
    can: str
    reach: Sequence[tuple[str, str]]
    how: str
    since: datetime | None
    seen_from: datetime
    until: datetime | None
    strange: str
    note: str
    known: bool
    seen_until: datetime
    gone: datetime | None
    evidence: Sequence[tuple[str, str]]
    stop: stops.Stop


@dataclass(frozen=True, slots=True)
class Words:
    """What a tier can, as the offer says, there and in Azure, and whether its role in Defender is given."""

    can: Mapping[str, str]
    given: Mapping[str, str]
    azure: Mapping[azure_words.Held, str]

    def of(self, about: Mapping[str, Any]) -> str:
        sort, tier = about["sort"], about["tier"]
        if sort == "delegation":
            return azure_words.words(about, self.azure)
        if about.get("can"):
            return str(about["can"])
        if sort == "owner":
            return "Put anybody into this group and take anybody out."
        if sort == "guest":
            return (
                "Sign in to this tenant as a guest. None of our packages or groups gives this account more."
            )
        if sort == "app":
            return "Whatever its permissions allow, without anybody signing in."
        if not tier:
            return "Whatever that package gives: it is none of ours, so that is not written down here."
        return self.can.get(tier, "Not written down: the offer knows no such tier.") + self.given.get(
            tier, ""
        )


def all_lines(tenant: Tenant, last: Survey | None) -> list[Line]:
    rows = Grant.objects.filter(tenant=tenant, gone_seen=None)
    words = words_of(tenant)
    return sorted((line(tenant, row, last, words) for row in rows), key=_order)


def gone(tenant: Tenant) -> list[Line]:
    """Seen once and no longer, the last first. An account that holds another access by now is there."""
    rows = Grant.objects.filter(tenant=tenant, gone_seen__gte=now() - GONE_FOR).order_by("-gone_seen", "-pk")
    there = {row.about["oid"] for row in Grant.objects.filter(tenant=tenant, gone_seen=None)}
    words = words_of(tenant)
    left = (row for row in rows if row.about["sort"] != "guest" or row.about["oid"] not in there)
    return [line(tenant, row, None, words) for row in left]


APPROVING = "Let others in: approve or deny their requests for access. It gives nothing in Defender."


GIVEN = (
    " That holds as far as this tier has its role in Defender: somebody confirmed it by name, and no read of "
    "ours can check it."
)
NOT_GIVEN = (
    " That is what the tier was sold for. What was read back is that they are let in; the role in Defender "
    "is given by hand, nobody has confirmed that yet, and without it they see nothing there."
)


def words_of(tenant: Tenant) -> Words:
    kept = plans.agreed_for(tenant)
    can = {each["slug"]: each["can"] for each in kept.offer.document["tiers"]} if kept else {}
    given = {
        act.slug.removeprefix("defender-"): GIVEN if act.said else NOT_GIVEN for act in by_hand.acts(tenant)
    }
    return Words(can | {APPROVERS: APPROVING}, given, azure_words.tiers(kept))


def line(tenant: Tenant, row: Grant, last: Survey | None, words: Words) -> Line:
    about = row.about
    return Line(
        key=row.key,
        sort=about["sort"],
        tier=about["tier"],
        name=about["name"],
        address=about["address"],
        whose="" if about["sort"] == "app" else HOMES[about["home"]],
        through=about["through"],
        can=words.of(about),
        reach=[(name, set_up_app.words(name)) for name in about["permissions"]],
        how=azure_words.how(about) if about["sort"] == "delegation" else HOW[bool(about["by_request"])],
        since=parse_datetime(about["since"]) if about["since"] else None,
        seen_from=row.seen_from,
        until=parse_datetime(about["until"]) if about["until"] else None,
        strange=about["strange"],
        note=about["note"],
        known=is_seen(row, last),
        seen_until=row.seen_until,
        gone=row.gone_seen,
        evidence=[
            ("Read", about["read"]),
            *((name.capitalize(), id) for name, id in about["ids"].items() if id),
        ],
        stop=stops.stop(tenant, about),
    )


def is_seen(row: Grant, last: Survey | None) -> bool:
    """By the last look, and lately."""
    return last is not None and row.seen_until >= last.at and last.at >= now() - STILL_GOOD


def _order(each: Line) -> tuple[str, str, str]:
    return each.name.casefold(), each.sort, each.key

"""Who can do what in a tenant, in words: from what the worker read there, strangers first.

What was not read lately is unknown, and said to be; only a look that showed a grant says that it is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import now

from access import found
from access.azure import azure_words
from access.grants import STILL_GOOD
from access.who_can import by_hand, set_up_app, stops
from onboarding import plans
from onboarding.grants.granted import WHOLE
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
SOURCES = {
    WHOLE: "The tenant as a whole",
    "assignments": "Who holds access packages",
    "organizations": "The connected organisations",
    "guests": "The provider's guest accounts",
    "homes": "Whose people some guests and holders of packages are",
    "app/reader": "Our reader app",
    "app/setup": "Our set-up app",
    "app/trust": "Our set-up app for cross-tenant access",
    "trust": "The cross-tenant access settings",
    "stray": "What is delegated to the provider in Azure besides what was agreed to",
}
NEVER_READ = (
    "Directory roles, Azure roles besides what was agreed to be delegated, "
    "and what else an account or group of the provider was given by hand "
    "besides what stands here: our reader app has no permission to see that.",
    "Other apps of the provider: our reader app has no permission to list apps. "
    "Enterprise applications in the Entra admin center shows all.",
    "Accounts of the provider that were made members of this tenant instead of guests, "
    "unless they are in one of the groups or hold one of the packages.",
    "Delegations of Azure to the provider in which our app has no part: who holds what by them "
    "is shown to it nowhere. Service providers in the Azure portal shows all.",
    "The roles in Defender themselves: no documented way leads programs there.",
    "Microsoft's reviews, and whether anybody answered them: our reader app has no permission to see that.",
)
"""What no read of ours covers, so that nobody takes its silence for absence."""


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
class Group:
    title: str
    lines: Sequence[Line]
    empty: str


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


def about(tenant: Tenant) -> dict[str, Any]:
    last = Survey.objects.filter(tenant=tenant).last()
    lines = all_lines(tenant, last)
    return {
        "survey": last,
        "is_old": last is None or last.at < now() - STILL_GOOD,
        "red": [line for line in lines if line.strange],
        "drift": drift(tenant),
        "groups": groups(lines, last),
        "unread": unread(last),
        "unread_whole": is_unread(last),
        "never_read": NEVER_READ,
        "gone": gone(tenant),
    }


def drift(tenant: Tenant) -> list[found.Finding]:
    """What was changed outside the portal, by the last read-back."""
    return [each for each in found.findings(tenant.readings.first()) if each.colour == "red"]


def all_lines(tenant: Tenant, last: Survey | None) -> list[Line]:
    rows = Grant.objects.filter(tenant=tenant, gone_seen=None)
    words = words_of(tenant)
    return sorted((line(tenant, row, last, words) for row in rows), key=_order)


def gone(tenant: Tenant) -> list[Line]:
    """Seen once and no longer, the last first."""
    rows = Grant.objects.filter(tenant=tenant, gone_seen__gte=now() - GONE_FOR).order_by("-gone_seen", "-pk")
    words = words_of(tenant)
    return [line(tenant, row, None, words) for row in rows]


WHOLE_SORTS = (
    ("delegation", "Azure, by Lighthouse: groups of the provider", ""),
    ("trust", "What this tenant believes of the provider's", ""),
    ("app", "Apps of the provider", "None of our apps was let in."),
    (
        "guest",
        "Accounts of the provider without any of these accesses",
        "None. An account whose access ended stays a guest until it is deleted.",
    ),
)
"""Sort, title, and what is said where there is none; "" where a customer need not have it."""
WHOSE = ("homes", "organizations")
SHOWN_BY = {
    "people": ("assignments", "group", *WHOSE),
    APPROVERS: ("group/approvers",),
    "delegation": ("delegation", "stray"),
    "trust": ("trust",),
    "app": ("app",),
    "guest": ("guests", *WHOSE),
}
"""The reads without which nobody can say that there is none."""
NOT_KNOWN = "Not known: it could not be read."


def groups(lines: Sequence[Line], last: Survey | None) -> list[Group]:
    """Without what nobody planned, which stands first on the page."""
    sorts: dict[str, list[Line]] = {"people": [], APPROVERS: [], **{name: [] for name, _, _ in WHOLE_SORTS}}
    for each in (line for line in lines if not line.strange):
        sorts[each.sort if each.sort in sorts else _who(each)].append(each)
    titles = (
        ("people", "People who can work here", _nobody(lines)),
        (APPROVERS, "People who let others in", "Nobody was in the approvers' group."),
        *WHOLE_SORTS,
    )
    said = ((name, title, NOT_KNOWN if hides(last, name) else empty) for name, title, empty in titles)
    return [Group(title, sorts[name], empty) for name, title, empty in said if sorts[name] or empty]


def _nobody(lines: Sequence[Line]) -> str:
    """A group of the provider with a role in Azure has people in it whom this tenant does not name."""
    held = [each for each in lines if each.sort == "delegation"]
    if not held:
        return "Nobody was let in when it was read last."
    planned = any(not each.strange for each in held)
    where = f"“{WHOLE_SORTS[0][1]}”, further down" if planned else "“Look at this first”, at the top"
    return (
        "Nobody was let in by name when it was read last. People in groups of the provider can work in Azure "
        f"all the same: see {where}. Who is in those groups cannot be read here."
    )


def hides(last: Survey | None, name: str) -> bool:
    """Whether some of this sort may be there that the last look could not read."""
    return last is None or WHOLE in last.unread or any(_kind(each) in SHOWN_BY[name] for each in last.unread)


def _kind(source: str) -> str:
    """The approvers' group lets nobody in to work; each other group does."""
    parts = source.split("/")
    return "group/approvers" if parts[:2] == ["group", APPROVERS] else parts[0]


def is_unread(last: Survey | None) -> bool:
    """Of nothing is anything known: a page without a line says nothing then."""
    return last is None or WHOLE in last.unread


def _who(each: Line) -> str:
    return APPROVERS if each.tier == APPROVERS else "people"


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


def unread(last: Survey | None) -> list[tuple[str, str]]:
    """What, and why. A group is called by its address."""
    found = last.unread.items() if last else ()
    return [(called(source), why) for source, why in found]


NAMES = {"group": "The group", "delegation": "Azure", "stray": "Azure"}


def called(source: str) -> str:
    kind, _, rest = source.partition("/")
    return SOURCES.get(source) or NAMES.get(kind, kind) + f" {rest}"


def _order(each: Line) -> tuple[str, str, str]:
    return each.name.casefold(), each.sort, each.key

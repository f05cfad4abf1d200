"""Who can do what in a tenant, in words: from what the worker read there, strangers first.

What was not read lately is unknown, and said to be; only a look that showed a grant says that it is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import now

from access import found
from access.grants import STILL_GOOD
from access.who_can.lines import APPROVERS, Line, all_lines, gone
from onboarding.grants.granted import WHOLE
from onboarding.models import Survey
from tenants.models import Tenant

SOURCES = {
    WHOLE: "The tenant as a whole",
    "assignments": "Who holds access packages",
    "organizations": "The connected organisations",
    "guests": "The provider's guest accounts",
    "homes": "Whose people some guests and holders of packages are",
    "app/reader": "The reader app",
    "app/setup": "The set-up app",
    "app/trust": "The set-up app for cross-tenant access",
    "trust": "The cross-tenant access settings",
    "stray": "What is delegated to the provider in Azure besides what was agreed to",
}
NEVER_READ = (
    "Directory roles, Azure roles besides what was agreed to be delegated, "
    "and what else an account or group of the provider was given by hand "
    "besides what stands here: the reader app has no permission to see that.",
    "Other apps of the provider: the reader app has no permission to list apps. "
    "Enterprise applications in the Entra admin center shows all.",
    "Accounts of the provider that were made members of this tenant instead of guests, "
    "unless they are in one of the groups or hold one of the packages.",
    "Apps that were put into a group besides its first twenty members: of more Microsoft tells no app.",
    "Delegations of Azure to the provider in which our app has no part: who holds what by them "
    "is shown to it nowhere. Service providers in the Azure portal shows all.",
    "The roles in Defender themselves: no documented way leads programs there.",
    "Microsoft's reviews, and whether anybody answered them: the reader app has no permission to see that.",
)
"""What no read of ours covers, so that nobody takes its silence for absence."""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    lines: Sequence[Line]
    empty: str


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
    """A group of the provider with a role in Azure has people in it whom this tenant does not know."""
    held = [each for each in lines if each.sort == "delegation"]
    if not held:
        return "Nobody was let in when it was read last."
    planned = any(not each.strange for each in held)
    where = f"“{WHOLE_SORTS[0][1]}”, further down" if planned else "“Look at this first”, at the top"
    return (
        "Nobody was let in by name when it was read last. People in groups of the provider can work in Azure "
        f"all the same: see {where}, with who was in those groups when they were read."
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


def unread(last: Survey | None) -> list[tuple[str, str]]:
    """What, and why. A group is called by its address."""
    found = last.unread.items() if last else ()
    return [(called(source), why) for source, why in found]


NAMES = {"group": "The group", "delegation": "Azure", "stray": "Azure"}


def called(source: str) -> str:
    kind, _, rest = source.partition("/")
    return SOURCES.get(source) or NAMES.get(kind, kind) + f" {rest}"

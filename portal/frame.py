"""What every page has around it: a menu, and warnings: not Microsoft, no worker runs, writing is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from onboarding import heartbeat
from tenants import stopping
from tenants.guards import Visitor
from tenants.microsoft import clouds
from tenants.people import STAFF, Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the menu. `here` also on the pages below it."""

    label: str
    url: str
    here: bool


ALL = frozenset(STAFF)
TOLD = frozenset({Role.ADMIN, Role.AUDITOR})
"""Who reads on every page that all writing is stopped, and why. Others read it where a run waits for it."""
MENU: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("My customers", "my-customers", frozenset({Role.ANALYST})),
    ("Customers", "customers", ALL),
    ("Runs", "runs", ALL),
    ("Record", "records", frozenset({Role.ADMIN, Role.AUDITOR})),
    ("Offers", "offers", frozenset({Role.ADMIN, Role.AUDITOR})),
    ("People", "people", frozenset({Role.ADMIN, Role.AUDITOR})),
)
"""Label, name of the URL, and whose it is."""


def frame(request: HttpRequest) -> dict[str, Any]:
    cloud = clouds.current()
    visitor = getattr(request, "visitor", None) or Visitor()
    staff = visitor.capabilities if visitor else frozenset()
    return {
        "not_microsoft": "" if cloud.is_microsoft else cloud.login,
        "visitor": visitor,
        "menu": menu(request.path, staff),
        "queue_asleep": heartbeat.asleep() if staff else None,
        "write_stop": stopping.standing() if staff & TOLD else None,
    }


def menu(path: str, staff: frozenset[Role]) -> list[Entry]:
    mine = [(label, reverse(name)) for label, name, whose in MENU if whose & staff]
    return [Entry(label, url, path.startswith(url)) for label, url in mine]

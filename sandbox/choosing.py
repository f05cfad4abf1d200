"""Choosing who one is at a sign-in: the likely people first, the others folded, and all of them there."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from starlette.requests import Request

from sandbox import directory, session
from sandbox.cloud import Cloud
from sandbox.store import Object

BEFORE = "Signed in in this browser"


def folded(
    cloud: Cloud, request: Request, tenants: Iterable[Object], asked: dict[str, str], home: str
) -> str:
    """Who is signed in already, the organisation that the sign-in is about, then the others, closed.

    It is about the one a hint names, else that of whom is signed in, else `home`, whose app asks.
    """
    allowed = list(tenants)
    found = session.person(cloud, request)
    before = found if found and found[0] in [each["id"] for each in allowed] else None
    first = hinted(allowed, asked) or (before[0] if before else "") or home
    known = before[1]["id"] if before else ""
    again = f"<h2>{BEFORE}</h2>{_again(cloud, *before)}" if before else ""
    return again + "".join(
        _organisation(cloud, each, known, is_open=each["id"] == first or len(allowed) == 1)
        for each in sorted(allowed, key=lambda each: each["id"] != first)
    )


def hinted(tenants: Iterable[Object], asked: dict[str, str]) -> str:
    """The id of the tenant that has the domain of `login_hint` or `domain_hint`; "" where none has."""
    of_person = asked.get("login_hint", "").rpartition("@")[2]
    wanted = (of_person or asked.get("domain_hint", "")).lower()
    for tenant in tenants:
        if wanted in [domain["name"].lower() for domain in tenant.get("domains", [])]:
            return str(tenant["id"])
    return ""


def _again(cloud: Cloud, tid: str, user: Object) -> str:
    return session.person_button(directory.tenant(cloud, tid), user, "person")


def _organisation(cloud: Cloud, tenant: Object, known: str, is_open: bool) -> str:
    people = [user for user in directory.members(cloud, tenant["id"]) if user["id"] != known]
    buttons = "".join(session.person_button(tenant, user, "person") for user in people)
    if not people:
        return ""
    state = " open" if is_open else ""
    return f"<details{state}><summary>{escape(tenant['displayName'])}</summary>{buttons}</details>"

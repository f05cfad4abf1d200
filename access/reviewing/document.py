"""What is signed of a review, as plain JSON: what was seen, what could not be, what was decided, by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from access.models import Decision
from access.who_can.lines import Line
from access.who_can.who import unread
from onboarding.models import Survey
from tenants.models import Person, Tenant

SHOWN = ("key", "sort", "name", "address", "whose", "through", "can", "how", "strange", "note", "known")
TIMES = ("since", "until", "seen_from", "seen_until")


def content(
    tenant: Tenant,
    last: Survey | None,
    lines: Iterable[Line],
    changed: list[str],
    said: Mapping[str, Decision],
) -> dict[str, Any]:
    return {
        "tenant": str(tenant.tenant_id),
        "domain": tenant.domain,
        "read_at": _moment(last.at if last else None),
        "unread": [list(each) for each in unread(last)],
        "changed": changed,
        "grants": [_grant(each, said.get(each.key)) for each in lines],
    }


def signature(person: Person, at: dt.datetime, due: dt.date | None) -> dict[str, Any]:
    known = {"oid": str(person.oid), "tid": str(person.tid)}
    signer = {"name": str(person), "address": person.email, **known}
    return {"signed_by": signer, "signed_at": _moment(at), "due": _moment(due)}


def _grant(line: Line, said: Decision | None) -> dict[str, Any]:
    shown = {name: getattr(line, name) for name in SHOWN}
    times = {name: _moment(getattr(line, name)) for name in TIMES}
    decided = {"choice": said.choice if said else "", "reason": said.reason if said else ""}
    evidence = {"evidence": [list(each) for each in line.evidence], "permissions": [n for n, _ in line.reach]}
    reach = [list(each) for each in line.reach]
    return {**shown, **times, **evidence, "reach": reach, **decided}


def _moment(moment: dt.date | None) -> str:
    return moment.isoformat() if moment else ""

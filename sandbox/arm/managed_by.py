"""The one filter the lists of delegations know: by managing tenant."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.arm.calls import Call, same
from sandbox.arm.errors import bad
from sandbox.store import Object

FILTER = re.compile(r"managedByTenantId\s+(?:eq\s+'([^']*)'|in\s*\(((?:\s*'[^']*'\s*,?)+)\))", re.IGNORECASE)
SINCE = "2022-01-01-preview"


def choose(call: Call, items: list[Object], of: Callable[[Object], str]) -> list[Object]:
    text = call.query.get("$filter", "").strip()
    found = FILTER.fullmatch(text)
    if text and (not found or call.version < SINCE):
        raise bad("InvalidFilterInQueryString", f"Invalid $filter '{text}' specified in the query string.")
    if not found:
        return items
    wanted = [found[1]] if found[1] is not None else re.findall(r"'([^']*)'", found[2])
    return [each for each in items if any(same(of(each), tenant) for tenant in wanted)]

"""What an answer of Graph means: JSON, or one of the four errors (facts/graph.md §12.1).

    429 408 424 5xx, cut, time-out, not JSON → Later      404 → NotFound
    401 403                                  → Refused    other 4xx and 3xx → Rejected

A refusal whose JSON is broken is Later, too: its code, which says what is refused, cannot be read.

After a write whose answer is missing or broken, `maybe_done` says that it may have happened all the same.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import unicodedata
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.fences import Stale

LATER_SECONDS = 5.0
LONGEST_WAIT = 3600.0
PASSING = {408, 424, 429}
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, Stale)


def read(response: httpx.Response, *, tenant_id: str, call: str, writing: bool) -> dict[str, Any] | None:
    """The JSON object of a good answer, None where it has no body; raises otherwise."""
    if not response.is_success:
        raise failure(response, tenant_id=tenant_id, call=call, writing=writing)
    if response.status_code == 204 or (writing and not response.content):
        return None
    try:
        found = json.loads(response.content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Later(LATER_SECONDS, f"{call}: the answer is not JSON", maybe_done=writing)
    return found


def failure(response: httpx.Response, *, tenant_id: str, call: str, writing: bool) -> Exception:
    status, told = response.status_code, said(response)
    code, message = told.code, told.message
    if status in PASSING or status >= 500:
        # Only 429 promises that nothing was done.
        return Later(
            retry_after(response), f"{call}: {status} {code}".strip(), maybe_done=writing and status != 429
        )
    if status == 404:
        return NotFound(f"{call}: {code}")
    if told.is_cut:
        return cut(call, status)
    if status == 401:
        return Refused("no_admin_consent", tenant=tenant_id, code=code, app="")
    if status == 403:
        reason = "no_licence" if is_licence(code, message) else "missing_permission"
        return Refused(reason, tenant=tenant_id, code=code, message=message, permission=call)
    return Rejected(status, code, message)


def cut(call: str, status: int) -> Later:
    """A refusal of which only half arrived. It refuses all the same: nothing was done."""
    return Later(LATER_SECONDS, f"{call}: {status}, and its words are broken")


def lost(error: Exception, *, call: str, writing: bool) -> Later:
    """No answer, or half of one."""
    sent = writing and not isinstance(error, UNSENT)
    return Later(LATER_SECONDS, f"{call}: {type(error).__name__}", maybe_done=sent)


def is_licence(code: str, message: str) -> bool:
    text = f"{code} {message}".lower()
    return "premiumlicense" in text or "not licensed" in text or ("needs to have" in text and "licen" in text)


@dataclass(frozen=True, slots=True)
class Said:
    """Microsoft's code and message, whatever shape they come in today, and all of it.

    `is_cut`: JSON by its own word, and none. What was cut on its way is sent again whole.
    """

    code: str
    message: str
    body: Any = None
    is_cut: bool = False


def said(response: httpx.Response) -> Said:
    try:
        body = json.loads(response.content)
    except ValueError:
        is_json = "json" in response.headers.get("Content-Type", "")
        return Said("", plain(response.text), is_cut=is_json and bool(response.content))
    error = body.get("error", {}) if isinstance(body, dict) else {}
    if not isinstance(error, dict):
        return Said(plain(error), "", body)
    return Said(plain(error.get("code", "")), plain(error.get("message", "")), body)


def plain(value: Any) -> str:
    """Text from outside, shortened, without control, bidi and other invisible characters."""
    text = value if isinstance(value, str) else json.dumps(value)
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text[:500]).strip()


def retry_after(response: httpx.Response) -> float:
    """Seconds, from a number or a date; never under one second, nor over an hour."""
    given = response.headers.get("Retry-After", "")
    try:
        seconds = float(given)
    except ValueError:
        seconds = until(given)
    if not math.isfinite(seconds) or seconds <= 0:
        return LATER_SECONDS
    return min(max(seconds, 1.0), LONGEST_WAIT)


def until(date: str) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return 0.0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return (aware - dt.datetime.now(dt.UTC)).total_seconds()

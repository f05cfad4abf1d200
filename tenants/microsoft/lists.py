"""Lists that come in pages: what one page holds, and whether the way to the next may be taken."""

from __future__ import annotations

from typing import Any

from tenants.microsoft import answers
from tenants.microsoft.errors import Later, Rejected

MOST_PAGES = 1000


def items(page: dict[str, Any]) -> list[dict[str, Any]]:
    """A list without `value` is not an empty list."""
    found = page.get("value")
    if not isinstance(found, list):
        raise Later(answers.LATER_SECONDS, "a list came without its values")
    return found


def check_link(link: str, is_ours: bool, seen: set[str]) -> None:
    """Our token goes to our own cloud only, and never twice round the same corner."""
    if not is_ours:
        raise Rejected(200, "foreignNextLink", "the list goes on at another address; it was not followed")
    if link in seen or len(seen) >= MOST_PAGES:
        raise Rejected(200, "endlessList", "the list does not end")
    seen.add(link)

"""By what other access somebody holds what a review ended: what was named is gone, and they are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onboarding.models import Grant

ACCOUNT = ("guest", "assignment", "member", "owner")
"""Whoever has one of these has an account in the tenant."""
IN_GROUP = ("member", "owner")


def found(ended: Grant, there: Sequence[Grant]) -> Iterator[Grant]:
    """Of those that are there: the same account, package, group or role."""
    yield from (each for each in there if _is_the_same(ended, each))


def _is_the_same(ended: Grant, other: Grant) -> bool:
    was, now = ended.about, other.about
    if not was["oid"] or was["oid"] != now["oid"] or ended.key == other.key:
        return False
    if was["sort"] == "guest":
        return now["sort"] in ACCOUNT
    if was["sort"] == now["sort"] == "delegation":
        return bool((was["ids"]["role"], was["can"]) == (now["ids"]["role"], now["can"]))
    if was["sort"] == now["sort"] == "assignment":
        return bool(was["ids"]["package"] == now["ids"]["package"])
    if was["sort"] in IN_GROUP and now["sort"] in IN_GROUP:
        return bool(was["ids"]["group"] == now["ids"]["group"])
    one_of_each = {was["sort"], now["sort"]} <= {"assignment", *IN_GROUP}
    return bool(one_of_each and was["tier"] and was["tier"] == now["tier"])

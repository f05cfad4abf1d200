"""Dynamic groups: filled by their rule, never by hand, and never at once (facts 2.1, 2.3, 16.16).

Looking at the groups gives the service its turn. It notices a difference between a rule and its group's
members, or has known of one since the rule was written, and puts it right `rules_after` seconds later, on the
cloud's clock.
"""

from __future__ import annotations

import datetime as dt

from sandbox.cloud import Cloud
from sandbox.graph import licences, membership_rules
from sandbox.graph.calls import Call, bad
from sandbox.graph.membership_rules import Wrong
from sandbox.store import Object

DUE = "rulesDue"
"""Collection: when each dynamic group is filled anew, where that is due."""
BY_HAND = "Members of a dynamic group cannot be changed by hand."


def is_dynamic(group: Object) -> bool:
    return "DynamicMembership" in group.get("groupTypes", [])


def check(call: Call, group: Object) -> None:
    """That Microsoft would take this group with this rule."""
    licences.need_premium(call)
    if group.get("isAssignableToRole"):
        raise bad("A dynamic group cannot be assignable to roles.")
    try:
        membership_rules.parse(group.get("membershipRule") or "")
    except Wrong as wrong:
        raise bad(f"InvalidMembershipRule: the membership rule is refused, since {wrong}.") from None


def written(cloud: Cloud, tid: str, group: Object) -> None:
    """Its rule may be another one from now on."""
    cloud.store.remove(tid, DUE, group["id"])
    if _runs(group):
        _wait(cloud, tid, group["id"])


def tick(cloud: Cloud, tid: str) -> None:
    for group in cloud.store.all(tid, "groups"):
        if _runs(group):
            _turn(cloud, tid, group)


def _runs(group: Object) -> bool:
    return is_dynamic(group) and group.get("membershipRuleProcessingState") == "On"


def _turn(cloud: Cloud, tid: str, group: Object) -> None:
    wanted = _wanted(cloud, tid, group)
    if sorted(wanted) == sorted(group.get("members", [])):
        cloud.store.remove(tid, DUE, group["id"])
        return
    due = cloud.store.get(tid, DUE, group["id"])
    if not due:
        _wait(cloud, tid, group["id"])
    elif cloud.clock.now() >= dt.datetime.fromisoformat(due["at"]):
        cloud.store.put(tid, "groups", {**group, "members": wanted})
        cloud.store.remove(tid, DUE, group["id"])


def _wait(cloud: Cloud, tid: str, id: str) -> None:
    at = cloud.clock.now() + dt.timedelta(seconds=cloud.habits.rules_after)
    cloud.store.put(tid, DUE, {"id": id, "at": at.isoformat()})


def _wanted(cloud: Cloud, tid: str, group: Object) -> list[str]:
    holds = membership_rules.parse(group["membershipRule"])
    return [user["id"] for user in cloud.store.all(tid, "users") if holds(user)]

"""What Azure says a deployment would do, beside what it may do: this delegation and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from access.azure.hand_outs import HandOut
from onboarding.delegations.template import ASSIGNMENTS, DEFINITIONS
from onboarding.words.reasons import visible

Json = dict[str, Any]
UNTOUCHED = ("Ignore",)
"""There already, in no template: Azure lists it and leaves it alone."""
UNTOLD = "Untold"
WORDS = {
    "Create": "is made",
    "Modify": "is changed",
    "NoChange": "stays as it is",
    "Deploy": "is written again; Azure does not say what changes by it",
    "Unsupported": "is written; Azure cannot say beforehand what changes by it",
    "Delete": "would be deleted",
    UNTOLD: "is written; Azure does not mention it beforehand",
}


SAFE = frozenset(WORDS) - {"Delete"}


def changes(hand_out: HandOut, answer: Mapping[str, Any]) -> list[Json]:
    """Each with whether it is one of those that the template is for; what the template is for comes first."""
    told = _worst(_told(answer))
    wanted = expected(hand_out)
    mine = [_line(id, told.get(id.lower(), {"changeType": UNTOLD}), title) for id, title in wanted.items()]
    known = {id.lower() for id in wanted}
    besides = [each for id, each in told.items() if id not in known]
    return [*mine, *(_line(str(each.get("resourceId", "")), each, "") for each in besides)]


def is_strange(change: Mapping[str, Any]) -> bool:
    return not change["title"] or change["change"] not in SAFE


def expected(hand_out: HandOut) -> dict[str, str]:
    """Id → what people call it: the definition, and one assignment a place."""
    subscription = f"/subscriptions/{hand_out.subscription}"
    places = [f"{subscription}/resourceGroups/{group}" for group in hand_out.groups] or [subscription]
    definition = f"{subscription}/providers/{DEFINITIONS}/{hand_out.definition}"
    titles = {f"{place}/providers/{ASSIGNMENTS}/{hand_out.definition}": _title(place) for place in places}
    return {definition: "What the provider's groups may do, as listed below", **titles}


def _title(place: str) -> str:
    group = place.partition("/resourceGroups/")[2]
    return f"That it holds in the resource group {group}" if group else "That it holds in the subscription"


def _told(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    properties = answer.get("properties") or {}
    for each in (*(properties.get("changes") or ()), *(properties.get("potentialChanges") or ())):
        if each.get("changeType") not in UNTOUCHED:
            yield each


def _worst(told: Iterator[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """One of each id, which Azure writes in any case: what it may not do is not hidden behind what it may."""
    found = dict[str, Mapping[str, Any]]()
    for each in told:
        id = str(each.get("resourceId", "")).lower()
        if id not in found or each.get("changeType") not in SAFE:
            found[id] = each
    return found


def _line(id: str, each: Mapping[str, Any], title: str) -> Json:
    fields = [visible(str(one.get("path", ""))) for one in each.get("delta") or ()]
    change = str(each.get("changeType", ""))
    return {"id": visible(id), "change": visible(change), "title": title, "fields": fields[:20]}

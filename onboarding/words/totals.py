"""How many of a plan's changes do what, in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import get_text_list

from onboarding.engine.plan import Action

DOES = {
    Action.CREATE: ("makes something new", "make something new"),
    Action.ADOPT: ("takes over something that is there", "take over something that is there"),
    Action.UPDATE: ("changes something that was set up before", "change something that was set up before"),
    Action.DELETE: ("deletes something that was set up before", "delete something that was set up before"),
    Action.RELEASE: ("gives something back", "give something back"),
}
"""Of one, and of more."""
TAKEN_AND_CHANGED = (f"{DOES[Action.ADOPT][0]} and changes it", f"{DOES[Action.ADOPT][1]} and change it")
UNTOUCHED = "; nothing that is there is changed, taken over or deleted"
WIDER = ("partner_inbound", "partner_outbound")
"""Kinds that touch more than themselves: what a tenant trusts of another says who of it may sign in, too."""


def total(changes: Sequence[Mapping[str, Any]]) -> str:
    """`changes`: as a plan's row keeps them. "" of none."""
    counted = Counter(map(_does, changes))
    if len(counted) == 1:
        return f"{_each(changes)}{UNTOUCHED if _stands_alone(changes) else ''}."
    ways = (*DOES.values(), TAKEN_AND_CHANGED)
    said = [f"{counted[words]} {words[counted[words] > 1]}" for words in ways if counted[words]]
    return f"Of {len(changes)} changes {get_text_list(said, 'and')}." if said else ""


def _each(alike: Sequence[Mapping[str, Any]]) -> str:
    which = f"Each of the {len(alike)} changes" if len(alike) > 1 else "The change"
    return f"{which} {_does(alike[0])[0]}"


def _does(change: Mapping[str, Any]) -> tuple[str, str]:
    if change["action"] == Action.ADOPT and change["fields"]:
        return TAKEN_AND_CHANGED
    return DOES[change["action"]]


def _stands_alone(changes: Sequence[Mapping[str, Any]]) -> bool:
    """All is new, and whatever is put into something, or decides of it, is put into what is made with it."""
    new = {change["address"] for change in changes if change["action"] == Action.CREATE}
    whole = (new.issuperset((change["address"], *change["needs"])) for change in changes)
    return all(whole) and not any(change["kind"] in WIDER for change in changes)


def sets_up(changes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether nothing is changed or taken away by them that is the provider's already."""
    return all(change["action"] in (Action.CREATE, Action.ADOPT) for change in changes)

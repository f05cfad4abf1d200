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
UNTOUCHED = "; nothing that is there is changed, taken over or deleted"
WIDER = ("partner_inbound", "partner_outbound")
"""Kinds that touch more than themselves: what a tenant trusts of another says who of it may sign in, too."""


def total(changes: Sequence[Mapping[str, Any]]) -> str:
    """`changes`: as a plan's row keeps them. "" of none."""
    counted = Counter(change["action"] for change in changes)
    if list(counted) == [Action.CREATE]:
        which = f"Each of the {len(changes)} changes" if len(changes) > 1 else "The change"
        is_wider = any(change["kind"] in WIDER for change in changes)
        return f"{which} makes something new{'' if is_wider else UNTOUCHED}."
    said = [f"{counted[does]} {words[counted[does] > 1]}" for does, words in DOES.items() if counted[does]]
    return f"Of {len(changes)} changes {get_text_list(said, 'and')}." if said else ""

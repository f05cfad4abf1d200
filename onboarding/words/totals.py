"""How many of a plan's changes do what, in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

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
UNTOUCHED = "nothing that is there is changed, taken over or deleted"


def total(actions: Sequence[str]) -> str:
    """`actions`: of each change, as a plan's row keeps it. "" of none."""
    counted = Counter(actions)
    if list(counted) == [Action.CREATE]:
        which = f"Each of the {len(actions)} changes" if len(actions) > 1 else "The change"
        return f"{which} makes something new; {UNTOUCHED}."
    said = [f"{counted[does]} {words[counted[does] > 1]}" for does, words in DOES.items() if counted[does]]
    return f"Of {len(actions)} changes {get_text_list(said, 'and')}." if said else ""

"""One task of the customer's own people, and the words for how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from access.who_can import by_hand
from onboarding.behind import UNSEEN

OPEN = ("Still to do", "yellow")
MAY = ("Can be done", "blue")
SEEN = ("Seen done", "green")
SAID = ("Confirmed by name, not checked", "azure")
UNKNOWN = ("Not known", "orange")


@dataclass(frozen=True, slots=True)
class Task:
    """`state`: a word and its colour. `act`: what is confirmed by name, where nothing can be read.

    `lines`: what to type, each under what it does."""

    title: str
    why: str
    role: str
    steps: Sequence[str]
    url: str
    copy: str
    state: tuple[str, str]
    at: datetime | None = None
    by: str = ""
    act: by_hand.Act | None = None
    lines: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.state not in (SEEN, SAID)

    @property
    def is_due(self) -> bool:
        """Not what may be done as well as left, nor what nobody knows of or has anything to do for."""
        return self.is_open and self.state not in (MAY, UNKNOWN, UNSEEN)


def as_said(act: by_hand.Act, names: Mapping[str, str]) -> tuple[tuple[str, str], datetime | None, str]:
    """Of what nothing can be read: its state, when it was confirmed by name, and by whom of `names`."""
    return (SAID, act.said.at, names[act.said.by]) if act.said else (OPEN, None, "")

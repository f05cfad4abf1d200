"""Two kinds of bad news from Microsoft, and two plain answers.

    Exception
    ├── Later        nobody must act: throttled, not replicated yet, answer lost
    ├── Refused      a person must act: the reason's words are in onboarding/words/reasons.py
    ├── NotFound     the service says there is no such object (it may lag)
    └── Rejected     the service understood and said no; the caller knows what that means

Anything else is a bug and may crash.
"""

from __future__ import annotations


class Later(Exception):
    """Try again after `seconds`. `maybe_done`: a write was sent, and nothing tells what became of it."""

    def __init__(self, seconds: float, why: str, *, maybe_done: bool = False) -> None:
        super().__init__(f"{why} (again in {seconds:g} s)")
        self.seconds = seconds
        self.why = why
        self.maybe_done = maybe_done


class InProgress(Later):
    """Microsoft took what was sent and is still at it. It names no time: `seconds` is the longest to wait."""


class Refused(Exception):
    """A person must act. `reason` is an id with words in reasons.py; `facts` fill the gaps in them.

    `maybe_done`: a write was accepted before, and what was refused is to see what it made.
    """

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason)
        self.maybe_done = False
        self.reason = reason
        self.facts = facts


class NotFound(Exception):
    """404. Absent, or not replicated yet: only the caller can tell."""


class Rejected(Exception):
    """Another 4xx, with Microsoft's own code and message; and all it said, where the words lie deeper."""

    def __init__(self, status: int, code: str, message: str, body: object = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.body = body

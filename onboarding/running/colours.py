"""The colour that repeats a step's state, which always stands beside it in words."""

from __future__ import annotations

from onboarding.models import Step

S = Step.State
COLOURS: dict[str, str] = {
    S.VERIFIED: "green",
    S.RUNNING: "blue",
    S.WRITTEN: "blue",
    S.CUSTOMER: "yellow",
    S.MICROSOFT: "cyan",
    S.FAILED: "red",
}

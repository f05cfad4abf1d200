"""Names as an offer keeps them: text with gaps in braces, filled in for each customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from onboarding.gaps import fits, spelled

LONGEST = 120


class PlainField(forms.CharField):
    """One line. What is typed here stands in customers' tenants later: nothing that does not show."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value.isprintable():
            raise forms.ValidationError("Type a line without control characters.")


class LongField(PlainField):
    """One line that is long: shown whole while it is typed, and what is broken is joined again."""

    widget = forms.Textarea(attrs={"rows": 5})

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").splitlines())


class TemplateField(PlainField):
    """Only the gaps that will be filled in."""

    def __init__(self, gaps: Sequence[str], *, label: str, required: bool = True) -> None:
        self.gaps = gaps
        filled = f"Filled in: {spelled(gaps)}."
        super().__init__(max_length=LONGEST, label=label, required=required, help_text=filled)

    def validate(self, value: str) -> None:
        super().validate(value)
        if not fits(value, self.gaps):
            raise forms.ValidationError(f"Braces may hold these words only: {spelled(self.gaps)}.")

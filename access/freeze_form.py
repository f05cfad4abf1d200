"""One freeze window as typed. Times are UTC, as everywhere on the pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import now

from onboarding.wizard.forms import for_ever, near

WHEN = {"required": "Say when it begins and when it ends.", "invalid": "Type a day and a time."}


class FreezeForm(forms.Form):
    begins = forms.DateTimeField(error_messages=WHEN, validators=[near])
    ends = forms.DateTimeField(error_messages=WHEN, validators=[near])
    why = forms.CharField(
        max_length=120, validators=[for_ever], error_messages={"required": "Say what it is for."}
    )

    def clean(self) -> dict[str, Any]:
        begins, ends = self.cleaned_data.get("begins"), self.cleaned_data.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", "The end must come after the beginning.")
        elif ends and ends <= now():
            self.add_error("ends", "This window is over already.")
        return self.cleaned_data

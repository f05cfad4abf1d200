"""The guard pack as a reviewer of the customer fills it in; each mistake is told at its field."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from onboarding.azure_places import GROUP
from onboarding.delegations.guards import PARTS
from onboarding.wizard.forms import for_ever
from onboarding.words.reasons import visible
from tenants.microsoft.discovery import is_guid

MOST = 50
MOST_TYPED = 4000
BETWEEN = re.compile(r"[\s,;]+")


class GuardForm(forms.Form):
    """`own` is the customer's tenant, `provider` are those that are in the list in any case."""

    parts = forms.MultipleChoiceField(
        choices=[(part, part) for part in PARTS],
        error_messages={"required": "Tick at least one of the three."},
    )
    tenants = forms.CharField(max_length=MOST_TYPED, required=False)
    subscriptions = forms.CharField(
        max_length=MOST_TYPED, error_messages={"required": "Name at least one subscription."}
    )
    email = forms.EmailField(
        max_length=254,
        required=False,
        validators=[for_ever],
        error_messages={"invalid": "Type one e-mail address."},
    )
    group = forms.CharField(max_length=90, required=False)

    def __init__(self, own: str, provider: tuple[str, ...], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.own, self.provider = own, provider

    def clean_tenants(self) -> list[str]:
        named = ids(self.cleaned_data["tenants"], "a tenant's id")
        if self.own in named:
            raise forms.ValidationError("That is your own tenant: it needs no delegation, so leave it out.")
        return [each for each in named if each not in self.provider]

    def clean_subscriptions(self) -> list[str]:
        return ids(self.cleaned_data["subscriptions"], "a subscription's id")

    def clean_group(self) -> str:
        group = str(self.cleaned_data["group"])
        if group and not GROUP.fullmatch(group):
            words = (
                "letters, digits, hyphens, underscores, brackets and full stops, not ending in a full stop"
            )
            raise forms.ValidationError(f"Azure takes in such a name only {words}.")
        return group

    def clean(self) -> dict[str, Any]:
        """Whom to tell and where only matters to the alert."""
        if "alert" in self.cleaned_data.get("parts", ()):
            self._need("email", "Say whom the alert tells.")
            self._need("group", "Say in which resource group the alert is to be.")
        return self.cleaned_data

    def _need(self, name: str, words: str) -> None:
        if name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, words)


def ids(typed: str, what: str) -> list[str]:
    """Each once, however they were set apart; the first that is none is named."""
    found = list(dict.fromkeys(each.lower() for each in BETWEEN.split(typed) if each))
    if odd := [each for each in found if not is_guid(each)]:
        raise forms.ValidationError(
            f"“{visible(odd[0][:60])}” is not {what}: 32 hexadecimal digits in groups."
        )
    if len(found) > MOST:
        raise forms.ValidationError(f"At most {MOST} can be named.")
    return found

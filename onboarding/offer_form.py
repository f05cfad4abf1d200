"""The form that makes a new version of an offer: its fields are those of the version it starts from."""

from __future__ import annotations

from typing import Any

from django import forms

from onboarding.forms import APPROVAL
from onboarding.offer_words import POLICY, SILENCE
from onboarding.planes import cross_tenant_access

LONGEST_DAYS = 3650
TRUST = "cross_tenant_access"


class EditForm(forms.Form):
    """`version` is the one that was seen. Tiers keep their short names: groups are found by them."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    name = forms.CharField(max_length=120)
    approval = forms.ChoiceField(choices=list(APPROVAL.items()), label="Who lets analysts in")
    trust = forms.BooleanField(required=False, label=cross_tenant_access.LABEL)
    analysts_group = forms.CharField(
        max_length=256, required=False, label="The analysts' group in our own tenant, by its name there"
    )

    def __init__(self, document: dict[str, Any], data: Any = None) -> None:
        super().__init__(data, initial=_typed(document))
        self.document = document
        for tier in document["tiers"]:
            label, can = f"{tier['slug']}-label", f"{tier['slug']}-can"
            self.fields[label] = forms.CharField(max_length=60, label=f"{tier['label']}: label")
            self.fields[can] = forms.CharField(max_length=300, label=f"{tier['label']}: what it can do")
        for key in document["policy"]:
            self.fields[key] = _field(key)
        for field in self.fields.values():
            field.widget.attrs["class"] = _look(field)

    def clean(self) -> dict[str, Any]:
        """What is typed here stands in customers' tenants later: nothing that does not show."""
        given: dict[str, Any] = self.cleaned_data
        for name, value in list(given.items()):
            if isinstance(value, str) and not value.isprintable():
                self.add_error(name, "Type a line without control characters.")
        if given.get("trust") and not given.get("analysts_group"):
            self.add_error("analysts_group", "Name the one group that may come as guests.")
        return given

    def changes(self) -> dict[str, Any]:
        """The parts of the document as they were typed."""
        given = self.cleaned_data
        tiers = [
            {**tier, "label": given[f"{tier['slug']}-label"], "can": given[f"{tier['slug']}-can"]}
            for tier in self.document["tiers"]
        ]
        policy = {key: given[key] for key in self.document["policy"]}
        named = {"name": given["name"], "approval": given["approval"], "tiers": tiers, "policy": policy}
        return named | self._ways_in()

    def _ways_in(self) -> dict[str, Any]:
        """Trust comes and goes; the group's name is kept for when it comes back."""
        given, planes = self.cleaned_data, [plane for plane in self.document["planes"] if plane != TRUST]
        group = {"analysts_group": given["analysts_group"]} if given["analysts_group"] else {}
        return {"planes": planes + ([TRUST] if given["trust"] else []), **group}


def _typed(document: dict[str, Any]) -> dict[str, Any]:
    tiers = {f"{tier['slug']}-{key}": tier[key] for tier in document["tiers"] for key in ("label", "can")}
    kept = {key: document[key] for key in ("version", "name", "approval")}
    ways = {"trust": TRUST in document["planes"], "analysts_group": document.get("analysts_group", "")}
    return {**kept, **ways, **tiers, **document["policy"]}


def _look(field: forms.Field) -> str:
    if isinstance(field, forms.BooleanField):
        return "form-check-input"
    return "form-select" if isinstance(field, forms.ChoiceField) else "form-control"


def _field(key: str) -> forms.Field:
    if key == "on_review_silence":
        return forms.ChoiceField(choices=list(SILENCE.items()), label=POLICY[key])
    return forms.IntegerField(min_value=1, max_value=LONGEST_DAYS, label=POLICY[key])

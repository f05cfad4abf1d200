"""Which analyst is given which customer, as a form: on People for all, on a hand-over for its customer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from onboarding import giving, offers
from tenants import members
from tenants.models import Customer, Person

CHOICES = ("person", "customer", "tier")
NUMBER = re.compile(r"\d{1,18}", re.ASCII)
CHECKED = "checked"
"""In an address: what stands there was sent, and was wrong."""


def _select() -> forms.Select:
    return forms.Select({"class": "form-select"})


class GiveForm(forms.Form):
    """Only people of the provider, customers here and levels that stand for them, as they are now."""

    person = forms.ModelChoiceField(
        Person.objects.none(),
        empty_label="Choose an analyst",
        label="Analyst",
        widget=_select(),
        error_messages={"required": "Choose an analyst."},
    )
    customer = forms.ModelChoiceField(
        Customer.objects.prefetch_related("tenants").order_by("name"),
        empty_label="Choose a customer",
        widget=_select(),
        error_messages={"required": "Choose a customer."},
    )
    tier = forms.ChoiceField(choices=lambda: list(offers.labels().items()), widget=_select())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = members.analysts()  # type: ignore[attr-defined]
        self.fields["customer"].label_from_instance = in_full  # type: ignore[attr-defined]

    def clean(self) -> None:
        """What is sold somewhere need not stand for this customer."""
        customer, tier = self.cleaned_data.get("customer"), self.cleaned_data.get("tier")
        if customer and tier and (why := giving.why_not(customer, tier)):
            self.add_error("tier", why)


def in_full(customer: Customer) -> str:
    return customer.in_full


def chosen(asked: Mapping[str, str]) -> dict[str, str]:
    """What stands in an address of it. A number that is none, or longer than any row's, chooses nothing."""
    said = {name: asked[name] for name in CHOICES if name in asked}
    return {name: value for name, value in said.items() if name == "tier" or NUMBER.fullmatch(value)}


def of_address(asked: Mapping[str, str]) -> GiveForm:
    """With its mistakes beside the fields, where something was sent that could not be done."""
    said = chosen(asked)
    return GiveForm(said) if CHECKED in asked else GiveForm(initial=said)


def of_one(customer: Customer, asked: Mapping[str, str]) -> GiveForm | None:
    """For one customer, with the levels that stand there, the first chosen; None where none stands."""
    levels = giving.levels(customer)
    standing = [(slug, label) for slug, label in offers.labels().items() if slug in levels]
    if not standing:
        return None
    form = of_address({**asked, "customer": str(customer.pk)})
    form.fields["customer"].widget = forms.HiddenInput()
    form.fields["tier"].choices = standing  # type: ignore[attr-defined]
    return form

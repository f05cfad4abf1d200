"""What people type into the wizard, checked; a mistake is told at its field and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.text import capfirst, slugify
from django.utils.timezone import now

from onboarding import azure_places, offers, pools
from onboarding.agreeing import files
from onboarding.intake import is_address
from onboarding.planes import lighthouse
from onboarding.planes.access_packages import APPROVAL_WORDS
from onboarding.wizard import owners
from onboarding.wizard.drafts import LISTS
from tenants import ledger
from tenants.microsoft.errors import Refused

MOST_TYPED = 10_000
MOST_YEARS = 50
APPROVAL = {
    "customer": "The customer approves each request",
    "lead": "Our lead approves, the customer reviews",
    "both": "The customer or our lead approves",
}


class NewTenant(forms.Form):
    """`seen` is the tenant id a person was shown; without it, it is looked up first.

    `owner` is the customer who was chosen then, or "new". Without a name the domain proposes one.
    """

    place = forms.CharField(max_length=260)
    customer = forms.CharField(max_length=200, required=False)
    seen = forms.UUIDField(required=False)
    owner = forms.CharField(max_length=63, required=False)

    def clean_seen(self) -> str:
        return str(self.cleaned_data["seen"] or "")

    def clean_customer(self) -> str:
        name: str = self.cleaned_data["customer"].strip()
        name = name or owners.proposed(self.cleaned_data.get("place", ""))
        if not name and not self.cleaned_data.get("place"):
            return name  # what is missing is said above
        if not name:
            raise forms.ValidationError("Type the company's name: what stands above does not say it.")
        if not name.isprintable() or not slugify(name):
            raise forms.ValidationError("Type a name with at least one letter or digit from a to z.")
        return name

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("seen") and not self.cleaned_data.get("owner"):
            self.add_error("owner", "Say whose tenant this is.")
        return self.cleaned_data

    @property
    def slug(self) -> str:
        return str(slugify(self.cleaned_data["customer"]))[:63].strip("-")


class Versioned(forms.Form):
    """`version` is the draft its person saw."""

    version = forms.IntegerField(min_value=1)


class OfferForm(Versioned):
    offer = forms.CharField(max_length=63, error_messages={"required": "Choose one of the offers."})
    tiers = forms.MultipleChoiceField(error_messages={"required": "Tick at least one tier."})
    approval = forms.ChoiceField(
        choices=list(APPROVAL.items()), error_messages={"required": "Say who approves."}
    )

    azure = forms.Field(required=False)
    """Filled from the lines beside the chosen offer: each offer for Azure has its own."""

    pool = forms.Field(required=False)
    """As the places: one that is here already, or NEW_POOL and its name beside it."""

    def __init__(self, data: Mapping[str, Any], here: Collection[str]) -> None:
        """`here`: the pools that are known."""
        offer, self.here = data.get("offer") or "", here
        super().__init__(beside(data, offer))
        chosen = offers.documents().get(offer)
        listed = chosen["tiers"] if chosen else []
        self.fields["tiers"].choices = [(tier["slug"], tier["label"]) for tier in listed]  # type: ignore[attr-defined]

    def clean_offer(self) -> str:
        if self.cleaned_data["offer"] not in offers.documents():
            raise forms.ValidationError("Choose one of the offers.")
        return str(self.cleaned_data["offer"])

    def clean(self) -> dict[str, Any]:
        """Places in Azure count only for an offer that is for Azure; another one keeps nothing of them."""
        given: dict[str, Any] = self.cleaned_data
        offer = given.get("offer", "")
        places = self._places(offer, self.places(offer).splitlines())
        return {**given, "azure": places, "pool": self._pool(offer)}

    def ticked(self, offer: str, document: dict[str, Any]) -> list[str]:
        """As typed; beside an offer that nobody has chosen yet, all."""
        if isinstance(self.data, QueryDict) and f"tiers-{offer}" in self.data:
            return self.data.getlist(f"tiers-{offer}")
        chosen = self.data.get("offer") == offer
        return self["tiers"].value() or [] if chosen else [tier["slug"] for tier in document["tiers"]]

    def places(self, offer: str) -> str:
        """As typed."""
        return str(self.data.get(f"azure-{offer}") or "")[:MOST_TYPED]

    def _places(self, offer: str, typed: list[str]) -> list[str]:
        if "lighthouse" not in offers.documents().get(offer, {}).get("planes", ()):
            return []
        try:
            found = azure_places.scopes(typed)
        except Refused as refused:
            self.add_error("azure", f"{capfirst(refused.facts['why'])}.")
            return []
        if not found:
            self.add_error("azure", "Name at least one subscription or resource group.")
        return found

    def pool_of(self, offer: str) -> str:
        """As chosen: "" for none, NEW_POOL for the one that is typed."""
        return str(self.data.get(f"pool-{offer}") or "")

    def new_pool(self, offer: str) -> str:
        """As typed."""
        return str(self.data.get(f"new-pool-{offer}") or "")

    def _pool(self, offer: str) -> str:
        if not takes_pool(offers.documents().get(offer, {})) or not (chosen := self.pool_of(offer)):
            return ""
        typed = self.new_pool(offer).strip() if chosen == NEW_POOL else chosen
        try:
            found = pools.checked(typed, here=self.here)
        except Refused as refused:
            self.add_error("pool", f"{capfirst(refused.facts['why'])}.")
            return ""
        if chosen == NEW_POOL and (not found or found in self.here):
            self.add_error("pool", ALREADY if found else NO_NAME)
        return found


NEW_POOL = "+"
NO_NAME = "Type a name for the new pool, or choose another answer."
ALREADY = "A pool of this name is here already: choose it above, where it is said who is in it."


def takes_pool(document: Mapping[str, Any]) -> bool:
    return "lighthouse" in document.get("planes", ()) and lighthouse.takes_pool(document["lighthouse"])


def beside(data: Mapping[str, Any] | None, offer: str) -> Mapping[str, Any] | None:
    """The page has boxes for the tiers of every offer: only those beside the chosen one were meant."""
    if not isinstance(data, QueryDict) or "tiers" in data:
        return data
    meant = data.copy()
    meant.setlist("tiers", data.getlist(f"tiers-{offer}"))
    return meant


def approvals() -> list[tuple[str, str, str]]:
    """Each choice with what it is called and what it means."""
    return [(slug, label, APPROVAL_WORDS[slug]) for slug, label in APPROVAL.items()]


class PeopleForm(Versioned):
    """Addresses in rows of one name a role; empty rows are nothing. `odd` are those that are no address.

    `same`: who approves is a reviewer, too, beside those who are typed as one.
    """

    def __init__(self, data: QueryDict, needed: Collection[str]) -> None:
        super().__init__(data)
        self.typed = {name: _filled(data.getlist(name)) for name in LISTS.values()}
        self.same = "same" in data and "approvers" in needed
        self.odd = {each for named in self.typed.values() for each in named if not is_address(each)}
        self.lacking = {
            name: missing
            for name, missing in NEEDED.items()
            if name in needed and not self.typed[name] and not (name == "reviewers" and self.same)
        }

    def clean(self) -> dict[str, Any]:
        if self.odd:
            self.add_error(None, "Some of what was typed is no e-mail address or sign-in name; see below.")
        for missing in self.lacking.values():
            self.add_error(None, missing)
        more = {"reviewers": self.typed["approvers"] if self.same else []}
        typed = {
            name: list(dict.fromkeys(map(str.lower, [*named, *more.get(name, [])])))
            for name, named in self.typed.items()
        }
        return {**self.cleaned_data, **typed}


NEEDED = {
    "approvers": "Name at least one person who approves, better two.",
    "reviewers": "Name at least one person who may agree and review.",
}


def _filled(rows: list[str]) -> list[str]:
    return [each.strip() for each in rows if each.strip()]


def near(day: date) -> None:
    """A day that nobody means, near the end of all days, could not be reckoned with or kept."""
    if abs(day.year - now().year) > MOST_YEARS:
        raise forms.ValidationError(f"Type a day within {MOST_YEARS} years of today.")


class ScheduleForm(Versioned):
    """Times are UTC, as everywhere on the pages."""

    change_number = forms.CharField(max_length=60, required=False)
    not_before = forms.DateTimeField(
        required=False,
        validators=[near],
        error_messages={"invalid": "Type a date and a time, such as 2026-12-01 18:00."},
    )

    def clean_change_number(self) -> str:
        number: str = self.cleaned_data["change_number"]
        if number and not number.isprintable():
            raise forms.ValidationError("The change number must be one line.")
        return number


def for_ever(text: str) -> None:
    """What the record keeps and pages print: nothing that does not show, and no secret pasted in."""
    if not text.isprintable() or ledger.holds_secret(text):
        raise forms.ValidationError("Type it in plain characters, without any secret.")


class PaperForm(forms.Form):
    """`number` is that of the plan which the person was shown.

    `held` names a file that was uploaded with an earlier try: browsers do not send it again by themselves.
    """

    file = forms.FileField(
        required=False,
        error_messages={"empty": "This file is empty. Choose the signed paper again."},
    )
    held = forms.CharField(max_length=64, required=False)
    number = forms.CharField(max_length=64)
    by = forms.CharField(max_length=320, error_messages={"required": "Say which reviewer agreed."})
    reference = forms.CharField(
        max_length=120,
        validators=[for_ever],
        error_messages={"required": "Say where the paper is, such as a contract's number."},
    )
    reason = forms.CharField(
        max_length=70,
        validators=[for_ever],
        error_messages={"required": "Say why it was not agreed to by signing in."},
    )

    def clean_file(self) -> UploadedFile[Any] | None:
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > files.MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        if file is not None and not files.kind_of(file.read()):
            raise forms.ValidationError(NO_PAPER)
        return file


TOO_LARGE = "This file is larger than 5 MB. Scan the paper in grey, or with fewer dots an inch."
NO_PAPER = "This is no whole PDF, PNG or JPEG, whatever it is called. Scan or save the paper as one of them."

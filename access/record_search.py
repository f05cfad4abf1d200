"""What of a record is looked for: words, and days. People are found by what they are called today."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from onboarding.wizard.forms import near
from tenants.models import LedgerEntry, Person

DAY = {"invalid": "Type a day as year-month-day, for example 2026-11-21."}
DAY_LONG = timedelta(days=1)


class SearchForm(forms.Form):
    """Days are whole and UTC, both included; without one it goes to the end of the record."""

    q = forms.CharField(required=False)
    first = forms.DateField(required=False, error_messages=DAY, validators=[near])
    last = forms.DateField(required=False, error_messages=DAY, validators=[near])

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("last", "The last day comes before the first.")
        return self.cleaned_data


def found(entries: QuerySet[LedgerEntry], form: SearchForm) -> QuerySet[LedgerEntry]:
    """Nothing while the days cannot be read: all would look like an answer."""
    if not form.is_valid():
        return entries.none()
    said = form.cleaned_data
    if said["first"]:
        entries = entries.filter(at__gte=datetime.combine(said["first"], time.min, UTC))
    if said["last"]:
        entries = entries.filter(at__lt=datetime.combine(said["last"] + DAY_LONG, time.min, UTC))
    return entries.filter(about(said["q"])) if said["q"] else entries


def about(words: str) -> Q:
    people = actors(words)
    return (
        Q(actor__icontains=words)
        | Q(verb__icontains=words)
        | Q(subject__icontains=words)
        | Q(customer__name__icontains=words)
        | Q(actor__in=people)
        | Q(subject__in=people)
    )


def actors(words: str) -> QuerySet[Any]:
    """As Person.actor has it, for everybody who is called so."""
    people = Person.objects.filter(Q(name__icontains=words) | Q(email__icontains=words))
    number = Cast("pk", CharField())
    return people.annotate(said=Concat(Value("person "), number, output_field=CharField())).values("said")

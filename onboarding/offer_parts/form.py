"""The form that makes a new version of an offer: its fields are those of the version it starts from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from onboarding.offer_parts import PARTS

EMPTY = "This cannot stay empty: it stands in the plan and in the customer's tenant."


class EditForm(forms.Form):
    """`version` is the one that was seen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, document: dict[str, Any], data: Any = None) -> None:
        typed = {name: value for part in PARTS for name, value in part.typed(document).items()}
        super().__init__(data, initial=typed)
        self.document = document
        for part in PARTS:
            self.fields |= part.fields(document)
        for field in self.fields.values():
            field.widget.attrs["class"] = _look(field)
            field.error_messages["required"] = EMPTY

    def clean(self) -> dict[str, Any]:
        """What is told already at a field is not told twice."""
        given: dict[str, Any] = self.cleaned_data
        told = set(self.errors)
        for part in PARTS:
            for name, said in part.mistakes(self.document, dict(given)):
                if name not in told:
                    self.add_error(name, said)
        return given

    def changes(self) -> dict[str, Any]:
        """The parts of the document as they were typed."""
        made = (part.changes(self.document, self.cleaned_data) for part in PARTS)
        return {key: value for each in made for key, value in each.items()}

    def sections(self) -> Iterator[dict[str, Any]]:
        for part in PARTS:
            for section in part.sections(self.document):
                boxes = [self[name] for name in section.names]
                yield {"title": section.title, "words": section.words, "fields": boxes}


def _look(field: forms.Field) -> str:
    if isinstance(field, forms.BooleanField):
        return "form-check-input"
    return "form-select" if isinstance(field, forms.ChoiceField) else "form-control"

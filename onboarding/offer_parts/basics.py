"""The offer's own name, who lets analysts in, and trust between the tenants."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms

from onboarding.offer_parts import names
from onboarding.offer_parts.gaps import PlainField, TemplateField
from onboarding.offer_parts.section import Document, Given, Mistake, Section
from onboarding.planes import PLANES, cross_tenant_access
from onboarding.wizard.forms import APPROVAL

TRUST = "cross_tenant_access"


def fields(document: Document) -> dict[str, forms.Field]:
    return {
        "name": PlainField(max_length=120),
        "approval": forms.ChoiceField(choices=list(APPROVAL.items()), label="Who lets analysts in"),
        "trust": forms.BooleanField(required=False, label=cross_tenant_access.LABEL),
        "analysts_group": TemplateField(
            names.EVERYWHERE, label="The analysts' group in our own tenant, by its name there", required=False
        ),
    }


def sections(document: Document) -> Iterator[Section]:
    yield Section("The offer", tuple(fields(document)))


def typed(document: Document) -> Given:
    kept = {key: document[key] for key in ("version", "name", "approval")}
    group = document.get("analysts_group", "")
    return {**kept, "trust": TRUST in document["planes"], "analysts_group": group}


def mistakes(document: Document, given: Given) -> Iterator[Mistake]:
    if given.get("trust") and not given.get("analysts_group"):
        yield "analysts_group", "Name the one group that may come as guests."


def changes(document: Document, given: Given) -> Document:
    """Trust comes and goes; the group's name is kept for when it comes back."""
    chosen = {*document["planes"]} - {TRUST} | ({TRUST} if given["trust"] else set())
    group = {"analysts_group": given["analysts_group"]} if given["analysts_group"] else {}
    named = {"name": given["name"], "approval": given["approval"]}
    return {**named, "planes": [plane for plane in PLANES if plane in chosen], **group}

"""The tiers of an offer: renamed, left out, and one new one a version. The short name never changes.

Groups and packages are found by the short name; a new tier gets its own from its label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django import forms
from django.utils.text import slugify

from onboarding.offer_parts.gaps import LongField, PlainField
from onboarding.offer_parts.section import Document, Given, Mistake, Section
from onboarding.planes.access_packages import APPROVERS
from onboarding.words.offer_words import azure_roles

NEW = "new"
TAKEN = frozenset({APPROVERS, NEW})
"""The approvers have a group and a package under this name; the other one is this form's own."""


def fields(document: Document) -> dict[str, forms.Field]:
    made: dict[str, forms.Field] = {}
    for tier in document["tiers"]:
        label, can, out = _names(tier["slug"])
        made[label] = PlainField(max_length=60, label=f"{tier['label']}: label")
        made[can] = LongField(max_length=300, label=f"{tier['label']}: what it can do")
        goes = _goes(tier, azure_roles(document, tier["slug"]))
        made[out] = forms.BooleanField(required=False, label=f"Leave {tier['label']} out", help_text=goes)
    return made | {
        f"{NEW}-label": PlainField(max_length=60, required=False, label="New tier: label"),
        f"{NEW}-can": LongField(max_length=300, required=False, label="New tier: what it can do"),
    }


def _goes(tier: Document, held: list[str]) -> str:
    said = f"Where a customer is planned again, accesses of {tier['label']} end; its group and package go."
    return f"{said} So does what it holds in Azure: {'; '.join(held)}." if held else said


def _names(slug: str) -> tuple[str, str, str]:
    return f"{slug}-label", f"{slug}-can", f"{slug}-out"


def sections(document: Document) -> Iterator[Section]:
    for tier in document["tiers"]:
        yield Section(tier["label"], _names(tier["slug"]))
    azure = " It has no role in Azure unless you give it one below." if "lighthouse" in document else ""
    yield Section(
        "A new tier",
        (f"{NEW}-label", f"{NEW}-can"),
        "Leave it empty if there is to be none. Its group and package get their names from the templates "
        f"below.{azure}",
    )


def typed(document: Document) -> Given:
    return {f"{tier['slug']}-{key}": tier[key] for tier in document["tiers"] for key in ("label", "can")}


def mistakes(document: Document, given: Given) -> Iterator[Mistake]:
    stay = [tier for tier in document["tiers"] if not given.get(f"{tier['slug']}-out")]
    if not stay and not given.get(f"{NEW}-label"):
        yield f"{document['tiers'][-1]['slug']}-out", "An offer needs at least one tier."
    yield from _new(document, given)
    called = {f"{tier['slug']}-label": given.get(f"{tier['slug']}-label", "") for tier in stay}
    called[f"{NEW}-label"] = given.get(f"{NEW}-label", "")
    times = Counter(label.casefold() for label in called.values() if label)
    for field, label in called.items():
        if times[label.casefold()] > 1:
            yield field, "Two tiers would have this label, and groups of one name. Choose another."


def _new(document: Document, given: Given) -> Iterator[Mistake]:
    label, can, slug = given.get(f"{NEW}-label"), given.get(f"{NEW}-can"), slug_of_new(given)
    if can and not label:
        yield f"{NEW}-label", "Give the new tier a label, or leave both fields empty."
    if label and not can:
        yield f"{NEW}-can", "Say what the new tier can do: customers read it before they agree."
    if label and not slug:
        yield f"{NEW}-label", "Type a label with at least one letter or digit from a to z."
    if slug in TAKEN:
        yield f"{NEW}-label", f"The short name “{slug}” is taken by the portal itself. Choose another label."
    if slug in {tier["slug"] for tier in document["tiers"]}:
        yield f"{NEW}-label", f"A tier has the short name “{slug}” already. Choose another label."


def slug_of_new(given: Given) -> str:
    return str(slugify(given.get(f"{NEW}-label") or ""))


def after(document: Document, given: Given) -> list[Document]:
    """The tiers of the new version."""
    stay = [tier for tier in document["tiers"] if not given.get(f"{tier['slug']}-out")]
    kept = [{**tier, **{key: given[f"{tier['slug']}-{key}"] for key in ("label", "can")}} for tier in stay]
    if not given.get(f"{NEW}-label"):
        return kept
    new = {"slug": slug_of_new(given), "label": given[f"{NEW}-label"], "can": given[f"{NEW}-can"]}
    return [*kept, new]


def changes(document: Document, given: Given) -> Document:
    return {"tiers": after(document, given)}

"""What groups, packages, catalog and policies are called and described as: templates, the brand in front."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django import forms

from onboarding.offer_parts import tiers
from onboarding.offer_parts.gaps import TemplateField
from onboarding.offer_parts.section import Document, Given, Mistake, Section
from onboarding.words.offer_words import described_key, descriptions, spoken_key
from tenants.models import Provider

EVERYWHERE = ("brand", "provider")
LONGEST_NAME = 256
"""Of a group in Microsoft's directory (facts, graph.md 2.1)."""
APART = {"tier_group": "approvers_group", "tier_package": "approvers_package"}
"""Names of one sort: no two of them may be the same, or neither is found again."""
ALSO = {"package": ("name",), "policy": ("name",), "tier_package": ("name", "tier", "can")}
"""What some descriptions may hold besides."""


def fields(document: Document) -> dict[str, forms.Field]:
    named: dict[str, forms.Field] = {f"name-{key}": _named(key) for key in document["names"]}
    return named | {f"described-{key}": _described(key) for key in descriptions(document)}


def _named(key: str) -> TemplateField:
    gaps = (*EVERYWHERE, "tier") if key.startswith("tier_") else EVERYWHERE
    return TemplateField(gaps, label=f"Name of the {spoken_key(key)}")


def _described(key: str) -> TemplateField:
    return TemplateField((*EVERYWHERE, *ALSO.get(key, ())), label=f"Description of the {described_key(key)}")


def sections(document: Document) -> Iterator[Section]:
    yield Section(
        "Names and descriptions",
        tuple(fields(document)),
        "A tier's group is described by what the tier can do. Where a customer is planned again, "
        "what stands there is renamed and not made anew.",
    )


def typed(document: Document) -> Given:
    named = {f"name-{key}": value for key, value in document["names"].items()}
    return named | {f"described-{key}": value for key, value in descriptions(document).items()}


def mistakes(document: Document, given: Given) -> Iterator[Mistake]:
    if not all(f"{tier['slug']}-label" in given for tier in document["tiers"]):
        return
    labels = [tier["label"] for tier in tiers.after(document, {f"{tiers.NEW}-can": "", **given})]
    for key, other in APART.items():
        template, approvers = given.get(f"name-{key}"), given.get(f"name-{other}")
        if template and approvers:
            yield from _unfit(f"name-{key}", template, approvers, labels)


def _unfit(field: str, template: str, other: str, labels: list[str]) -> Iterator[Mistake]:
    ours = Provider.objects.first()
    gaps = {"brand": ours.brand if ours else "{brand}", "provider": ours.name if ours else "{provider}"}
    made = [template.format(tier=label, **gaps) for label in labels] + [other.format(**gaps)]
    twice = [name for name, times in Counter(map(str.casefold, made)).items() if times > 1]
    if twice:
        yield field, f"Two would be called “{twice[0]}”. Use {{tier}} in the name, and words of its own."
    if max(map(len, made)) > LONGEST_NAME:
        yield field, f"Filled in, this is longer than the {LONGEST_NAME} characters that Microsoft takes."


def changes(document: Document, given: Given) -> Document:
    """Descriptions are kept only once one of them is another than the usual."""
    names = {key: given[f"name-{key}"] for key in document["names"]}
    said = {key: given[f"described-{key}"] for key in descriptions(document)}
    return {"names": names, **({"descriptions": said} if said != descriptions(document) else {})}

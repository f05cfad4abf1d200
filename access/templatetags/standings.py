"""How a tenant and a run stand, and why a question has no answer: in words, on the pages of this room."""

from __future__ import annotations

from django import template

from access.progress import COLOURS
from access.standing import Standing
from onboarding.models import Inquiry
from onboarding.reasons import Words, words

register = template.Library()


@register.inclusion_tag("tenants/_status.html")
def standing(value: str) -> dict[str, str]:
    """How a tenant stands, from the value the list computed."""
    known = Standing(value)
    return {"word": str(known.label), "colour": known.colour}


@register.simple_tag
def next_of(value: str) -> str:
    return Standing(value).next


@register.filter
def colour_of(how: str) -> str:
    return COLOURS.get(how, "secondary")


@register.simple_tag
def refusal(row: Inquiry) -> Words:
    """The words for why a question has no answer."""
    return words(row.reason, row.facts)

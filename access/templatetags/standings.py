"""How a run stands, which doors there are, and why a question has no answer: in words, on pages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from access.links import Door, Link
from access.progress import COLOURS
from onboarding.models import Inquiry
from onboarding.words.reasons import Words, words

register = template.Library()


DOOR = '<li><a href="{}" rel="noreferrer" data-door="{}" title="{}">{}</a>{}</li>'
"""Here and not a template of its own: the analyst's page has hundreds of them."""
LIMITS = ' <span class="text-secondary">({})</span>'
ADVICE = ' <span class="text-secondary">{}</span>'


@register.simple_tag
def door_list(doors: Iterable[Door]) -> SafeString:
    rows = ((door.url, door.name, door.link.how_sure, door.label, limits(door.link)) for door in doors)
    return format_html_join("\n", DOOR, rows)


@cache
def limits(link: Link) -> SafeString:
    """What it takes besides, whether Microsoft stands by the address, and what to know before."""
    takes = f"needs {link.rights}" if link.rights else ""
    doubt = "" if link.certainty == "documented" else "not documented by Microsoft"
    said = "; ".join(filter(None, (takes, doubt)))
    inside = format_html(LIMITS, said) if said else ""
    return format_html("{}{}", inside, format_html(ADVICE, link.advice) if link.advice else "")


@register.filter
def able(can: str) -> str:
    """What somebody can do, as a sentence of its own: an offer's words begin with "Can", others do not."""
    return can if can.startswith("Can ") else f"Can: {can}"


@register.filter
def colour_of(how: str) -> str:
    return COLOURS.get(how, "secondary")


@register.simple_tag
def refusal(row: Inquiry) -> Words:
    """The words for why a question has no answer."""
    return words(row.reason, row.facts)

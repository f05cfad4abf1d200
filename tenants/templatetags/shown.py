"""How times and states look on every page: a word for the eye, the exact time under the mouse."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.timezone import now

from tenants.models import Provider

register = template.Library()


@register.simple_tag
def provider_name() -> str:
    """As customers know it; "" until the first tenant was read, for its name is read, too."""
    return Provider.objects.values_list("name", flat=True).first() or ""


@register.simple_tag
def when(moment: datetime | None, never: str = "never") -> str | SafeString:
    """ "5 minutes ago" or "in 2 hours"; the date, the second and the zone on hover and for machines."""
    if moment is None:
        return never
    utc = moment.astimezone(UTC)
    exact = f"{utc:%-d %B %Y, %H:%M:%S} UTC"
    return format_html('<time datetime="{}" title="{}">{}</time>', utc.isoformat(), exact, near(moment))


@register.simple_tag
def next_look(moment: datetime) -> str | SafeString:
    """What is due is not past: it comes in a moment."""
    return when(moment) if moment > now() else "in a moment"


def near(moment: datetime) -> str:
    """The larger unit only; below a minute there is no hurry to be exact."""
    at = now()
    if abs((at - moment).total_seconds()) < 60:
        return "just now" if moment <= at else "in a moment"
    if moment <= at:
        return f"{timesince(moment, at, depth=1)} ago"
    return f"in {timeuntil(moment, at, depth=1)}"


STATUS = '<span class="status status-{}"><span class="status-dot{}" aria-hidden="true"></span>{}</span>'
"""Here and not a template of its own: lists have a hundred of them."""


@register.simple_tag
def status(word: str, colour: str, moving: bool = False) -> SafeString:
    """A dot and a word: never the colour alone. The dot moves while something is waited for."""
    return format_html(STATUS, colour, " status-dot-animated" if moving else "", word)


@register.filter
def of(table: dict[str, str], key: str) -> str:
    """The table's word for the key."""
    return table[key]


@register.filter
def of_maybe(table: dict[str, object], key: str) -> object:
    """What the table has under the key, if anything."""
    return table.get(key)


@register.filter
def listed(value: object) -> object:
    """Several values as a person writes them; one as it is."""
    return ", ".join(map(str, value)) if isinstance(value, list) else value


@register.filter
def folded(value: object) -> str | SafeString:
    """As `listed`; what is too long to read is shown by its beginning, and whole when it is opened."""
    text = str(listed(value))
    if len(text) <= READABLE:
        return text
    parts = (text[:SHORT], text)
    return format_html(
        '<details class="d-inline-block"><summary>{}…</summary><code>{}</code></details>', *parts
    )


READABLE, SHORT = 48, 12
"""Characters. A sha256 has 64, and an id 36."""


@register.filter
def cloud_in_words(name: str) -> str:
    return CLOUDS.get(name, name)


CLOUDS = {
    "public": "Microsoft's public cloud",
    "usgov": "Microsoft's cloud for the US Government (GCC High)",
    "usgov-dod": "Microsoft's cloud for the US Department of Defense",
    "china": "Microsoft's cloud in China, run by 21Vianet",
    "custom": "one of this portal's own settings, not Microsoft's",
}


@register.filter
def fact_in_words(key: str) -> str:
    """What a fact of the record is called on pages; its files keep the key."""
    return FACTS.get(key, key.replace("_", " "))


@register.filter
def verb_in_words(verb: str) -> str:
    """What a page says of an act in the record; its files keep the verb."""
    return verb + MEANS.get(verb, "")


MEANS = {
    "let go of an object": ", which was deleted or given back and is ours no longer",
    "set an object aside": ", which another one replaces: it waits to be deleted",
}

FACTS = {
    "digest": "plan number",
    "receipt": "fingerprint of the receipt",
    "signing_key": "fingerprint of Microsoft's key",
    "paper": "fingerprint of the paper (sha256)",
    "paper_bytes": "size of the paper in bytes",
    "asked_by": "entered by",
    "origin": "how it came (created: made by us; adopted: taken over)",
    "row": "fingerprint of what the portal keeps of it",
    "mark": "our mark in it, by which it is found again",
    "by_sha256": "fingerprint of whose word it is (sha256)",
    "what_sha256": "fingerprint of what was found (sha256)",
    "template": "fingerprint of the template",
    "shown": "fingerprint of the changes that were shown",
    "account": "object id of the account that signed in",
}

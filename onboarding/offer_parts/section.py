"""One part of the form that makes a new version of an offer, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Given = dict[str, Any]
Mistake = tuple[str, str]
"""A field, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Section:
    """`names` are its fields, in order; `words` is what to know before they are filled in."""

    title: str
    names: tuple[str, ...]
    words: str = ""

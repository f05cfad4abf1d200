"""The words of the portal, each explained once, as glossary.toml lists them. Pages link to their slugs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Word:
    """`also` is what Microsoft, or an engineer, calls the same thing."""

    slug: str
    word: str
    meaning: str
    also: str = ""


WORDS = tuple(
    Word(**each) for each in tomllib.loads(Path(__file__).with_suffix(".toml").read_text())["words"]
)

"""Text onto paper: any name as it is written, or visibly not.

Lines are broken here and drawn as they are: there is no markup in between that a name could be taken for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

from arabic_reshaper.arabic_reshaper import ArabicReshaper
from bidi import get_display
from django.conf import settings
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from onboarding.words.reasons import visible

PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
MARGIN, FRAME = 40, 6
BLACK, GREY = "#000000", "#555555"
FROM_THE_RIGHT = {"R", "AL"}
JOINED = ArabicReshaper({"delete_harakat": False, "ARABIC LIGATURE ALLAH": False})  # type: ignore[no-untyped-call]
"""Without the one sign for four letters that this font does not have: names such as Abdullah hold them."""
NOT_IN_THE_FONT = "[U+XXXX] stands for a character that this font does not have, by its number in Unicode."


@dataclass(frozen=True, slots=True)
class Part:
    text: str
    size: float = 8
    font: str = PLAIN
    colour: str = BLACK

    @property
    def leading(self) -> float:
        return self.size * 1.35


@cache
def glyphs() -> frozenset[int]:
    """Makes the fonts known, and tells what both of them can show."""
    fonts = [TTFont(name, str(Path(settings.FONTS) / f"{name}.ttf")) for name in (PLAIN, BOLD)]
    for font in fonts:
        registerFont(font)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))


def shown(text: str) -> str:
    """What would not print is told by its number: nothing is left out, and no empty box stands for it."""
    return "".join(char if ord(char) in glyphs() else f"[U+{ord(char):04X}]" for char in visible(text))


class Lines(Flowable):
    """Of a column, one below the other; where a page ends between two of them it goes on on the next."""

    def __init__(self, lines: Sequence[Part], width: float, *, before: float = 0, after: float = 0) -> None:
        super().__init__()
        self.lines, self.width, self.spaceBefore, self.spaceAfter = lines, width, before, after
        self.height = sum(each.leading for each in lines)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        fit = sum(1 for used in accumulate(each.leading for each in self.lines) if used <= height)
        if not 0 < fit < len(self.lines):
            return [self] if fit else []
        return [Lines(each, self.width) for each in (self.lines[:fit], self.lines[fit:])]

    def cut(self, height: float) -> list[Flowable]:
        """Into as many as are needed for none to be higher."""
        first, *rest = self.split(self.width, height) or [self]
        return [first, *(each for later in rest if isinstance(later, Lines) for each in later.cut(height))]

    def draw(self) -> None:
        top = self.height
        for each in self.lines:
            self.canv.setFont(each.font, each.size)
            self.canv.setFillColor(HexColor(each.colour))
            self.canv.drawString(0, top - each.size, each.text)
            top -= each.leading


def column(parts: Iterable[Part], width: float, **space: float) -> Lines:
    return Lines([line for part in parts for line in lines(part, width)], width, **space)


def lines(part: Part, width: float) -> list[Part]:
    """What is read from the right is put in order line by line, after it is known where lines end."""
    text = shown(part.text)
    if turned := any(bidirectional(char) in FROM_THE_RIGHT for char in text):
        text = JOINED.reshape(text)
    cut = broken(text, width, partial(stringWidth, fontName=part.font, fontSize=part.size))
    return [replace(part, text=str(get_display(line, base_dir="L")) if turned else line) for line in cut]


def broken(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """At spaces; a word that is longer than a line, anywhere."""
    found = [""]
    for word in re.findall(r"\S+|\s+", text):
        if measure(found[-1] + word) <= width:
            found[-1] += word
        elif not word.isspace():
            found += pieces(word, width, measure)
    return [line.rstrip() for line in found if line.strip()]


def pieces(word: str, width: float, measure: Callable[[str], float]) -> list[str]:
    found = [""]
    for char in word if measure(word) > width else [word]:
        if found[-1] and measure(found[-1] + char) > width:
            found.append("")
        found[-1] += char
    return found


class Numbered(Canvas):
    """Says on each page how many there are, which is known when all are drawn."""

    def __init__(self, *given: Any, foot: str = "", **named: Any) -> None:
        super().__init__(*given, **named)
        self.foot = foot
        self.pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self.pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        for number, page in enumerate(self.pages, 1):
            self.__dict__.update(page)
            self.draw_foot(f"page {number} of {len(self.pages)}")
            super().showPage()
        super().save()

    def draw_foot(self, page: str) -> None:
        self.setFillColor(HexColor(GREY))
        self.setFont(PLAIN, 6.5)
        self.drawString(MARGIN + FRAME, MARGIN / 2, self.foot)
        self.drawRightString(A4[0] - MARGIN - FRAME, MARGIN / 2, page)

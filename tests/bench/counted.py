"""What a person at a window costs by the keystroke-level model: acts, characters, switches, waits, words.

Card, Moran and Newell (1980): 0.28 s a key of an average typist, 1.1 s to point, 0.2 s a click, 0.4 s from
the mouse to the keys, 1.35 s to make up one's mind. Reading 238 words a minute (Brysbaert 2019, silently, no
fiction). Two seconds to another window are ours: nobody has measured that.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from tests.browser.seats import Mouse

KEY, POINT, CLICK, HOME, MIND, WINDOW = 0.28, 1.1, 0.2, 0.4, 1.35, 2.0
WORD = 60 / 238
PASTE = 3 * KEY
"""Control, V and Enter."""
BLOCKS = """control => {
  const apart = 'nav, header, footer, table, ol, pre, textarea, select, .visually-hidden';
  const whole = 'p, li, dt, dd, h1, h2, h3, label, legend, summary, button, a.btn, div';
  const page = document.querySelector('main') || document.body;
  const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  const said = new Map();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.parentElement;
    if (!node.data.trim() || at.closest(apart) || !at.checkVisibility({visibilityProperty: true})) continue;
    const block = at.closest(whole) || at;
    said.set(block, (said.get(block) || '') + ' ' + node.data.trim());
  }
  const pointed = [...document.querySelectorAll('h1, .next-act')];
  const isBefore = block => !(control.compareDocumentPosition(block) & Node.DOCUMENT_POSITION_FOLLOWING);
  return [...said].map(([block, words]) => ({
    words: words.trim(), pointed: pointed.some(each => each.contains(block)), before: isBefore(block)}));
}"""


class Read(NamedTuple):
    """Words of one page that this person had not read yet."""

    page: str
    prose: int
    """All of it."""
    before: int
    """From the top to what was pressed or filled in next."""
    pointed: int
    """The title and *Next*."""


@dataclass
class Story:
    """What all windows share: who is at work, and what was counted of each."""

    at_work: str = ""
    switches: Counter[str] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)
    pasted: Counter[str] = field(default_factory=Counter)
    waited: Counter[str] = field(default_factory=Counter)
    read: dict[str, list[Read]] = field(default_factory=dict)


class Counted(Mouse):
    """Before each act the page is read, once a sentence; what the machine takes is its wait."""

    def __init__(self, page: Page, name: str, story: Story) -> None:
        super().__init__(page)
        self.name, self.story = name, story
        self.known: set[str] = set()
        story.read[name] = []

    def _press(self, name: str, within: str = "body") -> None:
        with self._turn(self.page.locator(within).get_by_role("button", name=name).first):
            super()._press(name, within)

    def _follow(self, name: str) -> None:
        with self._turn(self.page.get_by_role("link", name=name).first):
            super()._follow(name)

    def _write(self, label: str, words: str, within: str = "body") -> None:
        self.story.characters[self.name] += len(words)
        with self._turn(self.page.locator(within).get_by_label(label)):
            super()._write(label, words, within)

    def _choose(self, label: str, option: str) -> None:
        with self._turn(self._list(label)):
            super()._choose(label, option)

    def copy_link(self) -> str:
        with self._turn(self.page.get_by_role("button", name="Copy the link")):
            return super().copy_link()

    def open(self, address: str) -> None:
        self.story.pasted[self.name] += 1
        with self._turn(None):
            super().open(address)

    def sees(self, heading: str) -> None:
        """While a page waits nobody reads on: it leads on by itself."""
        with self._turn(None):
            super().sees(heading)

    def comes_to(self, words: str) -> None:
        """Waits until the page says so, and reads as far as that."""
        there = self.page.get_by_text(words).first
        with self._turn(None):
            expect(there).to_be_visible()
        self.reads(there)

    def reads(self, control: Locator) -> None:
        """What is new on the page."""
        blocks = [each for each in control.evaluate(BLOCKS) if each["words"] not in self.known]
        self.known.update(each["words"] for each in blocks)
        counts = (
            sum(_count(each["words"]) for each in blocks if each[how])
            for how in ("words", "before", "pointed")
        )
        self.story.read[self.name].append(Read(self.page.title(), *counts))

    @contextmanager
    def _turn(self, control: Locator | None) -> Iterator[None]:
        """A switch where somebody else was at work, the page read, then the machine's own time."""
        if self.story.at_work not in ("", self.name):
            self.story.switches[self.name] += 1
        self.story.at_work = self.name
        began = time.monotonic()
        if control:
            control.wait_for()
            self.story.waited[self.name] += time.monotonic() - began
            self.reads(control)
            began = time.monotonic()
        yield
        self.story.waited[self.name] += time.monotonic() - began


def _count(words: str) -> int:
    return len(words.split())


def seconds(story: Story, seat: Counted) -> dict[str, float]:
    """Of one person; of what they read see Read."""
    acts, typed, pasted = len(seat.acts), story.characters[seat.name], story.pasted[seat.name]
    hands = acts * (MIND + POINT + CLICK) + typed * KEY + (HOME if typed else 0) + pasted * PASTE
    read = {how: sum(getattr(each, how) for each in story.read[seat.name]) for how in Read._fields[1:]}
    return {
        "acts": acts,
        "characters": typed,
        "switches": story.switches[seat.name],
        "hands": round(hands + story.switches[seat.name] * WINDOW, 1),
        "waits": round(story.waited[seat.name], 1),
        **{f"words {how}": words for how, words in read.items()},
        **{f"reading {how}": round(words * WORD, 1) for how, words in read.items()},
    }

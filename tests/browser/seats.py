"""Three ways to sit at the portal: with a mouse, with one and no JavaScript, with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser import focus

FOCUSED = """() => {
  const here = document.activeElement;
  return (here.labels?.[0]?.innerText || here.innerText || '').trim();
}"""
MOST_TABS = 80


class Mouse:
    """Somebody at one browser window."""

    has_script = True

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts: list[str] = []
        """What this person did so far: each click, field and list."""
        self.who = ""
        self.left_at: list[str] = []
        """The steps of the wizard at which its window was closed before this one was opened."""

    def sign_in(self, who: str) -> None:
        self.follow("Sign in with Microsoft")
        self.choose_person(who)
        self.who = who

    def press(self, name: str, within: str = "body") -> None:
        self.acts.append(name)
        self._press(name, within)

    def choose_person(self, who: str) -> None:
        """At the sandbox's sign-in, where organisations that it is not about are folded."""
        self.page.get_by_role("button", name="Cancel").wait_for()
        folded = self.page.locator("details:not([open])").filter(has_text=who)
        if folded.count():
            self._unfold(folded.first.locator("summary").inner_text())
        self.press(who)

    def follow(self, name: str) -> None:
        self.acts.append(name)
        self._follow(name)

    def write(self, label: str, words: str, within: str = "body") -> None:
        self.acts.append(label)
        self._write(label, words, within)

    def choose(self, label: str, option: str) -> None:
        self.acts.append(label)
        self._choose(label, option)

    def copy_link(self) -> str:
        """What is shown to be sent to somebody."""
        self.acts.append("Copy the link")
        return self.page.locator("pre.link").first.inner_text()

    def open(self, address: str) -> None:
        """A link that was sent."""
        self.acts.append("Open the link")
        self.page.goto(address)

    def _press(self, name: str, within: str = "body") -> None:
        self.page.locator(within).get_by_role("button", name=name).first.click()

    def _unfold(self, name: str) -> None:
        self.acts.append(name)
        self.page.get_by_text(name, exact=True).click()

    def _follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def _write(self, label: str, words: str, within: str = "body") -> None:
        self.page.locator(within).get_by_label(label).fill(words)

    def _choose(self, label: str, option: str) -> None:
        self._list(label).select_option(label=option)

    def _list(self, label: str) -> Locator:
        return self.page.get_by_role("combobox", name=label)

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", name=heading).first).to_be_visible()

    def is_led(self, heading: str, look: str = "") -> None:
        """The page leads on by itself once it has seen what it waited for; without script `look` asks it."""
        self.sees(heading)

    def go_on(self) -> None:
        expect(self.page.get_by_role("link", name="Go on", exact=True)).to_be_visible()
        self.follow("Go on")


class NoScript(Mouse):
    has_script = False

    def is_led(self, heading: str, look: str = "") -> None:
        """A page without such a link says to the browser where to go in a moment; that is not waited for."""
        if look:
            self.follow(look)
        else:
            loads_anew = self.page.locator('meta[http-equiv="refresh"]').get_attribute("content") or ""
            assert loads_anew.startswith("5; url="), loads_anew
            self.page.goto(loads_anew.partition("url=")[2])
        super().is_led(heading)


class Keys(Mouse):
    """Tab, Enter and typing; nothing is clicked. At each step it is looked whether the focus is seen."""

    def _press(self, name: str, within: str = "body") -> None:
        self._tab_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _unfold(self, name: str) -> None:
        self.acts.append(name)
        self._tab_to(name)
        self.page.keyboard.press("Enter")

    def _follow(self, name: str) -> None:
        self._press(name)

    def _write(self, label: str, words: str, within: str = "body") -> None:
        self._tab_to(label)
        self.page.keyboard.type(words)

    def _choose(self, label: str, option: str) -> None:
        """A list goes to what is typed."""
        self._write(label, option)
        chosen = self._list(label).locator("option:checked")
        expect(chosen).to_have_text(option)

    def _tab_to(self, name: str) -> None:
        """Until what has this name, or is labelled so, has the focus."""
        for _ in range(MOST_TABS):
            if self.page.evaluate(FOCUSED).startswith(name):
                return
            focus.tab(self.page)
        raise AssertionError(f"{name} is not reached by the keyboard")


SEATS = (Mouse, NoScript, Keys)

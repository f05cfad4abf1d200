"""What is looked at on every page: axe's rules, whether it fits its window, a picture where one is wanted."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from tests.browser import focus
from tests.browser.colours import COLOURS

ROOT = Path(__file__).resolve().parents[2]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FAINT = (
    f"() => {{ {COLOURS}"
    + """
  const faint = (field) => {
    const style = getComputedStyle(field), around = behind(field.parentElement);
    return [style.borderTopColor, style.backgroundColor].every((each) => apart(seen(each), around) < 3);
  };
  return [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter((field) => field.checkVisibility() && !field.disabled && faint(field))
    .map((field) => field.outerHTML.slice(0, 100));
}"""
)
"""Fields whose edge or filling does not stand out 3 to 1: WCAG 1.4.11, which axe does not look at."""
DANGLING = """() => {
  const said = ["aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage"];
  return [...document.querySelectorAll(said.map((name) => `[${name}]`).join())].flatMap((place) =>
    said.flatMap((name) => (place.getAttribute(name) ?? "").split(/\\s+/))
      .filter((id) => id && !document.getElementById(id))
      .map((id) => `${id}: ${place.outerHTML.slice(0, 100)}`));
}"""
"""What a screen reader is sent to and does not find; axe only says that somebody should look."""
THEMED = "theme => (document.documentElement.dataset.bsTheme ?? theme) === theme"
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
NARROW, WIDE = 360, 1280
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")


@cache
def axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """Each broken rule with the elements that break it. Evaluated, because the CSP lets no script tag in."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe())
    found = page.evaluate("(rules) => axe.run(document, {runOnly: rules}).then(r => r.violations)", RULES)
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'].splitlines()[1].strip()}"
        for each in found
        for node in each["nodes"]
    ]


def too_wide(page: Page) -> int:
    """Pixels by which the page would have to be scrolled sideways, once it is drawn at its new size."""
    page.evaluate(DRAWN)
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def everything(page: Page, name: str, *themes: Theme) -> list[str]:
    """All that is wrong with the page as it stands, in these themes or both."""
    return [fault for theme in themes or THEMES for fault in in_theme(page, name, theme)]


def in_theme(page: Page, name: str, theme: Theme) -> list[str]:
    """At both widths: what is small, or stands otherwise where it is narrow, has its colours there, too."""
    themed(page, theme)
    wrong = [f"{theme}: its edge is hard to see: {field}" for field in page.evaluate(FAINT)]
    wrong += [f"points to nothing: {place}" for place in page.evaluate(DANGLING)]
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 800})
        if pixels := too_wide(page):
            wrong.append(f"{pixels} pixels too wide at {width}")
        wrong += [f"{theme} at {width}: {fault}" for fault in violations(page)]
        picture(page, f"{name}-{theme}-{width}")
        wrong += [f"{theme} at {width}: {fault}" for fault in focus.unseen_anywhere(page)]
    return wrong


def themed(page: Page, theme: Theme) -> None:
    """All of the page is there, and our script has followed the theme: on a busy machine not at once."""
    page.wait_for_load_state()
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.wait_for_function(THEMED, arg=theme)


def at_a_glance(page: Page, name: str) -> list[str]:
    """Light where it is narrow and dark where it is wide: enough for what is made of parts seen elsewhere.

    Where pictures are asked for, both themes at both widths.
    """
    wrong = [f"points to nothing: {place}" for place in page.evaluate(DANGLING)]
    glance: list[tuple[Theme, int]] = [("light", NARROW), ("dark", WIDE)]
    every: list[tuple[Theme, int]] = [(theme, width) for theme in THEMES for width in (NARROW, WIDE)]
    for theme, width in every if os.environ.get("SCREENSHOTS") else glance:
        themed(page, theme)
        page.set_viewport_size({"width": width, "height": 800})
        wrong += [f"{theme}: its edge is hard to see: {field}" for field in page.evaluate(FAINT)]
        if pixels := too_wide(page):
            wrong.append(f"{pixels} pixels too wide at {width}")
        wrong += [f"{theme} at {width}: {fault}" for fault in violations(page)]
        picture(page, f"{name}-{theme}-{width}")
        wrong += [f"{theme} at {width}: {fault}" for fault in focus.unseen_anywhere(page)]
    return wrong


def picture(page: Page, name: str) -> None:
    """`make screenshots` names the folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

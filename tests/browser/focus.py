"""Whether who sits at the keyboard sees where they are.

What has the focus must look other than without it, its ring must stand out 3 to 1 from what is around it
(WCAG 1.4.11, 2.4.7), and some of it must be in the window with nothing before it (2.4.11). Axe looks at none
of this.
"""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.colours import COLOURS

RING = (
    COLOURS
    + """
  const ring = (place) => {
    const {outlineStyle, outlineWidth, outlineColor, boxShadow} = getComputedStyle(place);
    return [outlineStyle, outlineWidth, outlineColor, boxShadow].join();
  };
  const faint = (place) => {
    const {outlineStyle, outlineWidth, outlineColor} = getComputedStyle(place);
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) return true;
    return apart(seen(outlineColor), behind(place.parentElement)) < 3;
  };
  const parts = ({left, top, width, height}) =>
    [4, height / 2, height - 4].map((y) => [left + width / 2, top + y]);
  const shown = (place) => [...place.getClientRects()].flatMap(parts).some(([x, y]) => {
    const found = document.elementFromPoint(x, y);
    return place.contains(found) || found?.closest("label")?.control === place;
  });
  const unseen = (place, without) => {
    const wrong = [];
    if (ring(place) === without) wrong.push("looks the same without the focus");
    if (faint(place)) wrong.push("its ring is hard to see");
    if (!shown(place)) wrong.push("it is out of the window, or something is before it");
    return wrong.map((why) => `${why}: ${place.outerHTML.slice(0, 120)}`);
  };
"""
)
HERE = f"""() => {{ {RING}
  const here = document.activeElement;
  if (here === document.body) return [];  // between the last place and the first it is the window's own
  if (here === globalThis.lookedAt) return [];  // the parts of a date: one place
  globalThis.lookedAt = here;
  here.blur();
  const without = ring(here);
  here.focus({{preventScroll: true}});
  return unseen(here, without);
}}"""
EVERYWHERE = f"""() => {{ {RING}
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const reached = (place) => place.checkVisibility() && !place.disabled;
  const places = [...document.querySelectorAll(all)].filter(reached);
  document.activeElement.blur();
  const without = places.map(ring);
  const wrong = places.flatMap((place, number) => {{
    place.focus();
    return unseen(place, without[number]);
  }});
  document.activeElement.blur();
  scrollTo(0, 0);
  return wrong;
}}"""


def tab(page: Page) -> None:
    """One step on. What has the focus then must show it, at once: the page does not glide there."""
    page.emulate_media(reduced_motion="reduce")
    page.keyboard.press("Tab")
    wrong = page.evaluate(HERE)
    assert wrong == [], wrong


def unseen_anywhere(page: Page) -> list[str]:
    """All that is wrong with how the places that Tab reaches show the focus.

    The key is pressed once: a browser draws no ring for a script alone.
    """
    page.keyboard.press("Tab")
    return list(page.evaluate(EVERYWHERE))

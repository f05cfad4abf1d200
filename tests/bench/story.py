"""`make bench-story`: how long four people need from the sign-in page to an analyst let in. JSON.

The demo as `make demo` starts it, Chromium, a window each, with a mouse. Acts and waits are those of a script
that makes no mistake; tests/bench/counted.py says what an act costs. Nobody new to the portal was watched:
what of a page they read is given three ways, of which "before", from the top to what is pressed, is careful.
"""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.bench.counted import Counted, Read, Story, seconds
from tests.browser import chromium
from tests.demo.watching import Demo, free_ports

GOAL = 300
CARLA = "Carla Ruiz (Contoso)"
NAMES = ("administrator", "customer's administrator", "reviewer and approver", "analyst")


def main() -> None:
    room = Path(tempfile.mkdtemp(prefix="gatehouse-story-"))
    demo = Demo(room / "room", free_ports())
    try:
        demo.says("Ctrl-C stops everything", 120)
        print(json.dumps(measured(f"http://localhost:{demo.ports[0]}"), indent=2))
    finally:
        demo.process.send_signal(signal.SIGINT)
        demo.process.wait(15)
        shutil.rmtree(room)


def measured(portal: str) -> dict[str, object]:
    expect.set_options(timeout=60_000)
    story = Story()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium.path(), args=list(chromium.QUIET))
        seats = [Counted(window(browser), name, story) for name in NAMES]
        onboard(portal, *seats[:3])
        let_in(portal, seats[0], *seats[2:])
        return told(story, seats)


def window(browser: Browser) -> Page:
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 900})
    return context.new_page()


def onboard(portal: str, lena: Counted, ada: Counted, carla: Counted) -> None:
    lena.page.goto(portal)
    sign_in(lena, "Lena")
    lena.follow("New customer")
    lena.write("Domain or tenant id", "contoso.example")
    lena.press("Look it up")
    lena.press("Yes, begin with this tenant")
    lena.press("Save and go on")
    ada.open(lena.copy_link())
    ada.press("Accept as Ada")
    ada.comes_to("Fabrikam Security sees what was found")
    lena.sees("People")
    lena.write("Approver 1", "carla@contoso.example")
    lena.press("Save and look them up")
    lena.sees("Plan")
    lena.go_on()
    carla.open(lena.copy_link())
    sign_in(carla, CARLA)
    carla.press("Sign in and agree to plan")
    carla.page.wait_for_url("**/authorize?**")
    carla.press(CARLA)
    carla.comes_to("agreed by signing in")
    lena.sees("Let the set-up app in")
    ada.open(lena.copy_link())
    ada.press("Accept as Ada")
    ada.comes_to("Fabrikam Security sees what was found")
    lena.press("Start setting up contoso.example")
    lena.sees("Hand-over of Contoso")


def let_in(portal: str, lena: Counted, carla: Counted, amir: Counted) -> None:
    lena.choose("Analyst", "Amir Rahimi")
    lena.press("Assign")
    amir.open(portal)
    sign_in(amir, "Amir")
    amir.follow("Ask in My Access for Fabrikam Security Tier 1 Analyst")
    amir.write("Why do you need it?", "Night shift", within=":target")
    amir.press("Request", within=":target")
    carla.follow("My Access")
    carla.write("Your reason", "Agreed")
    carla.press("Approve")
    amir.open(f"{portal}/my-customers/")
    amir.comes_to("Let in until")


def sign_in(seat: Counted, who: str) -> None:
    seat.follow("Sign in with Microsoft")
    seat.choose_person(who)


def told(story: Story, seats: list[Counted]) -> dict[str, object]:
    each = {seat.name: seconds(story, seat) for seat in seats}
    whole = {name: round(sum(one[name] for one in each.values()), 1) for name in next(iter(each.values()))}
    done = whole["hands"] + whole["waits"]
    return {
        "goal": GOAL,
        **{f"seconds, {how} read": round(done + whole[f"reading {how}"]) for how in Read._fields[1:]},
        "all": whole,
        "each": each,
        "pages": {seat.name: [tuple(read) for read in story.read[seat.name]] for seat in seats},
    }


if __name__ == "__main__":
    main()

"""The one thing to do next, in a sentence at the top of the step that is next."""

from __future__ import annotations

from onboarding import consent_links
from onboarding.models import Inquiry
from onboarding.wizard import consent_returns
from onboarding.wizard.steps import Way

What = Inquiry.What
BY_ITSELF = "This page goes on by itself"
NOTHING = f"Nothing to do: our worker asks the tenant. {BY_ITSELF}."
SEND = "Send {what} below to an administrator of the customer."
ACTS = {
    "offer": "Choose what is sold, then press “Save and go on”.",
    "agreement": f"Send the link below to a reviewer of the customer. {BY_ITSELF} once one has agreed.",
    "progress": "Press “Start setting up”.",
}
READ = {
    ("readiness", "people"): "Look at what is not “Fine”. Nothing is in the way: then press “Go on”.",
    ("plan", "agreement"): "Read what would change, then press “Go on” for the link to the reviewer.",
}


def of(way: Way, here: str, watching: bool) -> str:
    """Of the step that is next, and of what was found last and is read before one goes on; else ""."""
    if here != way.next:
        return READ.get((here, way.next), "")
    special = {
        "reader": _consent,
        "setup": _consent,
        "readiness": _readiness,
        "people": _people,
        "plan": _plan,
    }
    if here in special:
        return special[here](way, watching)
    if here == "progress" and way.run is not None and way.run.closed_at is None:
        return f"Nothing to do while it is carried out. {BY_ITSELF}."
    return ACTS.get(here, "")


def _consent(way: Way, watching: bool) -> str:
    asked = [way.next]
    if way.next == "setup" and way.plan is not None:
        asked = consent_links.asked_of_customer(way.plan)
    what, is_in = ("each link", "the apps are") if len(asked) > 1 else ("the link", "the app is")
    if all(consent_returns.live(way.draft.tenant, app) for app in asked):
        send = SEND.format(what=what)
        return (
            f"{send} {BY_ITSELF} once {is_in} let in." if watching else f"{send} Then press “Look again now”."
        )
    return NOTHING if watching else "Press the button below to make a link for the customer."


def _readiness(way: Way, watching: bool) -> str:
    if watching:
        return NOTHING
    if way.answered.get(What.READINESS) is None:
        return "Press “Check now”."
    found = way.good(What.READINESS)
    return "Do what stands beside “In the way”, then check again." if found else "Press “Check again”."


def _people(way: Way, watching: bool) -> str:
    return NOTHING if watching else "Name who approves and who reviews, then press “Save and look them up”."


def _plan(way: Way, watching: bool) -> str:
    if watching:
        return "Nothing to do: our worker compares the tenant with the offer, which takes some seconds."
    last = way.answered.get(What.PLAN)
    return (
        "Look below why there is no plan to agree to, then plan again." if last else "Press “Make the plan”."
    )

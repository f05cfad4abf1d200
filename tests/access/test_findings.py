"""What a read-back found is told of each object by its name in the tenant, never by our address for it."""

from __future__ import annotations

import html

import pytest

from access import found
from onboarding.models import Inquiry, OwnedObject, Reading, Step
from onboarding.words import reasons, sentences
from tests.access import world
from tests.cast import Cast, assemble

GROUP = 'Group "Fabrikam Tier 1 Analyst"'
STRANGER = "member x that no plan and no assignment explains"


@pytest.fixture
def cast(db: None) -> Cast:
    found_here = assemble()
    world.owned(found_here.northwind, "group/tier-1")
    return found_here


def told(reading: Reading) -> list[str]:
    return [each.words for each in found.findings(reading)]


def test_what_is_ours_is_told_by_its_name_and_anything_else_by_its_sort(cast: Cast) -> None:
    strange = {"group/tier-1": [STRANGER], "access_package/tier-2": ["a role"], "tenant": ["closed"]}
    reading = world.read(cast.northwind, False, strange=strange)
    assert told(reading) == [f"{GROUP}: {STRANGER}", 'Access package "tier-2": a role', "Tenant: closed"]


def test_what_could_not_be_read_names_what_it_hangs_on(cast: Cast) -> None:
    on = "group/tier-1 could not be read: throttled"
    two = {"group/tier-1": "throttled", "catalog_resource/tier-1": on}
    entry = 'Group in the catalog "tier-1"'
    assert told(world.read(cast.northwind, False, unknown=two)) == [
        f"{GROUP}: throttled",
        f"{entry}: {GROUP} could not be read: throttled",
    ]
    many = two | {f"access_package/{number}": on for number in range(3)}
    because = f'Because of that: {entry}, Access package "0" and 2 more.'
    assert told(world.read(cast.northwind, False, unknown=many)) == [f"{GROUP}: throttled", because]


def test_of_two_that_are_called_the_same_each_is_told(cast: Cast) -> None:
    """As where somebody made a second one, or an older one was left behind."""
    world.owned(cast.northwind, "group/tier-1/left/12345678")
    OwnedObject.objects.update(spec={"displayName": "Fabrikam Tier 1 Analyst"})
    both = ("group/tier-1", "group/tier-1/left/12345678")
    reading = world.read(cast.northwind, False, strange={each: [f"{STRANGER} {each}"] for each in both})
    assert told(reading) == [f"{GROUP}: {STRANGER} {each}" for each in both]
    reading = world.read(cast.northwind, False, unknown={each: f"throttled {each}" for each in both})
    assert told(reading) == [f"{GROUP}: throttled {each}" for each in both]


def test_why_a_step_failed_speaks_of_its_object_by_its_name(cast: Cast) -> None:
    facts = {"step": "group/tier-1", "why": STRANGER}
    step = Step(address="group/tier-1", kind="group", spec={"displayName": "Fabrikam Tier 1 Analyst"})
    step.reason, step.facts = "strange", facts
    words = sentences.why(step, {})
    assert words and words.what.startswith('The group "Fabrikam Tier 1 Analyst" was written as agreed')
    assert words.next == reasons.words("strange", facts).next
    step.reason = ""
    assert sentences.why(step, {}) is None


@pytest.mark.parametrize(
    ("page", "what"),
    [("end", Inquiry.What.END), ("pause", Inquiry.What.PAUSE)],
)
def test_a_look_before_an_end_or_a_pause_names_what_could_not_be_read(
    page: str, what: str, cast: Cast
) -> None:
    answer = {
        "plan": "",
        "changes": [],
        "unknown": {"group/tier-1": "throttled"},
        "in_the_way": ["group/tier-1"],
    }
    asked = {"tenant": cast.northwind, "what": what, "asked_by": "person 1", "answered_at": world.now()}
    Inquiry.objects.create(**asked, answer=answer)
    text = html.unescape(cast.client("alice").get(f"/tenants/northwind/{page}/").content.decode())
    assert "group/tier-1" not in text and f"<li>{GROUP}" in text and "throttled" in text
    assert (f"{GROUP} is not as agreed in other ways" in text) is (page == "pause")

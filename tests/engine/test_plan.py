"""The engine's arithmetic as tables, and what must hold for every blueprint."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.engine.plan import Action, Candidate, Owned, Plan, Seen, State, in_order, plan
from onboarding.engine.resource import Resource, ref

SPEC = {"displayName": "A", "state": "on"}
ONE = Resource("group/one", "group", "t", SPEC)
OTHER = {"displayName": "A", "state": "off"}


def found(values: dict[str, Any], *ids: str, **more: Any) -> Seen:
    blockers = more.pop("blockers", ())
    candidates = tuple(Candidate(i, values, blockers) for i in ids or ("x",))
    return Seen(State.FOUND if len(candidates) == 1 else State.SEVERAL, candidates, SPEC, **more)


def owned(resource: Resource = ONE, remote_id: str = "x", *, adopted: bool = False, **before: Any) -> Owned:
    return Owned(resource, remote_id, adopted, before)


def one(look: Seen, mine: Owned | None = None, tick: str = "") -> Plan:
    return plan([ONE], {ONE.address: look}, {ONE.address: mine} if mine else {}, {ONE.address: tick})


CHANGES: dict[str, tuple[Plan, Action, str, tuple[str, ...]]] = {
    "absent is created": (one(Seen(State.ABSENT)), Action.CREATE, "", ()),
    "ours and gone is created again": (one(Seen(State.ABSENT), owned()), Action.CREATE, "", ()),
    "ours and different is changed": (one(found(OTHER), owned()), Action.UPDATE, "x", ("state",)),
    "ticked is adopted": (one(found(OTHER), tick="x"), Action.ADOPT, "x", ("state",)),
    "ticked and the same is adopted": (one(found(SPEC), tick="x"), Action.ADOPT, "x", ()),
    "one of several ticked is adopted": (one(found(SPEC, "x", "y"), tick="y"), Action.ADOPT, "y", ()),
    "a link needs no tick": (one(found(SPEC, link=True)), Action.ADOPT, "x", ()),
    "ours among several is changed": (one(found(OTHER, "y", "x"), owned()), Action.UPDATE, "x", ("state",)),
}
QUESTIONS = {
    "not ours": (one(found(SPEC)), "look-alike"),
    "another one ticked": (one(found(SPEC), tick="y"), "look-alike"),
    "ours is gone and another has its name": (one(found(SPEC, "y"), owned()), "look-alike"),
    "several": (one(found(SPEC, "x", "y")), "ambiguous"),
    "blocked, though ticked": (one(found(SPEC, blockers=("synced",)), tick="x"), "refused"),
    "ours with a fixed key that differs": (one(found(OTHER, fixed=("state",)), owned()), "fixed: state"),
    "ticked with a fixed key that differs": (one(found(OTHER, fixed=("state",)), tick="x"), "fixed: state"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_what_is_to_change(case: str) -> None:
    made, action, remote_id, fields = CHANGES[case]
    (change,) = made.changes
    assert (change.action, change.remote_id, change.fields) == (action, remote_id, fields)
    assert not made.questions and not made.in_order


@pytest.mark.parametrize("case", QUESTIONS)
def test_what_a_person_must_decide(case: str) -> None:
    made, about = QUESTIONS[case]
    (question,) = made.questions
    assert question.about == about
    assert not made.changes and not made.in_order


def test_an_update_keeps_what_was_there() -> None:
    assert one(found(OTHER), owned()).changes[0].before == {"state": "off"}


def test_ours_and_the_same_is_in_order() -> None:
    assert one(found(SPEC), owned()).in_order


def test_what_is_strange_is_never_in_order() -> None:
    made = one(found(SPEC, strange=("owner z",)), owned())
    assert made.strange == {ONE.address: ("owner z",)} and not made.in_order


@pytest.mark.parametrize("wanted", [[ONE], []])
def test_unknown_is_neither_gone_nor_there(wanted: list[Resource]) -> None:
    made = plan(wanted, {ONE.address: Seen(State.UNKNOWN, why="503")}, {ONE.address: owned()})
    assert made.unknown == {ONE.address: "503"} and not made.changes and not made.in_order


@pytest.mark.parametrize("adopted", [False, True])
def test_what_stays_behind_is_deleted_only_where_we_made_it(adopted: bool) -> None:
    """What it refers to is gone, so another takes its place; the old one is theirs where they made it."""
    left = Seen(State.ABSENT, left=Candidate("x", SPEC))
    made = one(left, owned(adopted=adopted))
    actions = [(change.action, change.remote_id) for change in made.changes]
    assert actions == [(Action.CREATE, "")] + ([] if adopted else [(Action.DELETE, "x")])


def test_what_takes_the_place_of_another_is_listed_after_its_end() -> None:
    old = Resource("group/old", "group", "t", SPEC)
    new = Resource("group/one", "group", "t", SPEC, ("group/old",))
    seen = {ONE.address: Seen(State.ABSENT), old.address: found(SPEC)}
    changes = plan([new], seen, {old.address: owned(old)}).changes
    assert [(c.action, c.resource.address) for c in changes] == [
        (Action.DELETE, "group/old"),
        (Action.CREATE, "group/one"),
    ]


def test_what_we_took_over_is_given_back_and_what_we_made_is_deleted() -> None:
    two = Resource("group/two", "group", "t", {"in": ref("group/one")})
    mine = {ONE.address: owned(adopted=True, state="off"), two.address: owned(two, "y")}
    made = plan([], {address: found(SPEC) for address in mine}, mine)
    deleted, released = made.changes
    assert (deleted.action, deleted.remote_id) == (Action.DELETE, "y")
    assert (released.action, released.fields, released.before) == (
        Action.RELEASE,
        ("state",),
        {"state": "off"},
    )


@st.composite
def blueprints(draw: st.DrawFn) -> list[Resource]:
    """Each resource may refer to any before it; their order is shuffled."""
    made: list[Resource] = []
    for number in range(draw(st.integers(1, 8))):
        needs = draw(st.lists(st.sampled_from(made), unique_by=lambda r: r.address)) if made else []
        spec = {"displayName": draw(st.text(max_size=5)), "in": [ref(r.address) for r in needs]}
        made.append(Resource(f"group/{number}", "group", "t", spec))
    return draw(st.permutations(made))


def applied(resources: list[Resource]) -> tuple[dict[str, Seen], dict[str, Owned]]:
    seen = {r.address: Seen(State.FOUND, (Candidate(r.address, r.spec),), r.spec) for r in resources}
    return seen, {r.address: Owned(r, r.address, adopted=False) for r in resources}


@given(blueprints())
def test_the_plan_of_what_was_applied_is_in_order(resources: list[Resource]) -> None:
    assert plan(resources, *applied(resources)).in_order


@given(blueprints())
def test_everything_comes_after_what_it_needs(resources: list[Resource]) -> None:
    place = {r.address: at for at, r in enumerate(in_order(resources))}
    assert all(place[need] < place[r.address] for r in resources for need in r.needs)


@given(blueprints())
def test_endings_go_before_what_they_need(resources: list[Resource]) -> None:
    made = plan([], *applied(resources)).changes
    place = {change.resource.address: at for at, change in enumerate(made)}
    assert len(place) == len(resources)
    assert all(place[r.address] < place[need] for r in resources for need in r.needs)

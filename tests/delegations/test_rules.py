"""What is refused before a customer sees it, one row a rule, and what is taken at the very edge."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from onboarding.delegations import roles, rules
from onboarding.delegations.definition import Eligible, Principal, Standing
from onboarding.delegations.roles import DELETE, READER
from onboarding.words.reasons import words
from tests.delegations.people import (
    APP,
    CONTRIBUTOR,
    LOG_ANALYTICS,
    OWNER,
    RESPONDER,
    TIER_1,
    TIER_2,
    delegation,
    place,
)
from tests.sandbox.graph_client import FABRIKAM, NORTHWIND

USER = Principal("77777777-7777-4777-8777-777777770009", "Amir", "user")
ROBOT = replace(APP, id="77777777-7777-4777-8777-777777770008", name="Robot")
MAIL = replace(TIER_1, sort="other group")


def standing(*held: Standing) -> dict[str, Any]:
    return {"standing": held}


def on_demand(*held: Eligible) -> dict[str, Any]:
    return {"eligible": held}


def leads(count: int) -> tuple[Principal, ...]:
    return tuple(replace(USER, id=f"{USER.id[:-2]}{number:02}") for number in range(count))


REFUSED = {
    "own tenant": ("delegation_own_tenant", {}, {"tenant": FABRIKAM}),
    "owner": ("delegation_role_gives_access", standing(Standing(TIER_1, OWNER)), {}),
    "data": ("delegation_role_data_actions", standing(Standing(TIER_1, LOG_ANALYTICS)), {}),
    "own role": ("delegation_role_unknown", standing(Standing(TIER_1, FABRIKAM)), {}),
    "owner on demand": ("delegation_role_gives_access", on_demand(Eligible(TIER_2, OWNER)), {}),
    "mail group": ("delegation_no_security_group", standing(Standing(MAIL, RESPONDER)), {}),
    "one person": ("delegation_no_security_group", standing(Standing(USER, RESPONDER)), {}),
    "another app": ("delegation_no_security_group", standing(Standing(ROBOT, READER)), {}),
    "our app with more": ("delegation_no_security_group", standing(Standing(APP, RESPONDER)), {}),
    "our app on demand": ("delegation_no_security_group", on_demand(Eligible(APP, CONTRIBUTOR)), {}),
    "twice": ("delegation_twice", standing(Standing(TIER_1, RESPONDER), Standing(TIER_1, RESPONDER)), {}),
    "two policies": (
        "delegation_policies_differ",
        on_demand(Eligible(TIER_2, CONTRIBUTOR), Eligible(TIER_1, CONTRIBUTOR, "PT1H")),
        {},
    ),
    "eleven": ("delegation_approvers", on_demand(Eligible(TIER_2, CONTRIBUTOR, approvers=leads(11))), {}),
    "robot approves": (
        "delegation_approver_sort",
        on_demand(Eligible(TIER_2, CONTRIBUTOR, approvers=(ROBOT,))),
        {},
    ),
    "29 minutes": ("delegation_length", on_demand(Eligible(TIER_2, CONTRIBUTOR, "PT29M")), {}),
    "a minute over": ("delegation_length", on_demand(Eligible(TIER_2, CONTRIBUTOR, "PT8H1M")), {}),
    "a day": ("delegation_length", on_demand(Eligible(TIER_2, CONTRIBUTOR, "P1D")), {}),
    "no length": ("delegation_length", on_demand(Eligible(TIER_2, CONTRIBUTOR, "PT")), {}),
    "china": ("delegation_national", {}, {"cloud": "china"}),
    "government": ("delegation_national", {}, {"cloud": "usgov"}),
    "defence": ("delegation_national", {}, {"cloud": "usgov-dod"}),
    "two roles": (
        "delegation_group_of_several_roles",
        standing(Standing(TIER_1, RESPONDER), Standing(TIER_1, CONTRIBUTOR)),
        {},
    ),
    "one for all": ("delegation_group_shared", {}, {"served": {TIER_1.id: frozenset({"contoso"})}}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_for_this_reason_and_no_other(case: str) -> None:
    reason, held, where = REFUSED[case]
    found = rules.refusals(delegation(**held), place(**where), roles.listed())
    if case == "two policies":  # Tier 1 then holds two roles as well
        found = [each for each in found if each.reason != "delegation_group_of_several_roles"]
    assert {each.reason for each in found} == {reason}
    assert "{" not in words(reason, found[0].facts).what


@pytest.mark.parametrize(
    ("held", "where"),
    [
        ({}, {}),
        (on_demand(Eligible(TIER_2, CONTRIBUTOR, "PT30M", approvers=leads(10))), {}),
        (on_demand(Eligible(TIER_2, CONTRIBUTOR, "PT7H30M")), {}),
        ({"eligible": ()}, {"cloud": "china"}),
        (
            {},
            {
                "served": {TIER_1.id: frozenset({"contoso"})},
                "together": {TIER_1.id: frozenset({"contoso"})},
            },
        ),
    ],
)
def test_what_is_at_the_very_edge_is_taken(held: dict[str, Any], where: dict[str, Any]) -> None:
    assert rules.refusals(delegation(**held), place(**where), roles.listed()) == []


@pytest.mark.parametrize(
    ("written", "spoken"),
    [("PT8H", "8 hours"), ("PT1H30M", "1 hour 30 minutes"), ("PT90M", "1 hour 30 minutes"), ("P1D", "P1D")],
)
def test_lengths_are_spoken_as_people_do_and_an_odd_one_is_shown_as_it_is(written: str, spoken: str) -> None:
    assert rules.spoken(written) == spoken


def test_each_group_reads_and_the_portal_reads_and_may_end_it() -> None:
    made = delegation()
    assert {(each.who.name, each.role) for each in made.standing} == {
        (TIER_1.name, RESPONDER),
        (TIER_1.name, READER),
        (TIER_2.name, READER),
        (APP.name, READER),
        (APP.name, DELETE),
    }
    assert delegation() == made


def test_its_id_stays_with_its_name_and_differs_between_providers() -> None:
    made, other = delegation(), delegation(managing_tenant=NORTHWIND)
    assert made.id == delegation(eligible=()).id != other.id


def test_what_azure_says_of_its_roles_beats_our_list() -> None:
    said = [
        definition("Reader", READER, actions=["*/read"]),
        definition("Changed since", RESPONDER, actions=["*/read"], dataActions=["x/read"]),
        definition("Contributor", CONTRIBUTOR, actions=["*"], notActions=TAKEN),
        definition("All but one", OWNER, actions=["*"], notActions=TAKEN[:1]),
        definition("Of their own", FABRIKAM, actions=["*/read"], type="CustomRole"),
    ]
    read = roles.from_azure(said)
    assert read.checked is None and FABRIKAM not in read.known
    assert [read.known[id].data_actions for id in (READER, RESPONDER)] == [False, True]
    assert [read.known[id].gives_access for id in (CONTRIBUTOR, OWNER)] == [False, True]


def test_our_list_says_of_what_day_it_is() -> None:
    assert roles.listed().checked == dt.date(2026, 8, 22)


TAKEN = ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"]


def definition(name: str, id: str, type: str = "BuiltInRole", **permissions: Any) -> dict[str, Any]:
    return {"name": id, "properties": {"roleName": name, "type": type, "permissions": [permissions]}}

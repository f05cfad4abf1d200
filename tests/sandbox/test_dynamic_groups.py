"""Dynamic groups are filled by their rule, by the clock and by nobody else (facts 2.1, 2.3, 16.16)."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from sandbox.app import build
from sandbox.graph.membership_rules import LONGEST
from sandbox.store import Object
from tests.sandbox.graph_client import GROUP, NORTHWIND, Graph, graph, person_id

GUESTS = '(user.userType -eq "Guest") -and (user.companyName -eq "Fabrikam Security")'
NORA = person_id("Nora")


@pytest.fixture
def northwind() -> Graph:
    """Besides Nora and Nils: Fay, a guest of Fabrikam's, and Cora, of another company."""
    made = graph()
    for name, company in (("Fay", "fabrikam SECURITY"), ("Cora", "Contoso")):
        mail = f"{name.lower()}@{company.split()[0].lower()}.example"
        names = {"displayName": name, "mail": mail, "otherMails": [mail, f"{name.lower()}@home.example"]}
        guest = {"id": person_id(f"{name} as a guest"), "userType": "Guest", "companyName": company}
        made.cloud.store.put(NORTHWIND, "users", {**names, **guest, "accountEnabled": name == "Fay"})
    return made


def dynamic(rule: str = GUESTS, state: str = "On") -> Object:
    more = {"membershipRule": rule, "membershipRuleProcessingState": state}
    return {**GROUP, "groupTypes": ["DynamicMembership"], **more}


def members(northwind: Graph, group: Object) -> list[str]:
    return [each["displayName"] for each in northwind.pages(f"/groups/{group['id']}/members")]


def later(northwind: Graph, group: Object, seconds: float = 61) -> list[str]:
    northwind.cloud.clock.advance(seconds=seconds)
    return members(northwind, group)


def test_16_a_dynamic_group_is_empty_until_its_time_has_come(northwind: Graph) -> None:
    """16.16: populated only after a tick, which the clock gives."""
    group = northwind.post("/groups", dynamic())
    assert members(northwind, group) == []
    assert later(northwind, group, 30) == []
    assert later(northwind, group, 31) == ["Fay"]


def test_16_how_long_it_takes_is_a_habit_and_the_clock_another_process_can_move(northwind: Graph) -> None:
    doors = TestClient(build(northwind.cloud), northwind.cloud.origin)
    doors.post("/_sandbox/habits", json={"rules_after": 86400})
    group = northwind.post("/groups", dynamic())
    assert later(northwind, group, 86300) == []
    doors.post("/_sandbox/clock", json={"seconds": 101})
    assert members(northwind, group) == ["Fay"]


def test_16_who_falls_under_the_rule_later_is_in_later_and_who_no_longer_does_is_out(
    northwind: Graph,
) -> None:
    """The change is seen first, and takes its time then."""
    group = northwind.post("/groups", dynamic())
    assert later(northwind, group) == ["Fay"]
    for name, company in (("Fay", "Contoso"), ("Cora", "Fabrikam Security")):
        person = northwind.cloud.store.get(NORTHWIND, "users", person_id(f"{name} as a guest")) or {}
        northwind.cloud.store.put(NORTHWIND, "users", {**person, "companyName": company})
    assert later(northwind, group, 3600) == ["Fay"]
    assert later(northwind, group, 59) == ["Fay"]
    assert later(northwind, group, 2) == ["Cora"]


def test_16_a_rule_that_is_paused_fills_nothing_and_a_new_one_takes_its_time_again(northwind: Graph) -> None:
    group = northwind.post("/groups", dynamic(state="Paused"))
    assert later(northwind, group) == []
    change = {"membershipRule": 'user.mail -startsWith "N"', "membershipRuleProcessingState": "On"}
    assert northwind.call("PATCH", f"/groups/{group['id']}", change).status_code == 204
    assert members(northwind, group) == []
    assert later(northwind, group) == ["Nora", "Nils"]


def test_16_a_group_that_becomes_dynamic_loses_whom_it_had_in_time(northwind: Graph) -> None:
    group = northwind.post("/groups", {**GROUP, "members@odata.bind": [reference()]})
    change = {name: value for name, value in dynamic().items() if name not in GROUP}
    northwind.good(northwind.call("PATCH", f"/groups/{group['id']}", change))
    assert members(northwind, group) == ["Nora"]
    assert later(northwind, group) == ["Fay"]


def reference() -> str:
    return f"https://graph.microsoft.com/v1.0/directoryObjects/{NORA}"


def test_16_members_are_refused_in_every_way_they_could_be_given(northwind: Graph) -> None:
    """16.16: manual members are refused, bound at once as well as added one by one."""
    bound = {"members@odata.bind": [reference()]}
    assert northwind.call("POST", "/groups", {**dynamic(), **bound}).status_code == 400
    group = northwind.post("/groups", dynamic())
    path = f"/groups/{group['id']}"
    assert northwind.call("PATCH", path, bound).status_code == 400
    refused = northwind.call("POST", f"{path}/members/$ref", {"@odata.id": reference()})
    assert refused.status_code == 400
    assert northwind.call("DELETE", f"{path}/members/{NORA}/$ref").status_code == 400
    assert northwind.cloud.store.get(NORTHWIND, "groups", group["id"])["members"] == []  # type: ignore[index]


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ('user.displayName -eq "nora"', ["Nora"]),
        ('user.displayName -ne "nora"', ["Nils", "Fay", "Cora"]),
        ('user.displayName -in ["Nora", "FAY"]', ["Nora", "Fay"]),
        ('user.displayName -notIn ["Nora", "FAY"]', ["Nils", "Cora"]),
        ('user.mail -startsWith "nor"', ["Nora"]),
        ('user.mail -notStartsWith "n"', ["Fay", "Cora"]),
        ('user.mail -contains "@FABRIKAM."', ["Fay"]),
        ('user.mail -notContains "@fabrikam."', ["Nora", "Nils", "Cora"]),
        ('user.mail -notEndsWith "@northwind.example"', ["Fay", "Cora"]),
        ('user.mail -match "^n(ora|one)@"', ["Nora"]),
        ('user.otherMails -endsWith "@home.example"', ["Fay", "Cora"]),
        ('user.otherMails -any (_ -startsWith "fay@")', ["Fay"]),
        ('user.userType -eq "Guest" -and user.otherMails -all (_ -startsWith "cora@")', ["Cora"]),
        ("user.companyName -eq null", ["Nora", "Nils"]),
        ("user.accountEnabled -eq false", ["Cora"]),
        (f'user.objectId eq "{NORA.upper()}"', ["Nora"]),
        ('user.displayName -eq "Nora" -or user.displayName -eq "Nils" -and user.mail -eq "x"', ["Nora"]),
        ('(user.displayName -eq "Nora" -or user.userType -eq "Guest") and not (user.mail -eq "")',
         ["Nora", "Fay", "Cora"]),
        ("user.displayName -eq \"O''Nora\"", []),
    ],
)  # fmt: skip
def test_16_a_rule_means_what_microsoft_says(northwind: Graph, rule: str, names: list[str]) -> None:
    """16.16: the supported part of the grammar."""
    group = northwind.post("/groups", dynamic(rule))
    assert later(northwind, group) == names


@pytest.mark.parametrize(
    "rule",
    [
        'user.identities -any (_ -eq "x")',
        'user.externalUserState -eq "Accepted"',
        'user.displayname -eq "Nora"',
        'user.memberOf -any (_ -eq "x")',
        'device.displayName -eq "x"',
        "user.displayName -eq 'Nora'",
        'user.displayName -like "N*"',
        'user.displayName "Nora"',
        'user.displayName -eq "Nora" -and',
        '(user.displayName -eq "Nora"',
        'user.displayName -eq "Nora" "Nils"',
        'user.displayName -in "Nora"',
        'user.accountEnabled -eq "true"',
        'user.mail -match "("',
        'user.displayName -eq "Nora',
        f'user.displayName -eq "{"x" * LONGEST}"',
        "",
    ],
)
def test_16_a_rule_that_would_not_be_worked_out_is_refused_at_once(northwind: Graph, rule: str) -> None:
    """16.16: unsupported properties are refused at write, when it is made and when it is changed."""
    refused = northwind.call("POST", "/groups", dynamic(rule))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "Request_BadRequest")
    assert refused.json()["error"]["message"].startswith("InvalidMembershipRule")
    group = northwind.post("/groups", dynamic())
    change = {"membershipRule": rule}
    assert northwind.call("PATCH", f"/groups/{group['id']}", change).status_code == 400
    assert northwind.get(f"/groups/{group['id']}")["membershipRule"] == GUESTS

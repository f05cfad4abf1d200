"""Access reviews of a policy begin, are answered and end by the clock that tests move (facts 3.6, 16.34)."""

from __future__ import annotations

import datetime as dt

import pytest
from starlette.testclient import TestClient

from sandbox.app import build
from sandbox.graph.approvals import No
from sandbox.graph.review_dates import terms
from sandbox.graph.reviews import decide, waiting_for
from sandbox.store import Object
from tests.sandbox.graph_client import (
    ELM,
    FABRIKAM,
    GROUP,
    NORTHWIND,
    World,
    graph,
    person_id,
    policy_body,
    world,
)

NORA, NILS = (person_id(name) for name in ("Nora", "Nils"))
REVIEWS = "/identityGovernance/accessReviews/definitions"
OURS = "$filter=contains(scope/microsoft.graph.accessReviewQueryScope/query, 'accessPackageAssignments')"
MEMBERS = "#microsoft.graph.groupMembers"


@pytest.fixture
def built() -> World:
    """Nils has the package for a year; after ninety days Nora and he are to say whether he may keep it."""
    made = world(graph())
    made.graph.roles.append("AccessReview.Read.All")
    put(made)
    ids = {"assignmentPolicyId": made.policy["id"], "accessPackageId": made.package["id"]}
    given = {"requestType": "adminAdd", "assignment": {"targetId": NILS, **ids}}
    made.graph.post(f"{ELM}/assignmentRequests", given)
    return made


def put(built: World, **settings: object) -> None:
    body = policy_body(built.package, built.organization, built.approvers)
    body["expiration"]["duration"] = "P365D"
    body["reviewSettings"] = review(built, **settings)
    built.graph.good(built.graph.call("PUT", f"{ELM}/assignmentPolicies/{built.policy['id']}", body))


def review(built: World, **more: object) -> Object:
    begins = built.graph.cloud.clock.now() + dt.timedelta(days=90)
    settings = {"isEnabled": True, "expirationBehavior": "keepAccess", "isSelfReview": False}
    who = [{"@odata.type": MEMBERS, "groupId": built.approvers["id"]}]
    schedule = {
        "startDateTime": begins.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "expiration": {"type": "afterDuration", "duration": "P14D"},
        "recurrence": {"pattern": {"type": "absoluteMonthly", "interval": 6}, "range": {"type": "noEnd"}},
    }
    return {**settings, "primaryReviewers": who, "schedule": schedule, **more}


def instances(built: World) -> list[Object]:
    (definition,) = built.graph.pages(f"{REVIEWS}?{OURS}")
    return built.graph.pages(f"{REVIEWS}/{definition['id']}/instances")


def states(built: World) -> list[str]:
    return [each["status"] for each in instances(built)]


def decisions(built: World) -> list[Object]:
    (definition,) = built.graph.pages(REVIEWS)
    return built.graph.pages(f"{REVIEWS}/{definition['id']}/instances/{instances(built)[-1]['id']}/decisions")


def later(built: World, days: int) -> None:
    built.graph.cloud.clock.advance(days=days)


def members(built: World) -> list[str]:
    built.graph.get(f"{ELM}/assignments")
    return [each["displayName"] for each in built.graph.pages(f"/groups/{built.group['id']}/members")]


def answer(built: World, who: str, approve: bool, words: str = "Left the team") -> Object:
    asked = decisions(built)[0]["id"]
    return decide(built.graph.cloud, NORTHWIND, asked, who, approve=approve, words=words)


def test_34_a_review_begins_and_ends_by_the_clock(built: World) -> None:
    """16.34: reviews starting must be drivable by tests."""
    (definition,) = built.graph.pages(f"{REVIEWS}?{OURS}")
    assert (definition["displayName"], definition["status"]) == ("Analyst - Analysts", "NotStarted")
    later(built, 89)
    assert states(built) == []
    later(built, 2)
    assert states(built) == ["InProgress"]
    asked = decisions(built)
    assert [(each["principal"]["displayName"], each["decision"]) for each in asked] == [
        ("Nils", "NotReviewed")
    ]
    assert asked[0]["resource"]["accessPackageId"] == built.package["id"]
    later(built, 14)
    assert states(built) == ["Applied"]
    assert built.graph.get(f"{REVIEWS}/{definition['id']}")["status"] == "Applied"


def test_34_a_review_begins_by_the_clock_that_another_process_moves(built: World) -> None:
    doors = TestClient(build(built.graph.cloud), built.graph.cloud.origin)
    assert states(built) == []
    doors.post("/_sandbox/clock", json={"days": 91})
    assert states(built) == ["InProgress"]


def test_34_it_begins_again_by_its_recurrence(built: World) -> None:
    later(built, 91 + 184)
    assert states(built) == ["Applied", "InProgress"]
    starts = [dt.datetime.fromisoformat(each["startDateTime"]) for each in instances(built)]
    assert 180 < (starts[1] - starts[0]).days < 185


@pytest.mark.parametrize(
    ("silence", "kept"),
    [("keepAccess", ["Nils"]), ("removeAccess", []), ("acceptAccessRecommendation", ["Nils"])],
)
def test_34_what_silence_means_is_the_policys_word(built: World, silence: str, kept: list[str]) -> None:
    put(built, expirationBehavior=silence, schedule=stored(built))
    later(built, 91)
    assert members(built) == ["Nils"]
    later(built, 14)
    assert members(built) == kept
    assert decisions(built)[0]["decision"] == "NotReviewed"


def stored(built: World) -> Object:
    """A start cannot change."""
    policy = built.graph.get(f"{ELM}/assignmentPolicies/{built.policy['id']}")
    schedule: Object = policy["reviewSettings"]["schedule"]
    return schedule


def test_34_what_a_reviewer_takes_away_ends_with_the_review(built: World) -> None:
    later(built, 91)
    answer(built, NORA, approve=False)
    assert members(built) == ["Nils"]
    later(built, 14)
    assert members(built) == []
    (made,) = decisions(built)
    assert (made["decision"], made["applyResult"]) == ("Deny", "AppliedSuccessfully")
    assert (made["reviewedBy"]["displayName"], made["justification"]) == ("Nora", "Left the team")


def test_34_what_a_reviewer_keeps_stays_though_silence_would_end_it(built: World) -> None:
    put(built, expirationBehavior="removeAccess", schedule=stored(built))
    later(built, 91)
    answer(built, NORA, approve=False)
    answer(built, NORA, approve=True)
    later(built, 14)
    assert members(built) == ["Nils"]


def test_34_only_reviewers_answer_in_time_and_with_a_reason_where_one_is_wanted(built: World) -> None:
    put(built, isReviewerJustificationRequired=True, schedule=stored(built))
    later(built, 91)
    for who, words, status in ((person_id("Fay"), "No", 403), (NORA, " ", 400)):
        with pytest.raises(No) as error:
            answer(built, who, approve=False, words=words)
        assert error.value.status == status
    later(built, 14)
    built.graph.get(f"{ELM}/assignments")
    with pytest.raises(No) as error:
        answer(built, NORA, approve=False)
    assert error.value.status == 409
    assert waiting_for(built.graph.cloud, NORTHWIND, NORA) == []


def test_34_people_review_themselves_where_the_policy_says_so(built: World) -> None:
    put(built, isSelfReview=True, schedule=stored(built))
    later(built, 91)
    built.graph.get(f"{ELM}/assignments")
    asked = {who: len(waiting_for(built.graph.cloud, NORTHWIND, who)) for who in (NORA, NILS)}
    assert asked == {NORA: 0, NILS: 1}


def test_34_a_fallback_reviewer_is_asked_where_nobody_else_is(built: World) -> None:
    nobody = built.graph.post("/groups", {**GROUP, "displayName": "Nobody"})
    first = [{"@odata.type": MEMBERS, "groupId": nobody["id"]}]
    then = [{"@odata.type": "#microsoft.graph.singleUser", "userId": NORA}]
    put(built, primaryReviewers=first, fallbackReviewers=then, schedule=stored(built))
    later(built, 91)
    answer(built, NORA, approve=True)


def test_34_an_assignment_of_365_days_ends_by_the_clock(built: World) -> None:
    """16.34: expiry of P365D assignments."""
    later(built, 364)
    assert members(built) == ["Nils"]
    later(built, 2)
    assert members(built) == []
    assert [each["state"] for each in built.graph.pages(f"{ELM}/assignments")] == ["expired"]


def test_34_what_has_run_out_before_a_review_began_is_not_asked_about(built: World) -> None:
    later(built, 90 + 366 + 7)
    assert states(built)[-1] == "InProgress"
    assert decisions(built) == []


def test_34_no_review_is_made_up_for_the_time_before_the_policy(built: World) -> None:
    begins = stored(built)["startDateTime"]
    later(built, 500)
    body = policy_body(built.package, built.organization, built.approvers) | {"displayName": "New"}
    body["reviewSettings"] = review(built, schedule={**stored(built), "startDateTime": begins})
    policy = built.graph.post(f"{ELM}/assignmentPolicies", body)
    built.graph.get(f"{ELM}/assignments")
    made = built.graph.cloud.store.all(NORTHWIND, "reviewInstances")
    assert {each["policy"] for each in made} == {built.policy["id"]} != {policy["id"]}


def test_23_reviews_take_a_licence(built: World) -> None:
    tenant = built.graph.cloud.store.get("", "tenants", NORTHWIND) or {}
    built.graph.cloud.store.put("", "tenants", {**tenant, "plans": []})
    assert built.graph.call("GET", REVIEWS).status_code == 403


def test_24_reading_reviews_takes_a_permission_of_its_own(built: World) -> None:
    built.graph.roles.remove("AccessReview.Read.All")
    refused = built.graph.call("GET", REVIEWS)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "AccessDenied")


def test_34_a_review_is_answered_in_my_access(built: World) -> None:
    """Where the link to #/access-reviews leads."""
    later(built, 91)
    page = "/@northwind.onmicrosoft.example"
    nora, fay = (TestClient(build(built.graph.cloud), "https://localhost") for _ in range(2))
    nora.post(page, data={"person": f"{NORTHWIND}/{NORA}"})
    fay.post(page, data={"person": f"{FABRIKAM}/{person_id('Fay')}"})
    text = nora.get(page).text
    assert '<section id="/access-reviews">' in text and "Does Nils still need this access?" in text
    assert "No access review waits for you." in fay.get(page).text
    form = {"review": decisions(built)[0]["id"], "decision": "deny", "words": "Left"}
    assert fay.post(f"{page}/reviews", data=form).status_code == 403
    assert "Nora answered: take away." in nora.post(f"{page}/reviews", data=form).text
    later(built, 14)
    assert members(built) == []


@pytest.mark.parametrize(
    ("pattern", "range", "starts"),
    [
        ({"type": "absoluteMonthly", "interval": 12}, {"type": "noEnd"}, ["2026-01-31", "2027-01-31"]),
        (
            {"type": "absoluteMonthly", "interval": 1},
            {"type": "numbered", "numberOfOccurrences": 3},
            ["2026-01-31", "2026-02-28", "2026-03-31"],
        ),
        ({"type": "absoluteYearly"}, {"type": "endDate", "endDate": "2027-01-30"}, ["2026-01-31"]),
        (
            {"type": "weekly", "interval": 2},
            {"type": "numbered", "numberOfOccurrences": 2},
            ["2026-01-31", "2026-02-14"],
        ),
        ({"type": "relativeMonthly"}, {"type": "noEnd"}, ["2026-01-31"]),
        (None, None, ["2026-01-31"]),
    ],
)
def test_34_reviews_begin_again_as_the_policy_says(
    pattern: Object | None, range: Object | None, starts: list[str]
) -> None:
    recurrence = {"pattern": pattern, "range": range} if pattern else None
    schedule = {"startDateTime": "2026-01-31T08:00:00Z", "expiration": {"duration": "P14D"}}
    settings = {"isEnabled": True, "schedule": {**schedule, "recurrence": recurrence}}
    until = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)
    found = list(terms(settings, until))
    assert [begins.date().isoformat() for _, begins, _ in found] == starts
    assert {ends - begins for _, begins, ends in found} == {dt.timedelta(days=14)}
    assert list(terms({**settings, "isEnabled": False}, until)) == []

"""Tasks for the customer: who there can do each, how, and ticked only by what was seen or said by name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils.timezone import now

from onboarding import app_stands
from onboarding.models import AppStand, Grant, Inquiry, Plan
from onboarding.wizard import consent_returns
from tenants import delegation_policies
from tenants.consent import NEEDED
from tests.access import world
from tests.access.grants import granted, reviewed, surveyed
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
HERE = "/tenants/northwind/"
PAGE = f"{HERE}tasks/"


@pytest.fixture
def cast() -> Cast:
    cast = assemble()
    world.offered(cast.northwind)
    return cast


def states(cast: Cast, who: str = "rita") -> dict[str, str]:
    """Task → the word it stands under."""
    answer = cast.client(who).get(PAGE)
    assert answer.status_code == 200
    page = re.sub(r"\s+", " ", answer.content.decode())
    found = re.findall(
        r'<h3 class="mt-0"[^>]*>(.*?)</h3> <p><span class="[^"]*">.*?</span>([^<]+)</span>', page
    )
    return dict(found)


def test_where_nothing_was_begun_there_is_nothing_to_do(cast: Cast) -> None:
    assert states(cast) == {}
    assert "Nothing. When something is waited for" in cast.client("rita").get(PAGE).content.decode()


def test_a_plan_waits_until_it_is_agreed_to(cast: Cast) -> None:
    plan = world.planned(cast.northwind)
    title = f"Read plan {plan.digest[:12]}, and agree if it is what you want"
    assert states(cast) == {title: "Still to do"}
    world.agree(plan)
    assert states(cast) == {}


def test_what_a_run_waits_for_says_who_can_do_it(cast: Cast) -> None:
    run = world.ran(cast.northwind, "verified", closed=False)
    facts = {"tenant": "northwind.example", "app": "setup"}
    step = world.step(run, 1, "customer", reason="no_admin_consent", facts=facts, waiting_since=now())
    [(title, state)] = states(cast).items()
    assert (title, state) == ("Let the set-up app in", "Still to do")
    assert "A Global Administrator" in cast.client("rita").get(PAGE).content.decode()
    run.steps.filter(pk=step.pk).update(state="verified", reason="")
    assert states(cast) == {}


def test_a_link_for_consent_is_ticked_by_our_own_token_only(cast: Cast, settings: Any) -> None:
    settings.MICROSOFT_APPS = {**settings.MICROSOFT_APPS, "reader": {"client_id": cast.northwind.tenant_id}}
    consent_returns.ask(cast.northwind, "reader", "person 1")
    assert states(cast) == {"Let the reader app in": "Still to do"}
    page = cast.client("rita").get(PAGE).content.decode()
    assert "adminconsent?" in page and all(name in page for name in NEEDED["reader"])
    said = {"tenant": cast.northwind, "what": "reader", "asked_by": "person 1", "answered_at": now()}
    answer = Inquiry.objects.create(**said, reason="no_admin_consent")
    assert states(cast) == {"Let the reader app in": "Still to do"}
    Inquiry.objects.filter(pk=answer.pk).update(reason="")
    assert states(cast) == {"Let the reader app in": "Seen done"}


def test_a_role_by_hand_is_said_by_name_and_never_called_seen(cast: Cast) -> None:
    world.owned(cast.northwind, "group/tier-1")
    title = "Give Tier 1 its role in Defender"
    assert states(cast) == {title: "Still to do"}
    cast.client("rita").post("/tenants/northwind/by-hand/defender-tier-1/confirm/")
    assert states(cast) == {title: "Confirmed by name, not checked"}
    assert "Rita" in cast.client("audrey").get(PAGE).content.decode()


def test_the_app_that_writes_is_ticked_when_it_is_seen_gone(cast: Cast) -> None:
    title = "Remove the set-up app"
    run = world.ran(cast.northwind, "verified", closed=False)
    AppStand.objects.create(
        tenant=cast.northwind, app="setup", seen_from=now(), looked_at=now(), seen_until=now()
    )
    assert title not in states(cast)
    run.closed_at = now()
    run.save()
    assert states(cast)[title] == "Can be done"
    app_stands.gone(cast.northwind)
    assert states(cast)[title] == "Seen done"
    AppStand.objects.all().delete()
    assert states(cast)[title] == "Not known"


def test_the_app_that_writes_stays_while_a_plan_that_was_agreed_to_waits_to_be_started(cast: Cast) -> None:
    title, seen = "Remove the set-up app", dict.fromkeys(("seen_from", "seen_until", "looked_at"), now())
    world.ran(cast.northwind, "verified", purpose="offboard", hours_ago=9)
    world.ran(cast.northwind, "verified", hours_ago=6)
    AppStand.objects.create(tenant=cast.northwind, app="setup", **seen)
    plan = world.planned(cast.northwind, hours_ago=3)
    assert states(cast)[title] == "Can be done"
    world.agree(plan)
    assert title not in states(cast)
    Plan.objects.filter(pk=plan.pk).update(expires_at=now())
    assert states(cast)[title] == "Can be done", "it can no longer be carried out"
    Plan.objects.filter(pk=plan.pk).update(expires_at=plan.expires_at)
    world.ran(cast.northwind, "verified", purpose="pause", hours_ago=2)
    assert states(cast)[title] == "Can be done", "what was agreed to before a pause opens nothing again"


def test_who_must_act_next_begins_as_in_the_list_and_names_the_open_tasks(cast: Cast) -> None:
    def next_says(page: str) -> str:
        said = cast.client("alice").get(page).content.decode()
        return re.sub(r"\s+", " ", said.partition("Who must act next</dt><dd>")[2].partition("</dd>")[0])

    world.ran(cast.northwind, "verified")
    assert next_says(HERE).startswith("Nobody, for what was set up.")
    check = {"name": "who may invite guests", "state": "warn", "found": "Everybody.", "remedy": "Mind it."}
    answer = {"ready": True, "checks": [{**check, "who": "an administrator of the customer"}]}
    asked = {"tenant": cast.northwind, "what": "readiness", "asked_by": "person 1", "answered_at": now()}
    Inquiry.objects.create(**asked, answer=answer)
    assert states(cast)["Readiness: who may invite guests"] == "Still to do"
    said = next_says(HERE)
    assert said.startswith(
        "Nobody, for what was set up. The customer has open tasks: “Readiness: who may invite"
    )
    assert "Nobody, for what was set up. Tasks" in cast.client("alice").get("/customers/").content.decode()


def test_a_readiness_warning_is_ticked_by_the_look_that_passes_it(cast: Cast) -> None:
    title, said = "Readiness: licence", {"name": "licence", "found": "No licence.", "remedy": "Buy one."}
    for state, who, word in (
        ("fail", "an administrator of the customer", "Still to do"),
        ("unknown", "an administrator of the customer", "Not known"),
        ("pass", "nobody", "Seen done"),
    ):
        looked(cast, {**said, "state": state, "who": who})
        assert states(cast) == {title: word}
    looked(cast, {**said, "state": "warn", "who": "us"})
    assert states(cast) == {}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("who may invite guests", "which one we have not found documented"),
        ("multitenant portal", "A Conditional Access Administrator. Where the licence is missing"),
    ],
)
def test_each_readiness_check_has_its_role_and_is_ticked_when_it_passes(
    cast: Cast, name: str, role: str
) -> None:
    said = {"name": name, "found": "It is so.", "remedy": "Change it."}
    looked(cast, {**said, "state": "warn", "who": "an administrator of the customer"})
    assert states(cast) == {f"Readiness: {name}": "Still to do"}
    assert role in cast.client("rita").get(PAGE).content.decode()
    looked(cast, {**said, "state": "pass", "who": "nobody"})
    assert states(cast) == {f"Readiness: {name}": "Seen done"}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Sentinel is on", "An owner of the subscription. A lesser role may do"),
        ("Defender XDR", "A Microsoft Sentinel Contributor of the workspace. Which role in the directory"),
        ("incidents that come twice", "A Microsoft Sentinel Contributor of the workspace."),
    ],
)
def test_what_sentinel_lacks_is_a_task_until_it_is_seen_mended(cast: Cast, name: str, role: str) -> None:
    world.delegated(cast.northwind)
    title = f"Readiness: {name}, workspace northwind-soc"
    for state, word in (("fail", "Still to do"), ("unknown", "Not known"), ("pass", "Seen done")):
        asked = Inquiry.objects.get(what=Inquiry.What.SENTINEL)
        check = {"name": name, "state": state, "found": "It is so.", "remedy": "Mend it.", "who": "customer"}
        for one in asked.answer["workspaces"]:
            one["checks"] = [check]
        asked.save()
        assert states(cast) == {title: word}
        assert (role in cast.client("rita").get(PAGE).content.decode()) == (state != "pass")


def test_a_policy_that_would_refuse_the_delegation_is_a_task_of_whoever_may_change_it(cast: Cast) -> None:
    name = delegation_policies.LIST
    said = {
        "name": name,
        "found": "Not in the list.",
        "remedy": "Add it.",
        "who": "an owner of the subscription",
    }
    looked(cast, {**said, "state": "unknown"})
    assert states(cast) == {f"Readiness: {name}": "Not known"}
    world.delegated(cast.northwind)
    assert states(cast) == {}
    for state, word in (("warn", "Still to do"), ("pass", "Seen done")):
        what = {"tenant": cast.northwind, "what": Inquiry.What.GUARDS, "asked_by": "person 1"}
        answer = {"places": {world.SUBSCRIPTION: [{**said, "state": state}]}}
        Inquiry.objects.create(**what, answered_at=now(), answer=answer)
        assert states(cast) == {f"Readiness: {name}, subscription {world.SUBSCRIPTION}": word}
        page = cast.client("rita").get(PAGE).content.decode()
        assert ("Resource Policy Contributor there" in page) == (state == "warn")


def looked(cast: Cast, check: dict[str, Any]) -> None:
    what = {"tenant": cast.northwind, "what": Inquiry.What.READINESS, "asked_by": "person 1"}
    Inquiry.objects.create(**what, answered_at=now(), answer={"checks": [check]})


def test_what_a_review_ends_is_a_task_until_it_is_seen_gone(cast: Cast) -> None:
    row = granted(cast.northwind, "assignment", tier="tier-1")
    reviewed(cast.northwind, cast.people["rita"])
    title = "End: Amir Rahimi, through Fabrikam Tier 1 Analyst"
    assert states(cast) == {title: "Still to do"}
    surveyed(cast.northwind, hours_ago=0.5, assignments="503")
    assert states(cast) == {title: "Not known"}
    Grant.objects.filter(pk=row.pk).update(gone_seen=now())
    assert states(cast) == {title: "Seen done"}


@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("audrey", 200), ("ann", 404), ("rolf", 404)])
def test_it_is_the_customers_and_not_for_analysts_or_others(cast: Cast, who: str, status: int) -> None:
    assert cast.client(who).get(PAGE).status_code == status

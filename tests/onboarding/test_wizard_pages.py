"""What the wizard's pages say on their way: mistakes beside their fields, two admins, waiting and its end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from onboarding.agreeing import agreements
from onboarding.models import Draft, Inquiry, Plan, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding.clicking import (
    HERE,
    PAPER,
    PEOPLE,
    POLL,
    SAID,
    admin,
    as_far_as_a_plan,
    new,
    offer,
    on_paper,
    people,
    plan,
    poll_address,
    post,
    scan,
    seen,
    text,
)
from tests.onboarding.wizarding import let_in, take_out, work

MOST_QUERIES = 18


@pytest.fixture
def alice(portal: Cloud) -> Client:
    return admin("Alice")


@pytest.mark.parametrize(
    "odd", ["carla\0@northwind.example", "car\u202ela@northwind.example", "a\x07b@c.example"]
)
def test_an_address_with_what_does_not_show_is_none(alice: Client, odd: str) -> None:
    """PostgreSQL takes no NUL: it was an error of ours instead of a mistake at its field."""
    new(alice)
    offer(alice)
    typed = {"version": Draft.objects.get().version, **PEOPLE, "approvers": [odd]}
    page = alice.post(f"{HERE}people/", typed)
    assert page.status_code == 200 and "is no e-mail address" in page.content.decode()
    assert Draft.objects.get().approvers == []


def test_who_is_asked_when_nobody_answers_depends_on_a_second_approver(alice: Client) -> None:
    """As the plan does it: escalation is only where there is somebody to escalate to."""
    new(alice)
    assert "a second approver is named, Microsoft also asks that one by name" in text(alice, f"{HERE}offer/")
    offer(alice)
    said = text(alice, f"{HERE}people/")
    assert "Each of them can answer from the start." in said
    assert "with one, nobody else is reminded." in said
    assert "After 3 days without an answer Microsoft also asks the second by name" in said


@pytest.mark.parametrize(
    ("step", "typed", "beside", "told"),
    [
        ("offer", {"approval": "both"}, "offer-error", "Choose one of the offers."),
        ("offer", {"offer": "managed-defender"}, "tiers-error", "Tick at least one tier."),
        ("offer", {"offer": "managed-defender"}, "approval-error", "Say who approves."),
        ("people", {}, "approvers-1-said", "Name at least one person who approves, better two."),
        ("people", {}, "reviewers-1-said", "Name at least one person who may agree and review."),
        ("plan/schedule", {"not_before": "soon"}, "not_before-error", "such as 2026-12-01 18:00"),
        ("plan/schedule", {"change_number": "a\tb"}, "change_number-error", "must be one line"),
    ],
)
def test_each_mistake_stands_beside_its_field(
    alice: Client, step: str, typed: dict[str, str], beside: str, told: str
) -> None:
    new(alice)
    if step != "offer":
        offer(alice)
    said = {"version": Draft.objects.get().version, **typed}
    answer = alice.post(f"{HERE}{step}/", said).content.decode()
    assert told in answer.partition(f'id="{beside}"')[2].partition("</p>")[0]
    assert f'aria-describedby="{beside}"' in answer


def test_tiers_ticked_beside_another_offer_are_not_taken_for_the_chosen_one(alice: Client) -> None:
    """As a browser sends it: both offers have their boxes on the page, and both have a Tier 2."""
    new(alice)
    page = text(alice, f"{HERE}offer/")
    boxes = re.findall(r'type="checkbox" name="([^"]+)" value="tier-2"', page)
    assert len(set(boxes)) == len(boxes) > 1
    ours = next(name for name in boxes if name.endswith("managed-defender"))
    ticked = {name: ["tier-1", "tier-2"] for name in boxes} | {ours: ["tier-1"]}
    said = {"version": 1, "offer": "managed-defender", "approval": "customer", **ticked}
    post(alice, f"{HERE}offer/", said)
    assert Draft.objects.get().tiers == ["tier-1"]
    said = {**said, "version": Draft.objects.get().version} | {ours: []}
    assert "Tick at least one tier." in alice.post(f"{HERE}offer/", said).content.decode()


def test_without_a_tier_nothing_is_saved_and_nothing_typed_is_lost(alice: Client) -> None:
    new(alice)
    typed = {"version": 1, "offer": "managed-defender", "approval": "both"}
    page = alice.post(f"{HERE}offer/", typed).content.decode()
    assert "Tick at least one tier." in page
    assert re.search(r'value="both" checked', page) and Draft.objects.get().offer is None


def test_each_address_has_its_mistake_beside_it(alice: Client) -> None:
    new(alice)
    offer(alice)
    work()
    people(alice, approvers=["carla@northwind.example", "nobody@northwind.example"])
    work()
    page = text(alice, f"{HERE}people/")
    assert "nobody@northwind.example belongs to nobody" in page and "Carla Ruiz" in page
    assert 'aria-invalid="true"' in page


def test_what_is_no_address_is_said_and_kept(alice: Client) -> None:
    new(alice)
    offer(alice)
    typed = {**PEOPLE, "version": Draft.objects.get().version, "approvers": ["carla", "x@y.example"]}
    page = alice.post(f"{HERE}people/", typed).content.decode()
    assert "This is no e-mail address" in page and 'value="carla"' in page and 'value="x@y.example"' in page
    assert Draft.objects.get().approvers == []


def test_of_two_admins_the_second_sees_who_saved_what_and_keeps_what_they_typed(alice: Client) -> None:
    new(alice)
    seen = Draft.objects.get().version
    offer(admin("Bea"), tiers=["tier-1"])
    mine = {"version": seen, "offer": "managed-defender", "tiers": ["tier-2"], "approval": "both"}
    page = alice.post(f"{HERE}offer/", mine).content.decode()
    assert "Bea saved it" in page and "Managed Defender with Tier 1;" in page
    assert re.search(r'value="tier-2" checked', page) and Draft.objects.get().tiers == ["tier-1"]
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    post(alice, f"{HERE}offer/", mine | {"version": version[1]})
    assert Draft.objects.get().tiers == ["tier-2"]


def test_a_lookalike_is_ticked_on_the_page_and_the_plan_is_made_anew(alice: Client, portal: Cloud) -> None:
    as_far_as_a_plan(alice)
    name = "Fabrikam Security Tier 1 Analyst"
    planted = seed._group(portal, "99990000-0000-4000-8000-000000000001", name)
    portal.store.put(seed.NORTHWIND, "groups", planted)
    post(alice, f"{HERE}plan/")
    work()
    page = text(alice, f"{HERE}plan/")
    assert "Take over existing" in page and "manage.py" not in page
    for said, value in {"Its name": name, "Whether it gets mail": "no", "Its owners": "none"}.items():
        assert f"<dt>{said}</dt><dd>{value}</dd>" in page
    assert not re.search(r"<dt>\w*[a-z][A-Z]", page)
    stray = alice.post(f"{HERE}plan/tick/", {"tick": f"group/tier-1={seed.NORTHWIND}"}).content.decode()
    assert "not one of the objects proposed" in stray
    post(alice, f"{HERE}plan/tick/", {"tick": f"group/tier-1={planted['id']}"})
    work()
    assert "Take over the group" in text(alice, f"{HERE}plan/")


def test_a_name_that_would_turn_the_line_round_is_spelt_out(alice: Client, portal: Cloud) -> None:
    as_far_as_a_plan(alice)
    body = seed._group(portal, "99990000-0000-4000-8000-000000000001", "Fabrikam Security Tier 1 Analyst")
    portal.store.put(seed.NORTHWIND, "groups", {**body, "description": "safe\u202e<b>evil</b>"})
    plan(alice)
    page = text(alice, f"{HERE}plan/")
    assert "safe\\u202e&lt;b&gt;evil" in page and "\u202e" not in page and "<b>evil" not in page


def test_nobody_confirms_the_paper_they_entered(alice: Client, settings: Any) -> None:
    as_far_as_a_plan(alice)
    post(alice, PAPER, SAID | seen(alice, PAPER) | scan())
    page = alice.post(f"{HERE}agreement/paper/confirm/").content.decode()
    assert "Nobody decides what they asked for themselves" in page
    assert not hasattr(Plan.objects.get(), "agreement")


def test_only_a_reviewer_can_have_agreed_on_paper(alice: Client) -> None:
    as_far_as_a_plan(alice)
    said = SAID | seen(alice, PAPER) | scan() | {"by": "deniz@northwind.example"}
    page = alice.post(PAPER, said).content.decode()
    assert "it must be one of the reviewers" in page and not hasattr(Plan.objects.get(), "paper")
    assert 'value="contract 2026-114"' in page


def test_paper_is_only_where_the_setting_allows_it(alice: Client, settings: Any) -> None:
    as_far_as_a_plan(alice)
    said = SAID | seen(alice, PAPER) | scan()
    settings.ALLOW_RECORDED_AGREEMENT = False
    assert "On paper instead" not in text(alice, f"{HERE}agreement/")
    assert "takes no agreements on paper" in alice.post(f"{HERE}agreement/paper/", said).content.decode()


def test_a_run_does_not_start_without_agreement_nor_before_its_time(alice: Client) -> None:
    as_far_as_a_plan(alice)
    assert "cannot be done yet" in alice.post(f"{HERE}progress/start/").content.decode()
    on_paper(alice, admin("Bea"))
    assert "cannot be done yet" in alice.post(f"{HERE}progress/start/").content.decode()
    post(alice, f"{HERE}setup/")
    work()
    when = {
        "version": Draft.objects.get().version,
        "change_number": "CHG-1",
        "not_before": "2066-01-01T08:00",
    }
    post(alice, f"{HERE}plan/schedule/", when)
    assert "2066-01-01 08:00" in alice.post(f"{HERE}progress/start/").content.decode()
    assert not Run.objects.exists()


def test_a_page_that_watches_is_told_only_what_is_new_and_then_to_go_on(alice: Client, portal: Cloud) -> None:
    take_out(portal, seed.NORTHWIND, seed.READER)
    new(alice)
    offer(alice)
    first = alice.get(f"{HERE}reader/", headers=POLL)
    assert first.status_code == 200 and "<html" not in first.content.decode()
    again = poll_address(first.content.decode())
    assert alice.get(again, headers=POLL).status_code == 204
    work()
    news = alice.get(again, headers=POLL)
    assert news.status_code == 200 and "has not been let into" in news.content.decode()
    let_in(portal, seed.NORTHWIND, seed.READER)
    Inquiry.objects.update(not_before=now())
    work()
    last = alice.get(poll_address(news.content.decode()), headers=POLL)
    assert last.headers["HX-Redirect"] == f"{HERE}readiness/" and not last.content


def test_agreeing_ends_the_waiting_page(alice: Client) -> None:
    as_far_as_a_plan(alice)
    waiting = alice.get(f"{HERE}agreement/", headers=POLL)
    assert waiting.status_code == 200
    plan = Plan.objects.get()
    agreements.record(plan, by="c", reference="1", asked_by="person 1", decided_by="person 2")
    last = alice.get(poll_address(waiting.content.decode()), headers=POLL)
    assert last.headers["HX-Redirect"] == f"{HERE}setup/"


def test_the_rail_the_waiting_and_the_page_work_out_the_next_step_once(
    alice: Client, django_assert_max_num_queries: Any
) -> None:
    as_far_as_a_plan(alice)
    with django_assert_max_num_queries(MOST_QUERIES):
        alice.get(f"{HERE}progress/")

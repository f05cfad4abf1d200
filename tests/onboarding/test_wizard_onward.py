"""The wizard goes on by itself where nobody has anything to decide, and stops where somebody has to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now

from onboarding import tasks
from onboarding.models import ConsentRequest, Draft, Inquiry, Plan
from onboarding.wizard.steps import next_step
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding import already
from tests.onboarding.clicking import (
    HERE,
    POLL,
    admin,
    as_far_as_a_plan,
    come_back,
    new,
    offer,
    on_paper,
    people,
    poll_address,
    post,
    text,
)
from tests.onboarding.wizarding import take_out, work, work_through

WARNS = "Security defaults are on"


@pytest.fixture
def alice(portal: Cloud) -> Client:
    return admin("Alice")


def asked() -> list[str]:
    return list(Inquiry.objects.order_by("pk").values_list("what", flat=True))


def led(client: Client, step: str) -> str:
    """Where its poll leads; "" where it stays."""
    response = client.get(f"{HERE}{step}/?seen=older", headers=POLL)
    assert response.status_code in (200, 286), response.status_code
    return str(response.headers.get("HX-Redirect", ""))


def led_without_script(client: Client, step: str) -> str:
    response = client.get(f"{HERE}{step}/?again=1")
    return str(response.headers.get("Location", ""))


def test_the_readiness_is_asked_once_the_reader_is_in_and_the_plan_once_all_are_found(alice: Client) -> None:
    new(alice)
    offer(alice)
    assert asked() == ["reader"]
    work_through()
    assert asked() == ["reader", "readiness"] and not Inquiry.objects.open().exists()
    people(alice)
    work_through()
    assert asked() == ["reader", "readiness", "people", "plan"]
    assert Plan.objects.count() == 1
    assert {each.asked_by for each in Inquiry.objects.all()} == {Draft.objects.get().begun_by}


def test_nothing_is_asked_after_a_reader_that_is_out_or_people_who_were_not_found(
    alice: Client, portal: Cloud
) -> None:
    take_out(portal, seed.NORTHWIND, seed.READER)
    new(alice)
    offer(alice)
    tasks.look_into(Inquiry.objects.get().pk)
    assert asked() == ["reader"]
    come_back(text(alice, f"{HERE}reader/"), portal, seed.READER)
    post(alice, f"{HERE}readiness/")
    work_through()
    people(alice, approvers=["nobody@northwind.example"])
    work_through()
    assert asked() == ["reader", "readiness", "people"]


def test_what_was_asked_before_is_asked_anew_by_a_person_alone(alice: Client) -> None:
    as_far_as_a_plan(alice)
    people(alice, approvers=["deniz@northwind.example"])
    work_through()
    assert asked().count("plan") == 1 and "Plan again" in text(alice, f"{HERE}plan/")


def test_no_change_is_planned_by_itself_for_who_was_set_up_from_a_file(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    already.set_up(portal, file())
    post(admin("Alice"), f"{HERE}begin/")
    work_through()
    assert sorted(asked()) == ["people", "reader", "readiness"] and next_step(Draft.objects.get()) == "plan"


def test_the_next_question_is_kept_with_the_answer_or_not_at_all(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(answered: Inquiry) -> None:
        raise KeyboardInterrupt

    new(alice)
    offer(alice)
    monkeypatch.setattr(tasks.following, "after", dies)
    with pytest.raises(KeyboardInterrupt):
        tasks.look_into(Inquiry.objects.get().pk)
    assert Inquiry.objects.get().is_open


def test_a_page_that_waited_leads_on_and_says_there_what_was_found(alice: Client, portal: Cloud) -> None:
    new(alice)
    offer(alice)
    assert led(alice, "reader") == "" == led_without_script(alice, "reader")
    work()
    assert led(alice, "reader") == f"{HERE}readiness/" == led_without_script(alice, "reader")
    page = text(alice, f"{HERE}readiness/")
    assert "The reader app is let in: our own token for northwind.example showed it" in page
    assert text(alice, f"{HERE}reader/").count("Go on</a>") == 1, "who comes by the rail stays"


def test_what_wants_a_look_is_told_in_full_on_the_page_it_leads_to(alice: Client) -> None:
    new(alice)
    offer(alice)
    work_through()
    page = text(alice, f"{HERE}readiness/")
    assert "Look at it" in page and "Look at what is not “Fine”" in page
    assert page.rindex("Look at it") < page.index(">Fine<"), "what wants a look comes first"
    assert led(alice, "reader") == f"{HERE}people/" == led(alice, "readiness")
    told = text(alice, f"{HERE}people/")
    for check in Inquiry.objects.get(what="readiness").answer["checks"]:
        assert (check["found"] in told) is (check["state"] != "pass"), check
    assert "register MFA in this tenant. Tell the analysts to expect the registration" in told
    checks = [{**each, "state": "pass"} for each in Inquiry.objects.get(what="readiness").answer["checks"]]
    Inquiry.objects.filter(what="readiness").update(answer={"ready": True, "checks": checks})
    assert led(alice, "reader") == f"{HERE}people/" == led(alice, "readiness")
    assert f"all {len(checks)} checks are fine" in text(alice, f"{HERE}people/")


def test_a_check_that_could_not_be_read_is_not_passed_over(alice: Client) -> None:
    """Whether it is in the way nobody knows: a person decides whether to go on."""
    new(alice)
    offer(alice)
    work_through()
    checks = Inquiry.objects.get(what="readiness").answer["checks"]
    checks[0] |= {"state": "unknown", "found": "It could not be read."}
    Inquiry.objects.filter(what="readiness").update(answer={"ready": True, "checks": checks})
    assert led(alice, "reader") == f"{HERE}readiness/" and led(alice, "readiness") == ""
    told = text(alice, f"{HERE}people/")
    assert "Nothing is in the way" not in told and "It could not be read." in told
    assert "Nothing that could be read is in the way" in told


def test_a_page_that_is_asked_again_waits_for_the_new_answer(alice: Client) -> None:
    new(alice)
    offer(alice)
    work_through()
    checks = [{**each, "state": "pass"} for each in Inquiry.objects.get(what="readiness").answer["checks"]]
    Inquiry.objects.filter(what="readiness").update(answer={"ready": True, "checks": checks})
    post(alice, f"{HERE}readiness/")
    assert led(alice, "readiness") == "" == led_without_script(alice, "readiness")


def test_a_plan_is_read_before_it_goes_on(alice: Client) -> None:
    new(alice)
    offer(alice)
    work_through()
    people(alice)
    work_through()
    assert led(alice, "people") == f"{HERE}plan/" and led(alice, "plan") == ""
    page = text(alice, f"{HERE}plan/")
    assert "Found as members of northwind.example: Carla Ruiz, Deniz Yilmaz" in page
    assert "Read what would change, then" in page


def test_who_looks_at_the_readiness_again_later_stays_there(alice: Client) -> None:
    as_far_as_a_plan(alice)
    checks = [{**each, "state": "pass"} for each in Inquiry.objects.get(what="readiness").answer["checks"]]
    Inquiry.objects.filter(what="readiness").update(answer={"ready": True, "checks": checks})
    assert led(alice, "readiness") == "" == led_without_script(alice, "readiness")


def test_the_agreement_and_the_set_up_app_lead_on(alice: Client) -> None:
    as_far_as_a_plan(alice)
    assert led(alice, "agreement") == ""
    on_paper(alice, admin("Bea"))
    assert led(alice, "agreement") == f"{HERE}setup/"
    assert "agreed to the plan" in text(alice, f"{HERE}setup/")
    post(alice, f"{HERE}setup/")
    work()
    assert led(alice, "setup") == f"{HERE}progress/"
    assert "The set-up app is let in" in text(alice, f"{HERE}progress/")


def test_each_step_says_at_its_top_the_one_next_act_and_no_other_step_does(alice: Client) -> None:
    """By step: what is said once there is something to do there, and nothing where it is not its turn."""

    def said(step: str) -> str:
        return text(alice, f"{HERE}{step}/").partition('id="next">')[2].partition("</p>")[0]

    new(alice)
    assert "Choose what is sold" in said("offer") and said("tenant") == ""
    offer(alice)
    assert "Send the link below to an administrator" in said("reader") and said("offer") == ""
    work()
    assert "Press “Check now”" in said("readiness") and said("reader") == ""
    post(alice, f"{HERE}readiness/")
    assert "Nothing to do: our worker asks the tenant" in said("readiness")
    work()
    assert "Name who approves" in said("people")
    people(alice)
    assert "Nothing to do: our worker asks the tenant" in said("people")
    work()
    assert "Press “Make the plan”" in said("plan")
    post(alice, f"{HERE}plan/")
    work()
    assert "Send the link below to a reviewer" in said("agreement")
    on_paper(alice, admin("Bea"))
    post(alice, f"{HERE}setup/")
    assert "Send the link below to an administrator" in said("setup")
    work()
    assert "Press “Start setting up”" in said("progress")
    post(alice, f"{HERE}progress/start/")
    assert "Nothing to do while it is carried out." in said("progress")


def test_a_plan_that_nobody_was_sent_yet_is_not_said_to_be_with_the_reviewer(alice: Client) -> None:
    as_far_as_a_plan(alice)
    page = text(alice, f"{HERE}plan/")
    assert "for the link to the reviewer" in page and "Waiting for a reviewer" not in page
    assert "Once a reviewer of the customer has the link" in page
    assert "Waiting for a reviewer" in text(alice, f"{HERE}agreement/")


def test_what_to_do_about_a_link_follows_whether_there_is_one_and_whether_it_is_watched(
    alice: Client, portal: Cloud
) -> None:
    take_out(portal, seed.NORTHWIND, seed.READER)
    new(alice)
    offer(alice)
    asked, watched = ConsentRequest.objects.all(), Inquiry.objects.filter(what="reader")
    for used_at, is_watched, says in (
        (None, True, "Send the link below to an administrator of the customer. This page goes on by itself"),
        (None, False, "of the customer. Then press “Look again now”."),
        (now(), False, "Press the button below to make a link"),
        (now(), True, "Nothing to do: our worker asks the tenant."),
    ):
        asked.update(used_at=used_at)
        watched.update(answered_at=None if is_watched else now(), reason="no_admin_consent", facts={})
        assert says in text(alice, f"{HERE}reader/"), (used_at, is_watched)


def test_a_link_goes_once_what_it_was_for_is_done(alice: Client) -> None:
    new(alice)
    offer(alice)
    assert "The link to send" in text(alice, f"{HERE}reader/")
    work()
    page = text(alice, f"{HERE}reader/")
    assert "Our reader app is let in." in page and "The link to send" not in page


def test_the_mail_says_what_each_permission_could_reach(alice: Client) -> None:
    new(alice)
    offer(alice)
    mail = text(alice, f"{HERE}reader/").partition("<textarea")[2].partition("</textarea>")[0]
    assert "It could besides: Read every group with its members" in mail
    assert mail.count("It could besides: ") == 6


def test_a_page_with_something_to_read_is_told_to_stop(alice: Client) -> None:
    new(alice)
    offer(alice)
    work()
    people(alice)
    asked = alice.get(f"{HERE}people/", headers=POLL)
    Inquiry.objects.filter(what="people").update(
        answered_at=now(), reason="inquiry_failed", facts={"why": "x"}
    )
    last = alice.get(poll_address(asked.content.decode()), headers=POLL)
    assert last.status_code == 286 and "hx-get" not in last.content.decode()

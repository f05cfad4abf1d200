"""A reviewer says no to a plan, and why: it is decided once, and is then neither signed nor carried out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from access.standing import Standing, with_standing
from onboarding import runs
from onboarding.agreeing import agreements, declines, files, papers, whose_word
from onboarding.models import Agreement, Decline, Paper, Plan, Run
from sandbox.cloud import Cloud
from tenants import ledger
from tenants.microsoft.errors import Refused
from tenants.models import Contact, Person, Tenant
from tests.cast import carla, sign_in
from tests.onboarding.clicking import (
    HERE,
    PAPER,
    SAID,
    admin,
    as_far_as_a_plan,
    people,
    post,
    scan,
    seen,
    text,
)
from tests.onboarding.clicking import plan as plan_again
from tests.onboarding.conftest import NORTHWIND, box, file, manage, pki, portal
from tests.onboarding.test_runs import at_once
from tests.onboarding.wizarding import work

__all__ = ["box", "file", "pki", "portal"]
WHY = "Two tiers are too many; leave Tier 2 out."


@pytest.fixture
def alice(portal: Cloud) -> Client:
    client = admin("Alice")
    as_far_as_a_plan(client)
    return client


def browser(person: Person, **when: Any) -> Client:
    client = Client()
    sign_in(client, person, **when)
    return client


def page(plan: Plan | None = None) -> str:
    return f"/tenants/northwind/agreement/{(plan or Plan.objects.latest('pk')).digest}/"


def say_no(client: Client, reason: str = WHY, plan: Plan | None = None) -> Any:
    return client.post(f"{page(plan)}decline/", {"tenant": "northwind", "reason": reason})


def standing() -> Standing:
    return Standing(with_standing(Tenant.objects.all()).get().standing)


def test_said_no_it_stands_with_who_when_and_why_and_waits_for_nobody(alice: Client) -> None:
    client, plan = browser(carla()), Plan.objects.get()
    assert "Or say no" in text(client, page()) and standing() is Standing.AGREEMENT
    assert say_no(client)["Location"] == page()
    no = Decline.objects.get()
    assert (no.plan, no.by, no.decided_by, no.reason) == (plan, "carla@northwind.example", carla().actor, WHY)
    entry = plan.tenant.customer.ledger.get(number=no.ledger_number)
    assert (entry.verb, entry.actor, entry.facts["digest"]) == ("declined", carla().actor, plan.digest)
    assert entry.facts["reason_sha256"] == whose_word.printed(plan, WHY)
    assert "carla@" not in str(entry.facts) and WHY not in str(entry.facts)
    shown = text(client, page())
    assert (
        "Declined." in shown
        and WHY in shown
        and "Sign in and agree" not in shown
        and "Or say no" not in shown
    )
    assert standing() is Standing.DECLINED
    for address in ("/", "/tenants/northwind/tasks/"):
        assert plan.digest not in text(client, address)


def test_an_old_sign_in_is_enough_to_say_no(alice: Client) -> None:
    assert say_no(browser(carla(), auth_time=now() - timedelta(hours=7))).status_code == 302
    assert Decline.objects.exists()


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_without_a_reason_nothing_is_declined(alice: Client, reason: str) -> None:
    answer = say_no(browser(carla()), reason)
    assert answer.status_code == 400 and "Say why" in answer.content.decode()
    assert not Decline.objects.exists() and standing() is Standing.AGREEMENT


def test_a_reason_that_looks_like_a_secret_is_taken_and_stays_out_of_the_record(alice: Client) -> None:
    assert say_no(browser(carla()), "Bearer bonds are none of yours").status_code == 302
    assert Decline.objects.get().reason.startswith("Bearer bonds")


def test_nobody_but_a_reviewer_of_that_tenant_says_no(alice: Client) -> None:
    plan, deniz = Plan.objects.get(), Contact.objects.get(person__email__startswith="deniz").person
    for client in (alice, browser(deniz), Client()):
        assert say_no(client).status_code in (403, 404)
    with pytest.raises(Refused, match="not_a_reviewer"):
        declines.decline(plan, deniz, WHY)
    assert not Decline.objects.exists()


def test_what_was_declined_is_neither_agreed_to_nor_carried_out(alice: Client) -> None:
    client, plan = browser(carla()), Plan.objects.get()
    say_no(client)
    answer = client.post(page(), {"tenant": "northwind"}).content.decode()
    assert "Declined." in answer and "login" not in answer.partition("<main")[2]
    for way in (
        lambda: agreements.record(plan, by="x", reference="r", asked_by="a", decided_by="b"),
        lambda: agreements._enter(plan, "signed", Agreement.Form.SIGNED, SIGNED),
        lambda: runs.start(plan, "person 1"),
        lambda: papers.ask(plan, **SAID, number=plan.digest, file=kept(plan), asked_by="a"),
    ):
        with pytest.raises(Refused, match="declined"):
            way()
    assert not Agreement.objects.exists() and not Run.objects.exists()


SIGNED = {"by": "carla@northwind.example", "asked_by": "a", "decided_by": "b", "reference": "r"}


def test_said_twice_the_first_no_stands(alice: Client) -> None:
    client = browser(carla())
    say_no(client)
    before = ledger.head(Tenant.objects.get().customer)
    assert say_no(client, "something else").status_code == 302
    assert Decline.objects.get().reason == WHY and ledger.head(Tenant.objects.get().customer) == before


def test_after_a_yes_a_no_changes_nothing_and_says_so(alice: Client) -> None:
    plan = Plan.objects.select_related("tenant__customer").get()
    agreements.record(plan, by=SAID["by"], reference="r", asked_by="a", decided_by="b")
    answer = say_no(browser(carla()))
    assert answer.status_code == 400 and "agreed to already" in answer.content.decode()
    assert not Decline.objects.exists()


def test_an_end_needs_nobodys_agreement_so_there_is_nothing_to_decline(alice: Client) -> None:
    plan = Plan.objects.select_related("tenant__customer").get()
    Plan.objects.update(purpose="offboard")
    assert "Or say no" not in text(browser(carla()), page())
    assert say_no(browser(carla()), plan=plan).status_code == 400 and not Decline.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_a_yes_and_a_no_at_the_same_instant_one_holds(alice: Client) -> None:
    plan, person = Plan.objects.get(), carla()
    acts = iter(
        [
            lambda held: declines.decline(held, person, WHY),
            lambda held: agreements.record(held, by="c", reference="r", asked_by="a", decided_by="b"),
        ]
        * 3
    )

    def decide() -> str:
        held = Plan.objects.select_related("tenant__customer").get(pk=plan.pk)
        try:
            return type(next(acts)(held)).__name__
        except Refused as refused:
            return refused.reason

    found = at_once(decide, 6)
    assert Agreement.objects.count() + Decline.objects.count() == 1, found
    assert len(found) == 6


def test_the_admin_reads_who_said_no_and_asks_again_under_a_number_of_its_own(alice: Client) -> None:
    old = Plan.objects.get()
    say_no(browser(carla()))
    assert alice.get(HERE)["Location"] == f"{HERE}plan/"
    for address in (f"{HERE}plan/", f"{HERE}agreement/", "/tenants/northwind/"):
        said = text(alice, address)
        assert "The customer said no to the plan." in said and WHY in said
        assert "carla@northwind.example declined plan" in said
    assert "The link to send" not in text(alice, f"{HERE}agreement/")
    plan_again(alice)
    new = Plan.objects.latest("pk")
    assert new.digest != old.digest and new.changes == old.changes and standing() is Standing.AGREEMENT
    assert "said no" not in text(alice, f"{HERE}agreement/") + text(alice, "/tenants/northwind/")
    assert new.digest in text(browser(carla()), "/")
    agreements.record(new, by=SAID["by"], reference="r", asked_by="a", decided_by="b", paper=kept(new))
    assert standing() is Standing.AGREED


def kept(plan: Plan) -> Paper:
    return files.hold(plan.tenant, scan()["file"], "a")


def test_a_file_with_a_reference_is_no_way_round_a_no(alice: Client, file: Any) -> None:
    say_no(browser(carla()))
    for more in ((), ("--apply", "--inline")):
        status, said = manage("onboard", file(NORTHWIND), *more)
        assert (status, said["refused"]) == (3, "no_stands"), said
    assert standing() is Standing.DECLINED and not Agreement.objects.exists()


def test_a_plan_that_was_signed_shows_what_was_signed_and_no_way_to_ask(alice: Client) -> None:
    """The waiting page leads on, and by the rail one sees what was agreed to."""
    waiting = text(alice, f"{HERE}agreement/")
    assert "The link to send" in waiting and "On paper instead" in waiting
    post(alice, PAPER, SAID | seen(alice, PAPER) | scan())
    post(admin("Bea"), f"{PAPER}confirm/", seen(admin("Cem"), f"{PAPER}confirm/"))
    polled = alice.get(f"{HERE}agreement/", headers={"HX-Request": "true"})
    assert polled.headers["HX-Redirect"] == f"{HERE}setup/" and not polled.content
    said = text(alice, f"{HERE}agreement/")
    assert "carla@northwind.example agreed to plan" in said and ">Go on</a>" in said
    assert f"What was agreed to: {len(Plan.objects.get().changes)} changes" in said
    assert "Create the group" in said
    assert "The link to send" not in said and "On paper instead" not in said


def test_while_a_run_is_under_way_its_plan_is_not_said_to_be_still_to_make(alice: Client) -> None:
    """Also where the answers were changed since, so that no plan of theirs is there yet."""
    plan = Plan.objects.select_related("tenant__customer").get()
    agreements.record(plan, by=SAID["by"], reference="r", asked_by="a", decided_by="b")
    runs.start(plan, "person 1")
    people(alice, approvers=["ada@northwind.example"])
    work()
    said = text(alice, f"{HERE}agreement/")
    assert f"agreed to plan {plan.digest[:12]}" in said and "There is no plan to agree to yet" not in said

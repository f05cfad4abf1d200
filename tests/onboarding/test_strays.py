"""Delegations to the provider that no agreed plan covers: found as far as Azure shows them to our app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from access import found
from access.who_can import lines, who
from onboarding import nightly
from onboarding.delegations import template
from onboarding.delegations.definition import Delegation, Principal, Standing, completed
from onboarding.delegations.roles import READER
from onboarding.grants import granted, strays
from onboarding.models import Grant, Onboarding, OwnedObject, Reading, Survey
from sandbox import seed
from sandbox.arm import seed as arm
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import Tenant
from tests.access.own_sign_in import AZURE, shown
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import (
    NOW,
    RESPONDER,
    azure,
    delegations,
    deploy,
    deploy_older,
    deploy_whole,
    file_for,
    onboarded,
    responder,
    subscription,
)
from tests.onboarding.wizarding import take_out

SECURITY, WORKLOADS = "rg-security", "rg-workloads"
LIST = r"/resourceGroups/rg-workloads/providers/Microsoft\.ManagedServices/registrationAssignments$"


def deploy_by_hand(box: Cloud, *groups: str, role: str = READER) -> None:
    """By Northwind's administrator, who was asked for it on the telephone; our app is in it, too."""
    tier_1 = Standing(Principal(responder(box), RESPONDER, "security group"), role)
    app = Principal(portal_app(), "Gatehouse", "service principal")
    deploy_whole(
        box,
        template.template(completed(Delegation("Night shift", "", seed.FABRIKAM, app, (tier_1,))), groups),
    )


def portal_app() -> str:
    return str(Onboarding.objects.get().azure["portal"])


def remove(box: Cloud, group: str) -> None:
    [made] = [each for each in delegations(box) if f"/{group}/" in each["id"]]
    azure(box, "DELETE", made["id"])


def looked() -> Reading:
    reading = nightly.verify(Onboarding.objects.get().pk)
    assert reading is not None
    return reading


def page() -> str:
    """Azure, as an administrator of the provider sees it."""
    return shown(admin("Alice"), AZURE)


def strange() -> list[Grant]:
    """What stands by hand, by the last look at who can do what."""
    granted.read(Tenant.objects.get().pk)
    return list(Grant.objects.filter(gone_seen=None, source__startswith="stray/"))


def test_one_in_another_place_is_drift_at_night_and_a_grant_nobody_planned(
    portal: Cloud, tmp_path: Path
) -> None:
    onboarded(portal, tmp_path, SECURITY)
    assert "Not looked for yet" in page()
    assert looked().in_order and strange() == []
    assert "None was found when it was read last" in page()
    deploy_by_hand(portal, WORKLOADS)
    reading = looked()
    assert not reading.in_order
    [told] = [each for each in found.findings(reading) if each.colour == "red"]
    assert told.sort == "Nobody planned this"
    where = f"Azure, subscription {subscription(portal)}, resource group {WORKLOADS}"
    assert told.words.startswith(f"{where}: ")
    assert "“Night shift”" in told.words and "no agreed plan" in told.words
    said = page()
    assert "Nobody planned this" in said and "“Night shift”, and no agreed plan has it" in said
    held = strange()
    assert {each.about["name"] for each in held} == {RESPONDER, "Gatehouse"}
    assert {each.about["strange"] for each in held} == {"A delegation that no agreed plan covers."}
    _, said = manage("verify", "northwind")
    assert said["unknown"] == {} and len(said["strange"]) == 1


def test_so_is_one_at_the_subscription_where_a_group_of_it_was_agreed_to(
    portal: Cloud, tmp_path: Path
) -> None:
    onboarded(portal, tmp_path, SECURITY)
    deploy_by_hand(portal)
    [(where, words)] = looked().found["strange"].items()
    assert where.endswith(subscription(portal)) and "Night shift" in words[0]


def test_one_beside_ours_in_the_same_place_is_told_once(portal: Cloud, tmp_path: Path) -> None:
    onboarded(portal, tmp_path, SECURITY)
    deploy_by_hand(portal, SECURITY)
    assert sum(len(words) for words in looked().found["strange"].values()) == 1
    assert {each.about["name"] for each in strange()} == {RESPONDER, "Gatehouse"}


def test_what_our_app_has_no_part_in_is_not_found_and_is_said_to_be_unread(
    portal: Cloud, tmp_path: Path
) -> None:
    onboarded(portal, tmp_path, SECURITY)
    deploy_older(portal, WORKLOADS)
    assert looked().in_order and strange() == []
    assert any("in which our app has no part" in words for words in who.NEVER_READ)


def test_the_log_of_the_providers_tenant_tells_the_place_where_our_app_may_read_it(
    portal: Cloud, tmp_path: Path
) -> None:
    """Without our app in it, it is a place and a day, until it goes."""
    onboarded(portal, tmp_path, SECURITY)
    deploy_older(portal, WORKLOADS)
    arm.give(portal, seed.FABRIKAM, portal_app(), MONITORING_READER, "/")
    [(where, words)] = looked().found["strange"].items()
    assert (
        where.endswith(f"/resourceGroups/{WORKLOADS}") and "by the log of the provider's tenant" in words[0]
    )
    assert "by the log of the provider" in page()
    deploy_by_hand(portal, WORKLOADS)
    [words] = looked().found["strange"].values()  # now it may read there, and the log is not needed
    assert len(words) == 2 and not any("by the log" in each for each in words)
    for made in delegations(portal):
        if f"/{WORKLOADS}/" in made["id"]:
            azure(portal, "DELETE", made["id"])
    assert looked().in_order
    portal.faults.append(Fault("503", "GET", "/eventtypes/", times=100))
    assert looked().found["unknown"].keys() == {f"{strays.WHERE}{strays.LOG}"}


MONITORING_READER = "43d0d8ad-25c7-4714-9337-8ba259a9fe05"


def test_ended_or_never_delegated_it_is_looked_for_all_the_same(portal: Cloud, tmp_path: Path) -> None:
    onboarded(portal, tmp_path, SECURITY)
    app = portal_app()
    assert manage("offboard", "northwind", *NOW)[1]["ended"] == "verified"
    assert not OwnedObject.objects.exists() and manage("verify", "northwind")[0] == 0
    Onboarding.objects.update(azure={"portal": app})
    deploy_by_hand(portal, WORKLOADS)
    status, said = manage("verify", "northwind")
    assert status != 0 and len(said["strange"]) == 1, said


def test_where_nothing_could_be_read_the_page_takes_its_silence_for_nothing(
    portal: Cloud, tmp_path: Path
) -> None:
    onboarded(portal, tmp_path, SECURITY)
    take_out(portal, seed.NORTHWIND, seed.READER)
    assert "tenant" in looked().found["unknown"]
    assert "The last read-back does not tell" in page()


def test_gone_is_only_what_azure_says_is_gone(portal: Cloud, tmp_path: Path) -> None:
    """While another delegation stands, it only refuses our app: that it was taken out looks the same."""
    onboarded(portal, tmp_path, SECURITY)
    deploy_by_hand(portal, WORKLOADS)
    assert len(strange()) > 0
    portal.faults.append(Fault("403", "GET", LIST, times=100))
    is_unknown()
    portal.faults.clear()
    remove(portal, WORKLOADS)
    is_unknown()
    assert looked().in_order and manage("offboard", "northwind", *NOW)[1]["ended"] == "verified"
    assert strange() == []


def is_unknown() -> None:
    left, survey = strange(), Survey.objects.latest("pk")
    assert len(left) > 0 and not lines.is_seen(left[0], survey)
    [why] = [why for source, why in survey.unread.items() if source.startswith("stray/")]
    assert why.startswith("Our app is not allowed this in")


def test_a_list_that_azure_does_not_give_is_unknown_and_no_proof(portal: Cloud, tmp_path: Path) -> None:
    onboarded(portal, tmp_path, SECURITY)
    deploy_by_hand(portal, WORKLOADS)
    held = len(strange())
    portal.faults.append(Fault("403", "GET", r"^/subscriptions$", times=100))
    reading = looked()
    assert not reading.in_order and not reading.found["strange"]
    assert reading.found["unknown"].keys() == {strays.WHERE}
    assert "Something may stand there all the same" in page() and "None was found" not in page()
    assert len(strange()) == held and "stray" in Survey.objects.latest("pk").unread


def test_what_takes_too_long_takes_no_more_time_than_the_rest(
    portal: Cloud, tmp_path: Path, monkeypatch: Any
) -> None:
    """It is read beside the rest, and given up after the same time: a worker's time is for both together."""
    onboarded(portal, tmp_path, SECURITY)
    monkeypatch.setattr(strays, "READ_SECONDS", 0.5)
    portal.faults.append(Fault("hang", "GET", r"^/subscriptions$", times=100))
    reading = looked()
    assert reading.found["unknown"] == {strays.WHERE: "reading it took too long"}


def test_another_customers_is_not_told_of_this_one(portal: Cloud, tmp_path: Path, monkeypatch: Any) -> None:
    """Azure lists all that is delegated to us, whosever it is."""
    onboarded(portal, tmp_path, SECURITY)
    deploy_by_hand(portal, WORKLOADS)
    Tenant.objects.update(tenant_id=seed.CONTOSO)
    monkeypatch.setattr(strays, "covered", lambda tenant: set[tuple[str, str]]())
    with strays.meanwhile(Tenant.objects.get()) as besides:
        assert besides().found == ()


def test_what_an_open_run_waits_for_is_no_stray(portal: Cloud, tmp_path: Path) -> None:
    """It was deployed, and the run has not looked yet."""
    onboarded(portal, tmp_path, SECURITY)
    named = [f"{subscription(portal)}/{group}" for group in (SECURITY, WORKLOADS)]
    status, _ = manage("onboard", file_for(tmp_path, *named), *NOW)
    assert status == 3
    deploy(portal, SECURITY, WORKLOADS)
    assert strange() == []

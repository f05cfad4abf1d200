"""Who can do what in a tenant: read back over everything, strangers told apart, and nothing guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from access.who_can import lines
from onboarding import tasks
from onboarding.grants import granted
from onboarding.models import Grant, Inquiry, OwnedObject, Survey
from onboarding.wizard import inquiries
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from sandbox.graph.approvals import decide
from sandbox.graph.deliveries import change
from sandbox.graph.self_service import request_package
from tenants.models import Person, Tenant
from tests.onboarding import already
from tests.onboarding.conftest import writes
from tests.onboarding.delegating import APPROVERS as IN_AZURE
from tests.onboarding.delegating import CONTRIBUTOR, RESPONDER, onboarded
from tests.onboarding.wizarding import take_out

NW = seed.NORTHWIND
AMIR, BEA, ADA, CARLA = (seed._id(*who) for who in (("fab1", 2), ("fab1", 3), ("42", 1), ("42", 2)))


@pytest.fixture
def world(portal: Cloud, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Northwind is set up. Messages arrive at once."""
    monkeypatch.setattr(tasks.read_grants, "delay", tasks.read_grants)
    already.set_up(portal, file())
    return portal


def id_of(address: str) -> str:
    return OwnedObject.objects.get(address=address).remote_id


def let_in(box: Cloud, who: str = AMIR, tier: str = "tier-1") -> dict[str, Any]:
    """Asked for in My Access, approved by Carla, delivered."""
    before = {each["id"] for each in box.store.all(NW, "assignments")}
    package = id_of(f"access_package/{tier}")
    request = request_package(box, NW, package, seed.FABRIKAM, who, "Night shift")["id"]
    decide(box, NW, request, CARLA, approve=True)
    [held] = [each for each in box.store.all(NW, "assignments") if each["id"] not in before]
    return held


def put_into(box: Cloud, group: str, list_name: str, who: str) -> None:
    row = box.store.get(NW, "groups", id_of(group))
    assert row is not None
    box.store.put(NW, "groups", {**row, list_name: [*row.get(list_name, []), who]})


def seen() -> dict[tuple[str, str, str], dict[str, Any]]:
    """(sort, name, through) → what the page is told, of everything that is there after a look at night."""
    tasks.read_grants_all()
    rows = Grant.objects.filter(gone_seen=None)
    return {(row.about["sort"], row.about["name"], row.about["through"]): row.about for row in rows}


TIER_1, APPROVERS = "Fabrikam Security Tier 1 Analyst", "Fabrikam Security MSSP Analyst Approvers"
ALWAYS = {
    ("member", "Carla Ruiz", APPROVERS),
    ("member", "Deniz Yilmaz", APPROVERS),
    ("app", "The reader app", "Admin consent"),
    ("app", "The set-up app", "Admin consent"),
}


def test_a_person_let_in_stands_there_once_with_their_end_and_their_evidence(world: Cloud) -> None:
    assert seen().keys() == ALWAYS
    held = let_in(world)
    found = seen()
    assert found.keys() == ALWAYS | {("assignment", "Amir Rahimi", TIER_1)}
    about = found["assignment", "Amir Rahimi", TIER_1]
    assert (about["tier"], about["home"], about["strange"]) == ("tier-1", "provider", "")
    assert about["until"] == held["schedule"]["expiration"]["endDateTime"] and about["by_request"]
    assert about["ids"]["assignment"] == held["id"]
    assert not any(each["strange"] for each in found.values())


def test_strangers_and_what_was_changed_by_hand_say_what_is_wrong(world: Cloud) -> None:
    let_in(world)
    put_into(world, "group/tier-1", "members", ADA)
    put_into(world, "group/tier-2", "owners", ADA)
    put_into(world, "group/tier-2", "members", world.store.all(NW, "servicePrincipals")[0]["id"])
    odd = {key[:2]: about["strange"] for key, about in seen().items() if about["strange"]}
    assert odd.keys() == {("member", "Ada Admin"), ("owner", "Ada Admin"), ("member", "An app")}
    assert "by hand" in odd["member", "Ada Admin"] and "Nobody planned an owner" in odd["owner", "Ada Admin"]


def test_another_package_counts_only_for_people_of_the_provider(world: Cloud) -> None:
    held = let_in(world)
    package = {"id": "other", "displayName": "Finance\u202e", "catalog": {"id": "c"}}
    world.store.put(NW, "accessPackages", {**package, "resourceRoleScopes": []})
    theirs = {**held, "id": "a2", "accessPackage": {"id": "other"}}
    ada = {"id": ADA, "objectId": ADA, "displayName": "Ada", "principalName": "ada@northwind.example"}
    world.store.put(NW, "assignments", theirs)
    world.store.put(NW, "assignments", {**theirs, "id": "a3", "target": ada})
    world.store.put(NW, "assignments", {**held, "id": "a4", "target": ada})
    odd = {(key[1], key[2]): about["strange"] for key, about in seen().items() if about["strange"]}
    assert odd.keys() == {("Amir Rahimi", "Finance\\u202e"), ("Ada", TIER_1)}
    assert (
        "none of those" in odd["Amir Rahimi", "Finance\\u202e"]
        and "not of the provider" in odd["Ada", TIER_1]
    )


def test_an_account_of_the_providers_that_nothing_explains_is_told_and_nobody_elses(world: Cloud) -> None:
    for name, domain in (
        ("bea", "fabrikam-security.example"),
        ("zoe", "contoso.example"),
        ("joe", "mail.example"),
    ):
        upn = f"{name}_{domain}#EXT#@northwind.onmicrosoft.example"
        guest = {"mail": f"{name}@{domain}", "userPrincipalName": upn, "userType": "Guest"}
        world.store.put(NW, "users", {"id": f"guest-{name}", "displayName": name, **guest})

    assert seen().keys() - ALWAYS == {("guest", "bea", "")}
    world.faults.append(Fault("503", "GET", "/tenantRelationships/", times=10_000, retry_after=None))
    assert ("guest", "bea", "") in seen()
    assert "fabrikam-security.example" in Survey.objects.last().unread["homes"]  # type: ignore[union-attr]


def test_whose_home_could_not_be_told_is_not_gone_from_a_package_of_others(world: Cloud) -> None:
    held = let_in(world)
    bea = {"id": "b", "objectId": "b", "displayName": "Bea", "email": "bea@fabrikam-security.example"}
    outside = {"principalName": "bea_fabrikam-security.example#EXT#@northwind.onmicrosoft.example"}
    theirs = {**held, "accessPackage": {"id": "other"}}
    world.store.put(NW, "accessPackages", {"id": "other", "displayName": "Finance", "catalog": {"id": "c"}})
    world.store.put(NW, "assignments", {**theirs, "id": "by-address", "target": {**bea, **outside}})
    by_organisation = {**held["target"], "principalName": "amir"}
    world.store.put(NW, "assignments", {**theirs, "id": "by-organisation", "target": by_organisation})
    here = {("assignment", "Bea", "Finance"), ("assignment", "Amir Rahimi", "Finance")}
    assert here <= seen().keys()
    for path in ("/tenantRelationships/", "/connectedOrganizations$"):
        world.faults.append(Fault("503", "GET", path, times=10_000, retry_after=None))
        assert here <= seen().keys()
        assert Survey.objects.last().unread["homes"]  # type: ignore[union-attr]


def test_what_our_app_may_not_read_is_told_in_words(world: Cloud) -> None:
    world.faults.append(Fault("403", "GET", "/assignments$", times=10_000))
    tasks.read_grants_all()
    [why] = Survey.objects.latest("pk").unread.values()
    assert why.startswith("Our reader app is not allowed this in") and "missing_permission" not in why


def test_what_ended_is_gone_since_and_what_could_not_be_read_is_not(world: Cloud) -> None:
    held = let_in(world)
    assert ("assignment", "Amir Rahimi", TIER_1) in seen()
    fault = Fault("503", "GET", "/assignments$", times=10_000, retry_after=None)
    world.faults.append(fault)
    assert ("assignment", "Amir Rahimi", TIER_1) in seen()
    row, survey = Grant.objects.get(about__sort="assignment"), Survey.objects.last()
    assert survey and survey.unread.keys() == {"assignments"} and row.seen_until < survey.at
    world.faults.remove(fault)
    change(world, NW, "assignments", held["id"], state="expired")
    tasks.read_grants_all()
    row.refresh_from_db()
    assert row.gone_seen == Survey.objects.last().at  # type: ignore[union-attr]


def test_an_account_is_not_said_to_hold_nothing_more_where_that_was_not_read(world: Cloud) -> None:
    upn = "bea_fabrikam-security.example#EXT#@northwind.onmicrosoft.example"
    guest = {"mail": "bea@fabrikam-security.example", "userPrincipalName": upn, "userType": "Guest"}
    world.store.put(NW, "users", {"id": "guest-bea", "displayName": "bea", **guest})
    tenant = Tenant.objects.get(slug="northwind")
    words = lines.words_of(tenant)
    assert "None of our packages" in words.of(seen()["guest", "bea", ""])
    for path in ("/assignments$", "/members$"):
        fault = Fault("503", "GET", path, times=10_000, retry_after=None)
        world.faults.append(fault)
        assert "was not read" in words.of(seen()["guest", "bea", ""])
        world.faults.remove(fault)


def test_without_the_assignments_nobody_in_a_group_is_called_a_stranger(world: Cloud) -> None:
    let_in(world)
    world.faults.append(Fault("503", "GET", "/assignments$", times=10_000, retry_after=None))
    assert not any(about["strange"] for about in seen().values())


def test_a_tenant_that_lets_nobody_read_is_unknown_and_keeps_what_was_known(world: Cloud) -> None:
    seen()
    take_out(world, NW, seed.READER)
    assert seen().keys() == ALWAYS
    assert "has not been let into" in Survey.objects.last().unread["tenant"]  # type: ignore[union-attr]


def test_an_app_that_is_removed_is_gone(world: Cloud) -> None:
    assert seen()["app", "The set-up app", "Admin consent"]["permissions"]
    take_out(world, NW, seed.SETUP)
    assert seen().keys() == ALWAYS - {("app", "The set-up app", "Admin consent")}


def test_a_look_writes_nothing_to_the_tenant_and_a_late_one_nothing_to_the_rows(world: Cloud) -> None:
    tenant, before = Tenant.objects.get(), writes(world)
    late = granted.look(tenant)
    let_in(world)
    seen()
    late()
    assert Grant.objects.filter(gone_seen=None, about__sort="assignment").exists()
    assert Survey.objects.count() == 1 and writes(world) == before


def test_after_the_end_it_is_read_until_nobody_is_seen_any_more(world: Cloud) -> None:
    let_in(world)
    assert seen() and granted.held() == [Tenant.objects.get().pk]
    OwnedObject.objects.all().delete()
    assert granted.held() == [Tenant.objects.get().pk]
    Grant.objects.update(gone_seen=Survey.objects.last().at)  # type: ignore[union-attr]
    assert granted.held() == []


def test_a_page_asks_and_the_worker_answers(world: Cloud) -> None:
    asked = inquiries.ask(Tenant.objects.get(), Inquiry.What.GRANTS, {}, "person 1")
    inquiries.look_into(asked.pk)
    asked.refresh_from_db()
    assert asked.is_good and asked.answer == {"grants": 4, "unread": {}}


def test_azure_and_trust_stand_there_too_in_the_words_of_the_tenant(
    portal: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.read_grants, "delay", tasks.read_grants)
    onboarded(portal, tmp_path)
    trust = {
        "tenantId": seed.FABRIKAM,
        "inboundTrust": {"isMfaAccepted": True, "isCompliantDeviceAccepted": None},
    }
    portal.store.put(NW, "partners", {"id": seed.FABRIKAM, **trust})
    tasks.read_grants_all()
    found = list(Grant.objects.values_list("about", flat=True))
    azure = [each for each in found if each["sort"] == "delegation"]
    held = {(each["name"], each["can"].partition(" role ")[2].partition(" allows")[0]) for each in azure}
    assert {
        (RESPONDER, "Microsoft Sentinel Responder"),
        (CONTRIBUTOR, "Microsoft Sentinel Contributor"),
    } < held
    on_demand = [(each["name"], each["approvers"]) for each in azure if each["by_request"]]
    assert on_demand == [(CONTRIBUTOR, [IN_AZURE])]
    assert not any(each["strange"] for each in azure)
    [believed] = [each for each in found if each["sort"] == "trust"]
    assert believed["can"] == "Multifactor sign-in at home is believed."
    assert "nobody planned" in believed["strange"]
    portal.faults.append(Fault("503", "GET", "/registrationAssignments", times=10_000, retry_after=None))
    tasks.read_grants_all()
    assert Grant.objects.filter(gone_seen=None, about__sort="delegation").count() == len(azure)
    [why] = [why for source, why in Survey.objects.last().unread.items() if source.startswith("delegation/")]  # type: ignore[union-attr]
    assert "503" in why


@pytest.mark.parametrize("told", [{"mail": "bea@northwind.example"}, {"mail": None, "otherMails": ["b@x"]}])
def test_a_guest_of_the_providers_is_known_by_any_of_their_addresses(
    world: Cloud, told: dict[str, Any]
) -> None:
    """Whoever may change a guest's address makes them nobody's else."""
    upn = "bea_fabrikam-security.example#EXT#@northwind.onmicrosoft.example"
    if told["mail"] is None:
        upn, told = "bea_mail.example#EXT#@n.example", {**told, "otherMails": ["b@fabrikam-security.example"]}
    guest = {"userPrincipalName": upn, "userType": "Guest", **told}
    world.store.put(NW, "users", {"id": "guest-bea", "displayName": "bea", **guest})
    assert ("guest", "bea", "") in seen()


def test_among_many_organisations_the_providers_is_asked_about_first(world: Cloud) -> None:
    names = [f"company-{number:03}.example" for number in range(150)]
    for domain in (*names, "fabrikam-security.example"):
        upn = f"g_{domain}#EXT#@northwind.onmicrosoft.example"
        guest = {"mail": f"g@{domain}", "userPrincipalName": upn, "userType": "Guest"}
        world.store.put(NW, "users", {"id": f"guest-{domain}", "displayName": domain, **guest})
    Person.objects.create(tid=seed.FABRIKAM, oid=BEA, name="Bea", email="bea@fabrikam-security.example")
    assert ("guest", "fabrikam-security.example", "") in seen()
    assert "company-149.example" not in Survey.objects.latest("pk").unread["homes"]
    assert "company-1" in Survey.objects.latest("pk").unread["homes"]

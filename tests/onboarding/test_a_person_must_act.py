"""Exit status 3: what a person must do first is said with who does it and where; nothing is written."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client

from onboarding import runs
from onboarding.models import ConsentRequest, Inquiry, Onboarding, OwnedObject, Run
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import LedgerEntry, Person
from tests.onboarding.conftest import NORTHWIND, agreed_plan, manage, writes
from tests.onboarding.wizarding import take_out

File = Callable[..., Path]
GROUP = "Fabrikam Security Tier 1 Analyst"
BY_HAND = "99990000-0000-4000-8000-000000000001"
AGREEMENT = '[agreement]\nby = "carla@northwind.example"\nreference = "contract 2026-114"\n'


def plant(box: Cloud, id: str = BY_HAND, **more: Any) -> dict[str, Any]:
    """A group of our name that somebody made by hand, with a member and an owner of theirs."""
    body = {**seed._group(box, id, GROUP), "description": "Ours since 2019", **more}
    return box.store.put(seed.NORTHWIND, "groups", body)


def test_without_consent_the_page_to_accept_is_named(portal: Cloud, file: File) -> None:
    status, said = manage(
        "onboard", file(NORTHWIND.replace("northwind.example", "contoso.example")), "--apply"
    )
    assert (status, said["refused"]) == (3, "no_admin_consent"), said
    assert "Administrator" in said["who"] and said["what"] and said["next"]
    assert said["where"].startswith(f"{portal.origin}/{seed.CONTOSO}/"), said["where"]
    assert seed.READER in said["where"] and "consent" in said["where"]
    assert writes(portal) == 0 and not Run.objects.exists()


def test_without_consent_for_the_setup_app_its_own_page_is_named(portal: Cloud, file: File) -> None:
    for principal in portal.store.all(seed.NORTHWIND, "servicePrincipals"):
        if principal["appId"] == seed.SETUP:
            portal.store.remove(seed.NORTHWIND, "servicePrincipals", principal["id"])
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["refused"]) == (3, "no_admin_consent"), said
    assert seed.SETUP in said["where"], said["where"]
    assert writes(portal) == 0 and not Run.objects.exists()


def back(where: str, **said: str) -> str:
    """What an administrator reads who comes back by a link that was printed."""
    state = parse_qs(urlsplit(where).query)["state"][0]
    return Client().get("/consent/return/", {"state": state, **said}).content.decode()


def test_whoever_comes_back_by_a_printed_link_is_told_that_it_was_ours(portal: Cloud, file: File) -> None:
    """No customer is kept yet, so nothing is rung for: the command asks the tenant itself, given again."""
    text = NORTHWIND.replace("northwind.example", "contoso.example")
    said = manage("onboard", file(text))[1]
    assert "printed" in said["next"] and "portal shows" not in said["next"]
    thanks = back(said["where"], tenant=seed.CONTOSO, admin_consent="True")
    assert "Thank you" in thanks and seed.CONTOSO in thanks and "gives its command again" in thanks
    assert "not let in" in back(said["where"], error="access_denied")
    wrong = back(said["where"], tenant=seed.NORTHWIND, admin_consent="True")
    assert "another tenant" in wrong and seed.CONTOSO in wrong and seed.NORTHWIND in wrong
    assert not Inquiry.objects.exists() and not ConsentRequest.objects.exists()


def test_a_printed_link_passes_for_no_other_tenant_and_for_none_of_the_wizards(
    portal: Cloud, file: File
) -> None:
    text = NORTHWIND.replace("northwind.example", "contoso.example")
    where = manage("onboard", file(text))[1]["where"]
    state = parse_qs(urlsplit(where).query)["state"][0]
    app, _, rest = state.partition(" ")
    for forged in ("", f"1{state}", f"{app} {seed.NORTHWIND}{rest[len(seed.NORTHWIND) :]}", f"setup {rest}"):
        assert "cannot tell" in back(f"?state={quote(forged)}" if forged else "?state=%20")
    assert "cannot tell" in Client().get("/consent/return/").content.decode()


def test_a_run_that_waits_for_consent_prints_where_to_give_it(portal: Cloud, file: File) -> None:
    """Taken out after the run began: the app's own page, not Microsoft's list of all apps."""
    run = runs.start(agreed_plan(file()), "person 1")
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["refused"]) == (3, "no_admin_consent"), said
    assert seed.SETUP in said["where"] and "Thank you" in back(said["where"], tenant=seed.NORTHWIND)
    assert run.pk == said["run"]


def test_without_a_licence_nothing_is_begun(portal: Cloud, file: File) -> None:
    text = NORTHWIND.replace("northwind.example", "contoso-retail.example")
    status, said = manage("onboard", file(text), "--apply", "--inline")
    assert status == 3, said
    found = {check["name"]: check for check in said.get("readiness", [])}
    assert found["licence"]["state"] == "fail", said
    assert writes(portal) == 0 and not Run.objects.exists()


def test_what_is_in_the_way_is_printed_with_who_mends_it_and_where(portal: Cloud, file: File) -> None:
    out, text = io.StringIO(), NORTHWIND.replace("northwind.example", "contoso-retail.example")
    with pytest.raises(SystemExit):
        call_command("onboard", str(file(text)), stdout=out)
    [line] = [line for line in out.getvalue().splitlines() if "FAIL" in line and "licence" in line]
    assert "Who: an administrator of the customer. Where: https://admin.microsoft.com/#/subscriptions" in line
    found = {check["name"]: check for check in manage("onboard", file(text))[1]["readiness"]}["licence"]
    assert found["who"] == "an administrator of the customer" and "trial" in found["remedy"]
    assert found["where"] == "https://admin.microsoft.com/#/subscriptions"


def test_without_an_agreement_nothing_is_begun(portal: Cloud, file: File) -> None:
    assert AGREEMENT in NORTHWIND
    status, said = manage("onboard", file(NORTHWIND.replace(AGREEMENT, "")), "--apply", "--inline")
    assert (status, said["refused"]) == (3, "agreement_missing"), said
    assert writes(portal) == 0 and not Run.objects.exists()


def test_a_recorded_agreement_counts_only_where_it_is_allowed(
    portal: Cloud, file: File, settings: Any
) -> None:
    settings.ALLOW_RECORDED_AGREEMENT = False
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["refused"]) == (3, "agreement_missing"), said
    assert writes(portal) == 0 and not Run.objects.exists()


def test_what_is_printed_calls_everything_by_the_names_that_pages_use(portal: Cloud, file: File) -> None:
    plant(portal)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("onboard", str(file()), stdout=out)
    said = out.getvalue()
    assert (
        f'the group "{GROUP}" exists already' in said and f'Put the group "{GROUP}" into the catalog' in said
    )
    assert "Carla Ruiz" in said and str(Person.objects.get(name="Carla Ruiz").oid) not in said
    assert '"tier-1"' not in said and '"mssp"' not in said
    assert "manage.py adopt northwind --tick" in said and "SLUG" not in said


def test_a_lookalike_is_asked_about_and_not_touched(portal: Cloud, file: File) -> None:
    planted = plant(portal)
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert status == 3, said
    assert len(said["questions"]) == 1 and BY_HAND in said["questions"][0], said["questions"]
    assert writes(portal) == 0 and not Run.objects.exists()
    assert portal.store.get(seed.NORTHWIND, "groups", BY_HAND) == planted


def test_what_cannot_be_read_is_no_plan_to_tick_things_of(portal: Cloud, file: File) -> None:
    plant(portal)
    manage("onboard", file())
    assert manage("adopt", "northwind")[0] == 3
    portal.faults.append(Fault("403", "GET", "/groups", times=1000))
    assert manage("adopt", "northwind")[0] == 1


def test_two_of_our_name_are_never_chosen_from(portal: Cloud, file: File) -> None:
    plant(portal)
    plant(portal, BY_HAND[:-1] + "2", mailNickname="other")
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert status == 3 and "more than once" in said["questions"][0], said
    assert writes(portal) == 0


@pytest.mark.parametrize(
    "blocker",
    [
        {"groupTypes": ["DynamicMembership"], "membershipRule": "user.department -eq 'SOC'"},
        {"onPremisesSyncEnabled": True},
        {"isAssignableToRole": True},
        {"groupTypes": ["Unified"], "mailEnabled": True},
    ],
    ids=lambda blocker: next(iter(blocker)),
)
def test_what_may_not_be_taken_over_cannot_be_ticked(
    portal: Cloud, file: File, blocker: dict[str, Any]
) -> None:
    plant(portal, **blocker)
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert status == 3 and "may not be taken over" in said["questions"][0], said
    status, said = manage("adopt", "northwind", "--tick", f"group/tier-1={BY_HAND}")
    assert (status, said["refused"]) == (1, "wrong_input"), said
    assert writes(portal) == 0


def test_only_what_was_proposed_can_be_ticked(portal: Cloud, file: File) -> None:
    plant(portal)
    manage("onboard", file())
    for tick in (f"group/tier-2={BY_HAND}", f"group/tier-1={seed.NORTHWIND}", "group/tier-1", ""):
        status, said = manage("adopt", "northwind", "--tick", tick)
        assert (status, said["refused"]) == (1, "wrong_input"), (tick, said)


def test_of_two_ticks_of_which_one_is_wrong_none_is_kept_nor_recorded(portal: Cloud, file: File) -> None:
    plant(portal)
    manage("onboard", file())
    ticks = (f"group/tier-1={BY_HAND}", "group/tier-2=nobody")
    status, said = manage("adopt", "northwind", "--tick", ticks[0], "--tick", ticks[1])
    assert status == 1 and "group/tier-2" in said["what"], said
    assert Onboarding.objects.get().ticked == {}
    assert not LedgerEntry.objects.filter(verb="ticked an object").exists()


def test_a_ticked_lookalike_is_taken_over_once_and_given_back_as_it_was(portal: Cloud, file: File) -> None:
    before = portal.store.snapshot(seed.NORTHWIND) | {"groups": {BY_HAND: plant(portal)}}
    manage("onboard", file())
    status, said = manage("adopt", "northwind", "--tick", f"group/tier-1={BY_HAND}")
    assert (status, said["questions"]) == (2, []), said
    assert writes(portal) == 0

    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["ended"]) == (0, "verified"), said
    named = [g for g in portal.store.all(seed.NORTHWIND, "groups") if g["displayName"] == GROUP]
    assert [group["id"] for group in named] == [BY_HAND]
    assert named[0]["description"] != "Ours since 2019"
    mine = OwnedObject.objects.get(address="group/tier-1")
    assert (mine.origin, mine.remote_id) == ("adopted", BY_HAND)

    counted = writes(portal)
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["changes"], writes(portal)) == (0, [], counted), said
    assert manage("adopt", "northwind")[0] == 0

    status, said = manage("offboard", "northwind", "--apply", "--inline")
    assert (status, said["ended"]) == (0, "verified"), said
    after = portal.store.snapshot(seed.NORTHWIND)
    assert after["groups"] == before["groups"]
    assert not OwnedObject.objects.exists()

    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, len(said["questions"])) == (3, 1), "given back, it is asked about anew"


def test_what_is_in_the_way_is_printed_first_and_what_follows_from_it_in_one_line(
    portal: Cloud, file: File
) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit):
        text = NORTHWIND.replace("northwind.example", "contoso-retail.example")
        call_command("onboard", str(file(text)), stdout=out)
    lines = out.getvalue().splitlines()
    [failed] = [at for at, line in enumerate(lines) if line.startswith("  FAIL")]
    [unread] = [at for at, line in enumerate(lines) if "Could not be read" in line]
    assert failed < unread and all(
        failed < at for at, line in enumerate(lines) if line.startswith("  Create")
    )
    assert "most likely because of what stands above" in lines[unread] and " more." in lines[unread]
    assert len(manage("onboard", file(text))[1]["unknown"]) > 2

"""What stays of Azure after an end: an offer without a delegation, which only the customer can delete."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import Confirmation
from access.to_do import left_offers
from onboarding.delegations import lines
from onboarding.models import Run, Step
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.access import world
from tests.access.test_after_the_end import states
from tests.cast import Cast, assemble
from tests.onboarding.conftest import box, manage, pki, portal
from tests.onboarding.delegating import NOW, azure, delegations, onboarded, subscription

__all__ = ["box", "pki", "portal"]
TASKS = "/tenants/northwind/tasks/"
DEFINITION = "77777777-7777-4777-8777-777777777777"
SCOPE = f"/subscriptions/{world.SUBSCRIPTION}"
ID = f"{SCOPE}/providers/Microsoft.ManagedServices/registrationDefinitions/{DEFINITION}"
SPEC = {
    "scope": SCOPE,
    "definition": DEFINITION,
    "properties": {"registrationDefinitionName": "Fabrikam for Northwind"},
}
TITLE = "Delete the offer “Fabrikam for Northwind” in Azure"


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def delegation(cast: Cast, action: str = "delete", state: str = "verified", **spec: Any) -> Run:
    purpose = "offboard" if action == "delete" else "onboard"
    run = world.ran(cast.northwind, state, purpose=purpose)
    Step.objects.filter(run=run).update(action=action, kind="delegation", spec={**SPEC, **spec})
    return run


def text(cast: Cast, path: str = TASKS, who: str = "rita") -> str:
    answer = cast.client(who).get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_after_the_end_to_delete_the_offer_is_a_task_with_who_where_and_the_line(cast: Cast) -> None:
    delegation(cast)
    page = text(cast)
    assert states(page)[TITLE] == "Still to do"
    assert "An owner of the customer" in page and "Service provider offers" in page
    assert "ServiceProvidersBlade" in page and "lets nobody in" in page
    assert f'data-copy="az managedservices definition delete --definition {ID}"' in page


@pytest.mark.parametrize("how", [("delete", "failed"), ("create", "customer"), ("release", "verified")])
def test_while_it_may_still_be_delegated_nobody_is_asked_to_delete_it(
    cast: Cast, how: tuple[str, str]
) -> None:
    delegation(cast)
    delegation(cast, *how)
    assert TITLE not in text(cast)


def test_while_another_place_of_it_is_ours_nobody_is_asked_to_delete_it(cast: Cast) -> None:
    delegation(cast, scope=f"{SCOPE}/resourceGroups/rg-old")
    row = world.owned(cast.northwind, "delegation/rg-security")
    row.spec = {**SPEC, "scope": f"{SCOPE.upper()}/resourceGroups/rg-security"}
    row.save()
    assert TITLE not in text(cast)


def test_two_places_of_one_offer_are_one_task(cast: Cast) -> None:
    for group in ("rg-1", "rg-2"):
        delegation(cast, scope=f"{SCOPE}/resourceGroups/{group}")
    assert text(cast).count(f"{TITLE}</h3>") == 1


def test_it_is_confirmed_by_name_and_never_called_seen(cast: Cast) -> None:
    run = delegation(cast)
    act = f"/tenants/northwind/by-hand/azure-offer-{run.steps.get().pk}/"
    assert cast.client("rolf").post(f"{act}confirm/").status_code == 404
    cast.client("rita").post(f"{act}confirm/", {"from": "tasks"})
    page = text(cast)
    assert states(page)[TITLE] == "Confirmed by name, not checked" and "Rita" in page
    entry = cast.northwind.customer.ledger.last()
    assert (entry.verb, entry.facts["about"]) == ("confirmed by name", ID)
    cast.client("rita").post(f"{act}take-back/", {"from": "tasks"})
    assert states(text(cast))[TITLE] == "Still to do" and not Confirmation.objects.exists()


def test_delegated_and_ended_again_an_old_confirmation_says_nothing(cast: Cast) -> None:
    run = delegation(cast)
    cast.client("rita").post(f"/tenants/northwind/by-hand/azure-offer-{run.steps.get().pk}/confirm/")
    delegation(cast, "create", "verified")
    delegation(cast)
    assert states(text(cast))[TITLE] == "Still to do"


def test_the_receipt_and_the_page_of_azure_say_that_it_stays(cast: Cast) -> None:
    run = delegation(cast)
    receipt = text(cast, f"/tenants/northwind/runs/{run.pk}/receipt/")
    covers = receipt.partition("What this receipt does not cover")[2]
    assert (
        "“Fabrikam for Northwind”" in covers and world.SUBSCRIPTION in covers and f'href="{TASKS}"' in covers
    )
    page = text(cast, "/tenants/northwind/azure/")
    assert "“Fabrikam for Northwind”" in page and f'href="{TASKS}"' in page


def test_a_receipt_without_azure_is_silent_of_offers(cast: Cast) -> None:
    run = world.ran(cast.northwind, "verified", purpose="offboard")
    assert "offer" not in text(cast, f"/tenants/northwind/runs/{run.pk}/receipt/").partition("<main")[2]
    assert "only an owner" not in text(cast, "/tenants/northwind/azure/")


STAYS = "Ended, but an offer stays in Azure"
NEXT = "An owner of the customer&#x27;s subscription: delete the offer that stays in Azure"


def test_until_it_is_confirmed_the_customers_and_their_page_say_who_is_next(cast: Cast) -> None:
    run = delegation(cast)
    pages = ("/customers/", "/tenants/northwind/")
    assert all("delete our apps" in text(cast, path, "alice") for path in pages)
    assert all(NEXT in text(cast, path, "alice") for path in pages)
    world.apps_gone(cast.northwind)
    for path in (*pages, "/tenants/northwind/hand-over/"):
        said = text(cast, path, "alice")
        assert STAYS in said and "delete our apps" not in said, path
    assert "An offer stays in Azure</strong>, which lets nobody in" in text(cast, pages[1], "alice")
    assert f'"{STAYS}",' in text(cast, "/customers.csv", "alice")
    assert asked_for(cast, "offer-stays") and not asked_for(cast, "ended")
    cast.client("rita").post(f"/tenants/northwind/by-hand/azure-offer-{run.steps.get().pk}/confirm/")
    for path in pages:
        said = text(cast, path, "alice").partition("<main")[2]
        assert ">Ended and cleaned up</span>" in said and f">{STAYS}</span>" not in said, path
    assert asked_for(cast, "ended") and not asked_for(cast, "offer-stays")


def test_the_tenants_page_asks_once_which_offers_stay(cast: Cast) -> None:
    delegation(cast)
    world.apps_gone(cast.northwind)
    client = cast.client("alice")
    with CaptureQueriesContext(connection) as asked:
        assert STAYS in client.get("/tenants/northwind/").content.decode()
    sorts = ("\"kind\" = 'delegation'", 'SELECT "onboarding_ownedobject"."tenant_id"')
    assert len([each for each in asked if all(sort in each["sql"] for sort in sorts)]) == 1


def test_once_a_new_plan_is_made_its_reader_is_next_though_an_offer_stays(cast: Cast) -> None:
    delegation(cast)
    world.planned(cast.northwind, hours_ago=1)
    for path in ("/customers/", "/tenants/northwind/"):
        said = text(cast, path, "alice")
        assert "A reviewer of the customer: read the plan" in said and NEXT not in said, path


def asked_for(cast: Cast, state: str) -> bool:
    """Whether the list of the customers that stand so has Northwind."""
    return "northwind.example" in text(cast, f"/customers.csv?state={state}", "alice")


def test_what_stays_of_one_customer_is_said_of_no_other(cast: Cast) -> None:
    """Both have ended by the same definition, as ids go by the offer's name; one has deleted it."""
    for whose in (cast.northwind, cast.contoso):
        run = world.ran(whose, "verified", purpose="offboard")
        Step.objects.filter(run=run).update(action="delete", kind="delegation", spec=SPEC)
        world.apps_gone(whose)
    both = [cast.northwind.pk, cast.contoso.pk]
    assert left_offers.open_in(both) == {*both}
    last = Step.objects.get(run__tenant=cast.contoso)
    said = {"tenant": cast.contoso, "act": f"azure-offer-{last.pk}", "about": ID, "by": "person 1"}
    Confirmation.objects.create(**said)
    assert left_offers.open_in(both) == {cast.northwind.pk}
    Confirmation.objects.all().delete()
    row = world.owned(cast.contoso, "delegation/1")
    row.spec = SPEC
    row.save()
    assert left_offers.open_in(both) == {cast.northwind.pk}


def test_what_the_line_names_is_what_stayed(portal: Cloud, tmp_path: Path) -> None:
    """The portal's rows and what is really there say the same, and the owner can delete it."""
    onboarded(portal, tmp_path)
    assert left_offers.acts(Tenant.objects.get()) == []
    manage("offboard", "northwind", *NOW)
    (there,) = portal.store.all(seed.NORTHWIND, "registrationDefinitions")
    (act,) = left_offers.acts(Tenant.objects.get())
    assert delegations(portal) == [] and act.about.lower() == there["id"].lower()
    assert subscription(portal) in act.about
    named = shlex.split(lines.delete_offer("", act.about, "public")["Delete the offer"])[-1]
    azure(portal, "DELETE", named)
    assert portal.store.all(seed.NORTHWIND, "registrationDefinitions") == []

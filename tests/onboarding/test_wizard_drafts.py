"""What was typed is kept, by whom is in the record, and nobody saves over somebody else's words."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onboarding import enrol, intake
from onboarding.models import Draft, Onboarding
from onboarding.wizard import drafts
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tenants.models import Customer, LedgerEntry, Tenant
from tests.access import world
from tests.onboarding.wizarding import begun, found_out, named, offered, planned

OTHER = "person 2"


def test_nothing_is_saved_before_the_tenant_is_known(portal: Cloud) -> None:
    for asked in ("nobody.example", "not a domain", "fabrikam-security.example"):
        with pytest.raises(Refused):
            drafts.begin(asked, seed.NORTHWIND, "Northwind", "northwind", OTHER)
    assert not Tenant.objects.exists() and not Customer.objects.exists() and not Draft.objects.exists()


def test_a_domain_that_became_another_tenants_is_not_taken_for_the_one_looked_at(portal: Cloud) -> None:
    with pytest.raises(Refused) as refused:
        drafts.begin("northwind.example", seed.CONTOSO, "Northwind", "northwind", OTHER)
    assert seed.NORTHWIND in refused.value.facts["why"] and not Tenant.objects.exists()


def test_a_tenant_that_signs_in_elsewhere_belongs_to_another_cloud(portal: Cloud, settings: Any) -> None:
    settings.CLOUD_LOGIN_URL = portal.origin.replace("localhost", "127.0.0.1")
    with pytest.raises(Refused) as refused:
        drafts.begin("northwind.example", seed.NORTHWIND, "Northwind", "northwind", OTHER)
    assert refused.value.reason == "other_cloud" and refused.value.facts["name"] == portal.origin
    assert not Tenant.objects.exists()


def test_a_customer_cannot_be_named_like_a_page(portal: Cloud) -> None:
    with pytest.raises(Refused) as refused:
        drafts.begin("northwind.example", seed.NORTHWIND, "New", "new", OTHER)
    assert "name of a page" in refused.value.facts["why"] and not Tenant.objects.exists()


def test_begun_twice_it_is_one_draft(portal: Cloud) -> None:
    assert begun().pk == begun().pk
    assert LedgerEntry.objects.filter(verb="began in the wizard").count() == 1


def test_a_tenant_named_by_its_id_gets_its_domain_from_the_reader(portal: Cloud) -> None:
    draft = drafts.begin(seed.NORTHWIND, seed.NORTHWIND, "Northwind", "northwind", OTHER)
    found_out(draft, "reader")
    assert Tenant.objects.get().domain == "northwind.onmicrosoft.example"


def test_each_save_is_in_the_record_with_who_and_without_addresses(portal: Cloud) -> None:
    named(offered(begun()))
    saves = LedgerEntry.objects.filter(verb="saved a draft")
    assert [entry.facts["fields"] for entry in saves] == [
        ["approval", "offer", "tiers"],
        ["approvers", "contacts", "reviewers"],
    ]
    assert not any("@" in str(entry.facts) for entry in saves)
    assert {entry.actor for entry in saves} == {"person 1"}


def test_of_two_who_save_at_once_the_second_is_told_and_overwrites_nothing(portal: Cloud) -> None:
    seen = begun()
    drafts.save(seen, seen.version, OTHER, contacts=["ada@northwind.example"])
    with pytest.raises(drafts.Conflict) as conflict:
        drafts.save(seen, seen.version, "person 1", contacts=["carla@northwind.example"])
    assert conflict.value.now.contacts == ["ada@northwind.example"]
    assert conflict.value.now.changed_by == OTHER
    assert Draft.objects.get().contacts == ["ada@northwind.example"]
    assert LedgerEntry.objects.filter(verb="saved a draft").count() == 1


def test_having_seen_what_the_other_saved_the_second_may_save(portal: Cloud) -> None:
    seen = begun()
    other = drafts.save(seen, seen.version, OTHER, contacts=["ada@northwind.example"])
    drafts.save(seen, other.version, "person 1", contacts=["carla@northwind.example"])
    assert Draft.objects.get().contacts == ["carla@northwind.example"]


def test_saving_what_stands_already_is_no_conflict_and_no_entry(portal: Cloud) -> None:
    seen = begun()
    drafts.save(seen, seen.version, OTHER, contacts=["ada@northwind.example"])
    drafts.save(seen, seen.version, "person 1", contacts=["ada@northwind.example"])
    assert LedgerEntry.objects.filter(verb="saved a draft").count() == 1


def test_the_change_number_is_the_tenants_and_is_kept_with_the_draft(portal: Cloud) -> None:
    draft = begun()
    drafts.save(draft, draft.version, OTHER, change_number="CHG-2044")
    assert Tenant.objects.get().change_number == "CHG-2044"
    with pytest.raises(drafts.Conflict):
        drafts.save(draft, draft.version, OTHER, change_number="CHG-9")
    assert Tenant.objects.get().change_number == "CHG-2044"


def test_a_customer_begun_from_a_file_goes_on_in_the_wizard_with_the_files_answers(portal: Cloud) -> None:
    enrol.enrol(
        intake.check(
            {
                "name": "Northwind",
                "domain": "northwind.example",
                "tiers": ["tier-1"],
                "approvers": {"emails": ["carla@northwind.example", "deniz@northwind.example"]},
            }
        )
    )
    draft = drafts.of(Tenant.objects.get(), OTHER)
    assert draft.offer is not None and draft.tiers == ["tier-1"]
    assert draft.approvers == ["carla@northwind.example", "deniz@northwind.example"] == draft.reviewers


def test_only_what_was_proposed_can_be_taken_over(portal: Cloud) -> None:
    draft = offered(begun("northwind-traders.example", seed.NORTHWIND_TRADERS, "Northwind Traders"))
    for what in ("reader", "readiness"):
        found_out(draft, what)
    carla = ["carla@northwind-traders.example"]
    draft = named(draft, approvers=carla, reviewers=carla, contacts=[])
    found_out(draft, "people")
    asked = found_out(draft, "plan")
    proposed = [f"{q['address']}={c['id']}" for q in asked.answer["questions"] for c in q["candidates"]]
    for stray in (f"group/tier-2={seed.NORTHWIND}", "group/tier-1", "", proposed[0] + "0"):
        with pytest.raises(Refused):
            drafts.tick(draft, asked, [proposed[0], stray], OTHER)
    assert Onboarding.objects.get().ticked == {}
    drafts.tick(draft, asked, proposed, OTHER)
    answer = found_out(draft, "plan").answer
    assert answer["questions"] == [] and answer["plan"]
    assert LedgerEntry.objects.filter(verb="ticked an object", actor=OTHER).count() == len(proposed) == 3


def test_two_admins_who_tick_at_once_lose_neither_tick(db: None) -> None:
    world.offered(world.tenant("Contoso"))
    one, other = (Onboarding.objects.select_related("tenant__customer").get() for _ in range(2))
    for kept, tick in ((one, "group/tier-1=a"), (other, "group/tier-2=b")):
        drafts.take_over(kept, [tick], {tick}, OTHER, "take over")
    assert Onboarding.objects.get().ticked == other.ticked == {"group/tier-1": "a", "group/tier-2": "b"}


def test_a_tick_holds_the_record_first_as_the_end_of_a_run_does(db: None) -> None:
    world.offered(world.tenant("Contoso"))
    kept, tick = Onboarding.objects.select_related("tenant__customer").get(), "group/tier-1=a"
    with CaptureQueriesContext(connection) as asked:
        drafts.take_over(kept, [tick], {tick}, OTHER, "take over")
    said = [each["sql"] for each in asked]
    entered = next(at for at, sql in enumerate(said) if "INSERT" in sql and "ledgerentry" in sql)
    held = next(at for at, sql in enumerate(said) if "SELECT" in sql and '"ticked"' in sql)
    assert entered < held


def test_who_approves_can_be_chosen_for_one_customer(portal: Cloud) -> None:
    draft = planned()
    drafts.save(draft, draft.version, OTHER, approval="both")
    draft.refresh_from_db()
    for what in ("readiness", "people"):
        found_out(draft, what)
    changes = found_out(draft, "plan").answer["changes"]
    assert "assignment_policy/approvers/lead" in [change["address"] for change in changes]

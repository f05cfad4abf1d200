"""What the provider is called can be changed for new plans; what was agreed to keeps its names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from access.azure import azure_words
from onboarding import plans, runs
from onboarding.models import Onboarding, Plan
from sandbox.cloud import Cloud
from tenants import ledger, provider
from tenants.models import Customer, LedgerEntry, Provider, ProviderTenant, Tenant
from tests.cast import Cast, assemble
from tests.onboarding import already
from tests.onboarding.conftest import agreed_plan, manage
from tests.onboarding.delegating import NOW, SENTINEL, deploy, file_for, go_on, sell, subscription
from tests.onboarding.pooling import group
from tests.onboarding.test_runs import to_the_end

File = Callable[..., Path]


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def fabrikam() -> Provider:
    return Provider.objects.create(name="Fabrikam Security", brand="Fabrikam")


def test_without_arguments_it_says_what_the_provider_is_called(cast: Cast) -> None:
    assert manage("provider") == (0, {"status": 0})
    fabrikam()
    assert manage("provider") == (0, {"name": "Fabrikam Security", "brand": "Fabrikam", "status": 0})
    assert not LedgerEntry.objects.exists()


def test_another_brand_stands_in_every_customers_record(cast: Cast) -> None:
    fabrikam()
    status, said = manage("provider", "--brand", " Fabrikam SOC ")
    changed = {"brand": {"was": "Fabrikam", "is": "Fabrikam SOC"}}
    assert (status, said["changed"], said["name"]) == (0, changed, "Fabrikam Security")
    found = LedgerEntry.objects.filter(verb=provider.RENAMED, facts=changed)
    assert found.count() == Customer.objects.count() > 1
    assert not any(ledger.verify(customer) for customer in Customer.objects.all())
    assert manage("provider", "--brand", "Fabrikam SOC")[1]["changed"] == {}
    assert found.count() == LedgerEntry.objects.count()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("brand", ""),
        ("brand", "x" * 61),
        ("brand", "Fabri\nkam"),
        ("brand", "Fabri\u202ekam"),
        ("brand", "{tier}"),
        ("name", "x" * 121),
        ("name", "client_secret"),
    ],
)
def test_what_cannot_stand_in_a_name_is_refused_and_nothing_changes(cast: Cast, key: str, value: str) -> None:
    fabrikam()
    status, said = manage("provider", f"--{key}", value)
    assert (status, said["refused"]) == (1, "wrong_input") and said["what"].startswith(f"--{key} ")
    row = Provider.objects.get()
    assert (row.name, row.brand) == ("Fabrikam Security", "Fabrikam") and not LedgerEntry.objects.exists()


def test_it_can_be_said_before_the_first_customer_and_holds_then(portal: Cloud, file: File) -> None:
    assert manage("provider", "--brand", "Night Watch")[0] == 1 and not Provider.objects.exists()
    assert manage("provider", "--brand", "Night Watch", "--name", "Fabrikam")[0] == 0
    assert manage("onboard", file())[0] == 2
    assert ProviderTenant.objects.get().provider == Provider.objects.get()
    assert any(name.startswith("Night Watch ") for name in names(Plan.objects.get()))


def names(plan: Plan) -> list[str]:
    return [str(change["spec"].get("displayName", "")) for change in plan.changes]


def test_another_brand_turns_no_live_customer_into_drift(portal: Cloud, file: File) -> None:
    """It is held to what it agreed to; a new plan lists the new names, and then those are what holds."""
    already.set_up(portal, file())
    assert manage("verify", "northwind")[0] == 0
    manage("provider", "--brand", "Night Watch", "--name", "Night Watch Ltd")
    status, said = manage("verify", "northwind")
    assert (status, said["changes"]) == (0, []), said
    status, said = manage("onboard", file())
    assert status == 2, said
    plan = Plan.objects.latest("pk")
    assert any(name.startswith("Night Watch ") for name in names(plan))
    assert {change["action"] for change in plan.changes} == {"update"}
    assert manage("verify", "northwind")[1]["changes"] == []
    assert manage("onboard", file(), *NOW)[0] == 0 and manage("verify", "northwind")[0] == 0
    manage("provider", "--brand", "Day Watch")
    assert manage("verify", "northwind")[1]["changes"] == []


def test_a_plan_that_was_agreed_to_before_carries_out_the_names_it_shows(portal: Cloud, file: File) -> None:
    plan = agreed_plan(file())
    was = names(plan)
    manage("provider", "--brand", "Night Watch")
    assert to_the_end(runs.start(plan, "a test")) == "verified"
    assert manage("verify", "northwind")[0] == 0 and names(Plan.objects.get()) == was


def test_what_was_agreed_to_before_plans_said_their_names_is_held_to_the_first_ones(
    portal: Cloud, file: File
) -> None:
    already.set_up(portal, file())
    manage("provider", "--brand", "Night Watch")
    manage("provider", "--brand", "Day Watch", "--name", "Day Watch Ltd")
    plan = Plan.objects.get()
    frame = {key: value for key, value in plan.frame.items() if key not in ("brand", "provider")}
    Plan.objects.update(frame=frame)
    assert frame != plan.frame
    agreed = plans.agreed_for(Tenant.objects.get())
    assert agreed and (plans.answers(agreed).brand, plans.answers(agreed).provider) == (
        plan.frame["brand"],
        plan.frame["provider"],
    )


def test_a_delegation_keeps_its_name_its_groups_and_its_tiers(portal: Cloud, tmp_path: Path) -> None:
    """Also where groups in the provider's own tenant are named by a brand that was said at the very first."""
    manage("provider", "--brand", "Fabrikam", "--name", "Fabrikam Ltd")
    sell({**SENTINEL, "roles": [{**SENTINEL["roles"][0], "group": "{brand} Responder"}]}, ["lighthouse"])
    group(portal, "Fabrikam Responder")
    manage("onboard", file_for(tmp_path, subscription(portal)), *NOW)
    deploy(portal)
    assert go_on().ended == "verified"
    kept = Onboarding.objects.get()
    before = azure_words.tiers(plans.as_agreed(kept))
    manage("provider", "--brand", "Night Watch", "--name", "Night Watch Ltd")
    status, said = manage("verify", "northwind")
    assert (status, said["changes"]) == (0, []), said
    assert azure_words.tiers(plans.as_agreed(kept)) == before and set(before.values()) == {"Tier 1"}

"""Pools: a group for some customers, never for all; who is opened together is said before it is kept."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from onboarding import delegating, offers, pools
from onboarding.models import Onboarding, OwnedObject, Plan, Step
from onboarding.words import sentences
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tests.access import world
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import (
    NOW,
    delegations,
    go_on,
    sell,
)
from tests.onboarding.pooling import (
    ALONE,
    POOL,
    ROLE,
    SHARED,
    fabrikam,
    group,
    in_pool,
    kept,
    named,
    redeploy,
    refusal,
)
from tests.onboarding.test_runs import at_once


@pytest.fixture
def provider(db: None) -> None:
    fabrikam()


def test_customers_of_one_pool_share_its_group_and_others_do_not(provider: None) -> None:
    kept(named("Contoso", 1), POOL).save()
    northwind = named("Northwind", 2)
    assert refusal(kept(northwind, POOL)) == ""
    for pool in ("", "EU shops"):
        assert refusal(kept(northwind, pool)) == "delegation_group_shared"


def test_in_one_pool_a_group_without_its_name_is_shared_by_nobody(provider: None) -> None:
    """Whichever of the two has it under another sort of name."""
    contoso, northwind = named("Contoso", 1), named("Northwind", 2)
    shared, alone = offers.current("managed-defender"), sell(ALONE)
    first = kept(contoso, POOL, shared)
    first.save()
    assert refusal(kept(northwind, POOL, alone)) == "delegation_group_shared"
    first.offer, first.azure = alone, kept(contoso, POOL, alone).azure
    first.save()
    assert refusal(kept(northwind, POOL, shared)) == "delegation_group_shared"


def test_a_pool_is_never_all_customers(provider: None) -> None:
    """Three may share; a fourth would make it everybody, until there is one that is left out."""
    for at, name in enumerate(("Contoso", "Tailspin", "Wingtip"), 1):
        mate = kept(named(name, at), POOL)
        assert refusal(mate) == ""
        mate.save()
    northwind = kept(named("Northwind", 4), POOL)
    with pytest.raises(Refused, match="pool_of_all") as refused:
        delegating.check(northwind)
    assert refused.value.facts["why"] == "Contoso, Tailspin, Wingtip" and refused.value.facts["count"] == "4"
    left_out = kept(named("Fourth Coffee", 5), "", id=str(uuid.uuid4()))
    left_out.save()
    assert refusal(northwind) == ""
    # Who is in it and stands there may be changed in other ways, although the last who was left out has gone.
    northwind.save()
    left_out.delete()
    assert refusal(northwind) == "pool_of_all"
    world.owned(northwind.tenant, "delegation/1")
    assert refusal(northwind) == ""


@pytest.mark.django_db(transaction=True)
def test_two_that_take_the_last_place_at_the_same_instant_do_not_make_it_all() -> None:
    """Each waits for the other's answers to be kept, and looks at them."""
    fabrikam()
    for at, name in enumerate(("Contoso", "Tailspin"), 1):
        kept(named(name, at), POOL).save()
    late = iter([named("Northwind", 3), named("Wingtip", 4)])

    def keep() -> str:
        answers = kept(next(late), POOL)
        try:
            with transaction.atomic():
                answers.save()
                delegating.check(answers)
        except Refused as refused:
            return refused.reason
        return ""

    assert sorted(at_once(keep, 2)) == ["", "pool_of_all"]
    assert len(pools.known()[POOL]) == 3


@pytest.mark.parametrize(
    "typed",
    [
        "{customer}",
        "EU {pool",
        "EU\u200bbanks",
        "EU\u202ebanks",
        "EU\nbanks",
        "<b>EU</b>",
        "“EU”",
        "+",
        "…",
        "x" * 61,
        "All",
        "ALL  customers",
        "Ａｌｌ",
        "Contoso and friends",
        "friends of CONTOSO",
    ],
)
def test_a_name_that_misleads_is_refused(provider: None, typed: str) -> None:
    named("Contoso", 1)
    with pytest.raises(Refused, match="wrong_input"):
        pools.checked(typed)


def test_one_name_written_otherwise_is_the_same_pool(provider: None) -> None:
    kept(named("Contoso", 1), POOL).save()
    assert pools.checked(" eu  BANKS ") == pools.checked("ＥＵ banks") == POOL
    assert pools.checked("Contosoville") == "Contosoville" and pools.checked("  ") == ""


def test_who_leaves_a_pool_has_a_new_plan_and_its_group_holds_nothing_afterwards(
    portal: Cloud, tmp_path: Path
) -> None:
    old = group(portal)
    sell(SHARED, planes=["lighthouse"])
    assert manage("onboard", in_pool(tmp_path, portal, POOL), *NOW)[0] == 3
    first = Plan.objects.get()
    assert first.frame["azure"]["pool"] == POOL and old in str(first.changes)
    assert "holds it at every customer of that pool" in sentences.kept(first.changes[0], {})["why"]
    redeploy(portal)
    assert go_on().ended == "verified" and holders(portal) == {old}
    # Out of it: nothing is done before the customer deploys, and said so; then the old group is gone.
    assert manage("onboard", in_pool(tmp_path, portal, "Retail"), *NOW)[1]["refused"] == "no_analysts_group"
    retail = group(portal, "Sentinel Responder, Retail")
    assert manage("onboard", in_pool(tmp_path, portal, "Retail"), *NOW)[0] == 3
    second = Plan.objects.latest("pk")
    assert second.digest != first.digest and "loses it when" in sentences.kept(second.changes[0], {})["why"]
    assert Step.objects.latest("pk").state == "customer" and holders(portal) == {old}
    # The group still opens Northwind, so nobody may take it yet who is not in the pool with it.
    late = kept(named("Contoso", 1), POOL, id=old)
    assert refusal(late) == "delegation_group_shared"
    redeploy(portal)
    assert go_on().ended == "verified" and holders(portal) == {retail}
    assert old not in str(OwnedObject.objects.get().spec) and refusal(late) == ""


def holders(box: Cloud) -> set[str]:
    """Who holds Sentinel's role by what is in force at Northwind."""
    made = {
        each["id"]: each["properties"] for each in box.store.all(seed.NORTHWIND, "registrationDefinitions")
    }
    held = [
        one
        for each in delegations(box)
        for one in made[each["properties"]["registrationDefinitionId"]]["authorizations"]
    ]
    return {one["principalId"] for one in held if one["roleDefinitionId"].endswith(ROLE["role"])}


def test_an_offer_without_shared_groups_takes_no_pool(portal: Cloud, tmp_path: Path) -> None:
    sell()
    status, said = manage("onboard", in_pool(tmp_path, portal, POOL))
    assert status == 1 and "azure.pool" in said["what"] and "leave it out" in said["what"], said


def test_who_is_in_a_pool_is_asked_at_once_however_many_there_are(
    db: None, django_assert_num_queries: Any
) -> None:
    for name in ("Contoso", "Northwind", "Adatum"):
        world.offered(world.tenant(name))
    Onboarding.objects.update(azure={"scopes": [], "pool": "Retail"})
    with django_assert_num_queries(2):
        assert pools.known() == {"Retail": ["Adatum", "Contoso", "Northwind"]}


def test_however_many_are_served_their_answers_are_read_at_once(
    provider: None, django_assert_max_num_queries: Any
) -> None:
    """Also once all of them are set up; and they are read once for all that is asked of them."""
    for at, name in enumerate(("Contoso", "Tailspin", "Wingtip", "Adatum"), 1):
        mate = kept(named(name, at), POOL)
        mate.save()
        carried_out(mate)
    alone = kept(named("Fourth Coffee", 8), "", id=str(uuid.uuid4()))
    alone.save()
    with django_assert_max_num_queries(4):
        assert pools.known() == {POOL: ["Adatum", "Contoso", "Tailspin", "Wingtip"]}
    northwind = kept(named("Northwind", 9), POOL)
    with CaptureQueriesContext(connection) as asked:
        assert refusal(northwind) == ""
    assert sum('"frame"' in each["sql"] for each in asked.captured_queries) == 1


def carried_out(kept: Onboarding) -> None:
    run = world.ran(kept.tenant, hours_ago=9)
    frame = {"offer": kept.offer.slug, "offer_version": kept.offer.version, "tiers": kept.tiers}
    Plan.objects.filter(run=run).update(frame={**frame, "approval": "", "approvers": [], "azure": kept.azure})
    world.owned(kept.tenant, "delegation/1")
    OwnedObject.objects.filter(tenant=kept.tenant).update(spec={"properties": {}, "scope": ""})


def test_who_has_ended_is_in_no_pool_until_they_come_back(provider: None) -> None:
    """Nothing of theirs is opened by anybody, so they are no company and no hindrance."""
    contoso, northwind = kept(named("Contoso", 1), POOL), kept(named("Northwind", 2), "Retail")
    contoso.save()
    assert refusal(northwind) == "delegation_group_shared"
    carried_out(contoso)
    Onboarding.objects.update(kept_at=now() - dt.timedelta(hours=10))
    end = world.ran(contoso.tenant, "verified", "written", hours_ago=5, purpose="offboard")
    gone = contoso.tenant.owned.filter(kind="delegation")
    assert POOL in pools.known() and refusal(northwind) == "delegation_group_shared"
    end.steps.update(state="verified")
    assert POOL in pools.known(), "it stands"
    gone.delete()
    assert pools.known() == {} and refusal(northwind) == ""
    Onboarding.objects.update(kept_at=None)  # from before that was written down
    assert pools.known() == {} and refusal(northwind) == ""
    contoso.save()
    assert pools.known() == {POOL: ["Contoso"]} and refusal(northwind) == "delegation_group_shared"

"""What an offer's page changes: tiers, names as templates, roles in Azure; and what it refuses."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from onboarding import offers
from onboarding.models import Offer
from onboarding.planes import access_packages
from onboarding.planes.base import Answers, Tier
from tests.cast import FABRIKAM, NORTHWIND, Cast, assemble
from tests.onboarding.editing import SHIPPED, form

pytestmark = pytest.mark.django_db
DEFENDER, SENTINEL = "managed-defender", "managed-sentinel"
NIGHT = {"new-label": "Night shift", "new-can": "Look at incidents at night."}
READER = "8d289c81-5878-46d4-8554-54e1e3d8b5cb"


@pytest.fixture
def cast() -> Cast:
    return assemble()


def edited(cast: Cast, sold: str = DEFENDER, **changes: Any) -> dict[str, Any]:
    """The new version's document."""
    seen = offers.documents()[sold]["version"]
    answer = cast.client("alice").post(f"/offers/{sold}/edit/", form(sold, seen, **changes))
    assert answer.status_code == 302, said(answer.content.decode())
    made: dict[str, Any] = Offer.objects.get(slug=sold, version=seen + 1).document
    return made


def refused(cast: Cast, sold: str = DEFENDER, **changes: Any) -> dict[str, str]:
    """What is told at which field; no version was made."""
    answer = cast.client("alice").post(f"/offers/{sold}/edit/", form(sold, **changes))
    assert answer.status_code == 400 and not Offer.objects.filter(version=SHIPPED + 1).exists()
    page = answer.content.decode()
    assert "No version was made yet." in page
    return said(page)


def said(page: str) -> dict[str, str]:
    return dict(re.findall(r'<p class="field-error" id="id_([\w-]+)_error">([^<]*)</p>', page))


def shown(cast: Cast, sold: str = DEFENDER) -> str:
    return cast.client("alice").get(f"/offers/{sold}/").content.decode()


def test_a_new_tier_gets_its_short_name_from_its_label(cast: Cast) -> None:
    tiers = edited(cast, **NIGHT)["tiers"]
    assert [tier["slug"] for tier in tiers] == ["tier-1", "tier-2", "night-shift"]
    assert tiers[2] == {
        "slug": "night-shift",
        "label": "Night shift",
        "can": "Look at incidents at night.",
    }
    table = shown(cast).partition("What is different")[2].partition("</table>")[0]
    assert "Night shift: what it can do" in table and "Tier 1" not in table
    assert "Night shift" in cast.client("alice").get("/people/").content.decode()


def test_what_a_tier_can_do_is_shown_whole_while_it_is_typed_and_kept_as_one_line(cast: Cast) -> None:
    assert '<textarea name="tier-1-can"' in shown(cast)
    typed = "Look at incidents,\r\nclose them,\nand no more."
    tiers = edited(cast, **{"tier-1-can": typed})["tiers"]
    assert tiers[0]["can"] == "Look at incidents, close them, and no more."


def test_a_tier_is_left_out_and_the_difference_shows_it(cast: Cast) -> None:
    assert [tier["slug"] for tier in edited(cast, **{"tier-2-out": "on"})["tiers"]] == ["tier-1"]
    table = shown(cast).partition("What is different")[2].partition("</table>")[0]
    assert "Tier 2: name" in table and ">nothing<" in table


@pytest.mark.parametrize(
    ("new", "field"),
    [
        ({"new-label": "Approvers", "new-can": "x"}, "new-label"),
        ({"new-label": "Tier  2", "new-can": "x"}, "new-label"),
        ({"new-label": "???", "new-can": "x"}, "new-label"),
        ({"new-label": "", "new-can": "x"}, "new-label"),
        ({"new-label": "Night", "new-can": ""}, "new-can"),
        ({"new-label": "New", "new-can": "x"}, "new-label"),
        ({"new-label": "Ni\u202eght", "new-can": "x"}, "new-label"),
        ({"tier-1-label": "tier 2"}, "tier-1-label"),
        ({"tier-1-out": "on", "tier-2-out": "on"}, "tier-2-out"),
    ],
)
def test_a_tier_that_would_collide_or_say_nothing_is_told_at_its_field(
    cast: Cast, new: dict[str, str], field: str
) -> None:
    assert field in refused(cast, **new)


def test_a_tier_that_holds_a_role_in_azure_says_so_before_it_goes_and_takes_it_along(cast: Cast) -> None:
    hint = shown(cast, SENTINEL).partition('id="id_tier-2-out_helptext">')[2].partition("<")[0]
    assert "Microsoft Sentinel Contributor of Tier 2" in hint
    assert "in Azure" not in shown(cast).partition('id="id_tier-2-out_helptext">')[2].partition("<")[0]
    roles = edited(cast, SENTINEL, **{"tier-2-out": "on"})["lighthouse"]["roles"]
    assert [role["tier"] for role in roles] == ["tier-1"]
    assert "no role in Azure unless you give it one" in shown(cast, SENTINEL)


def test_a_renamed_tier_keeps_its_role(cast: Cast) -> None:
    before = offers.documents()[SENTINEL]["lighthouse"]
    assert edited(cast, SENTINEL, **{"tier-2-label": "Night"})["lighthouse"] == before


def test_names_and_descriptions_are_templates(cast: Cast) -> None:
    document = edited(
        cast,
        **{"name-tier_group": "{brand} SOC {tier}", "described-catalog": "For {provider} at night."},
    )
    assert document["names"]["tier_group"] == "{brand} SOC {tier}"
    assert document["descriptions"]["catalog"] == "For {provider} at night."
    table = shown(cast).partition("What is different")[2].partition("</table>")[0]
    assert "Name of the tier group" in table and "Description of the catalog" in table
    assert "Description of the tier package" not in table


def test_the_offers_own_words_describe_what_is_made_and_the_usual_ones_the_rest(cast: Cast) -> None:
    words = {
        "described-package": "{brand}: in {name}.",
        "described-tier_package": "{tier}, by {brand}. {can}",
    }
    document = edited(cast, **words)
    told = answers(document)
    said = {each.address: each.spec.get("description") for each in access_packages.resources(told)}
    assert said["access_package/approvers"] == "Fabrikam: in Fabrikam MSSP Analyst Approvers."
    assert said["access_package/tier-1"] == f"Tier 1, by Fabrikam. {document['tiers'][0]['can']}"
    assert said["catalog/mssp"] == "What analysts of Fabrikam Security may ask for."


def answers(document: dict[str, Any]) -> Answers:
    return Answers(
        tenant_id=NORTHWIND,
        provider_tenant_id=FABRIKAM,
        provider="Fabrikam Security",
        brand="Fabrikam",
        approval="customer",
        names=document["names"],
        policy=document["policy"],
        tiers=tuple(Tier(**tier) for tier in document["tiers"]),
        approvers=(),
        starts=dt.date(2026, 11, 2),
        descriptions=document["descriptions"],
    )


@pytest.mark.parametrize(
    ("name", "template"),
    [
        ("name-catalog", "{tier} things"),
        ("name-catalog", "{brand"),
        ("name-catalog", "{brand.__class__}"),
        ("name-catalog", "{brand!r}"),
        ("name-catalog", "{brand:>99999999}"),
        ("name-catalog", "{0}"),
        ("name-tier_group", "{brand} Analyst"),
        ("name-tier_group", "{brand} MSSP {tier} Approvers"),
        ("name-tier_package", "{brand} analyst"),
        ("described-package", "{tier}"),
        ("described-catalog", ""),
    ],
)
def test_a_template_that_cannot_be_filled_in_or_names_two_alike_is_told_at_its_field(
    cast: Cast, name: str, template: str
) -> None:
    if template == "{brand} MSSP {tier} Approvers":
        assert name in refused(cast, **{name: template, "tier-1-label": "Analyst"})
    else:
        assert name in refused(cast, **{name: template})


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ({"escalated_after_days": 14}, "escalated_after_days"),
        ({"escalated_after_days": 20}, "escalated_after_days"),
        ({"denied_after_days": 2}, "escalated_after_days"),
        ({"review_every_months": 1, "review_open_days": 29}, "review_open_days"),
        ({"reviews_spread_over_days": 336}, "reviews_spread_over_days"),
        ({"first_review_after_days": 89}, "reviews_spread_over_days"),
        ({"reviews_spread_over_days": 0}, "reviews_spread_over_days"),
    ],
)
def test_numbers_that_contradict_each_other_are_told_at_their_field(
    cast: Cast, numbers: dict[str, int], field: str
) -> None:
    assert list(refused(cast, **numbers)) == [field]


def test_numbers_that_just_fit_are_taken(cast: Cast) -> None:
    edited(cast, escalated_after_days=13, review_every_months=1, review_open_days=28)
    edited(cast, first_review_after_days=30, reviews_spread_over_days=30)


def test_a_version_from_before_reviews_were_spread_is_edited_as_what_it_is(cast: Cast) -> None:
    """All on one day; that alone makes no new version, and another number does."""
    shipped = offers.current(DEFENDER)
    shipped.document["policy"].pop("reviews_spread_over_days")
    shipped.save()
    assert form()["reviews_spread_over_days"] == 1
    assert cast.client("alice").post(f"/offers/{DEFENDER}/edit/", form()).status_code == 400
    assert "reviews_spread_over_days" not in edited(cast, expires_after_days=90)["policy"]
    assert edited(cast, reviews_spread_over_days=60)["policy"]["reviews_spread_over_days"] == 60


def row(**typed: str) -> dict[str, str]:
    usual = {"tier": "tier-1", "role": READER, "group": "Sentinel Reader, {customer}", "longest": "PT8H"}
    return {f"role-new-{key}": value for key, value in (usual | typed).items()}


def test_a_new_tier_can_be_given_a_role_in_azure_at_once(cast: Cast) -> None:
    asked = row(tier="+", on_demand="on", longest="PT2H", approvers="Leads; Managers of {customer}")
    assert edited(cast, SENTINEL, **NIGHT, **asked)["lighthouse"]["roles"][2] == {
        "tier": "night-shift",
        "role": READER,
        "group": "Sentinel Reader, {customer}",
        "on_demand": True,
        "longest": "PT2H",
        "approvers": ["Leads", "Managers of {customer}"],
    }
    table = shown(cast, SENTINEL).partition("What is different")[2].partition("</table>")[0]
    assert "Night shift: Microsoft Sentinel Reader in Azure" in table and "approved by Leads" in table


@pytest.mark.parametrize(
    ("typed", "field", "why"),
    [
        (row(tier="+"), "role-new-tier", "Choose a tier"),
        (row(role=""), "role-new-role", "Choose a role"),
        (row(group=""), "role-new-group", "Choose a group"),
        (row(group="Sentinel Reader"), "role-new-group", "Without {customer}"),
        (row(group="Sentinel {{pool}}"), "role-new-group", "one group would serve"),
        (row(group="{tier}, {customer}"), "role-new-group", "Braces may hold"),
        (row(group="Sentinel Responder, {customer}"), "role-new-group", "would hold several roles"),
        (row(role="18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"), "role-new-role", "may change who has access"),
        (row(role="92aaf0da-9dab-42b6-94a3-d43ce8d16293"), "role-new-role", "may read or write data"),
        ({"role-1-role": "b24988ac-6180-42a0-ab88-20f7382dd24d"}, "role-1-role", "valid choice"),
        (
            row(role="ab8e14d6-4a74-4a29-9ba8-549422addade", on_demand="on", longest="PT1H"),
            "role-new-longest",
            "two sets of rules",
        ),
        (
            row(on_demand="on", approvers="; ".join(f"Group {at}" for at in range(11))),
            "role-new-approvers",
            "at most ten",
        ),
        (row(on_demand="on", approvers="{tier}"), "role-new-approvers", "Braces may hold"),
        ({"role-1-out": "on", "role-2-out": "on"}, "role-1-out", "at least one role"),
        ({"role-2-tier": "tier-9"}, "role-2-tier", "valid choice"),
    ],
)
def test_what_azure_or_good_sense_refuses_is_told_at_its_field(
    cast: Cast, typed: dict[str, str], field: str, why: str
) -> None:
    told = refused(cast, SENTINEL, **typed)
    assert why in told[field] and len(told) == 1


def test_a_role_is_left_out_alone(cast: Cast) -> None:
    roles = edited(cast, SENTINEL, **{"role-1-out": "on"})["lighthouse"]["roles"]
    assert [role["tier"] for role in roles] == ["tier-2"]


def test_who_typed_while_another_added_a_tier_is_told_that_and_not_that_fields_are_empty(cast: Cast) -> None:
    mine = form(expires_after_days=30)
    edited(cast, **NIGHT)
    page = cast.client("alice").post(f"/offers/{DEFENDER}/edit/", mine).content.decode()
    assert "Somebody else made another version" in page and said(page) == {}


def test_no_role_is_listed_that_azure_lets_nobody_delegate(cast: Cast) -> None:
    page = shown(cast, SENTINEL)
    assert ">Microsoft Sentinel Responder</option>" in page
    for name in ("Owner", "User Access Administrator", "Role Based Access Control Administrator"):
        assert f">{name}</option>" not in page


def test_what_is_always_on_is_held_for_no_time(cast: Cast) -> None:
    page = shown(cast, SENTINEL)
    roles = offers.documents()[SENTINEL]["lighthouse"]["roles"]
    for at, held in enumerate(roles, start=1):
        field = page.partition(f'id="id_role-{at}-longest"')[2].partition("</select>")[0]
        chosen = re.findall(r'<option value="(\w*)" selected', field)
        assert chosen == ["PT8H" if held.get("on_demand") else ""], held
    assert {bool(held.get("on_demand")) for held in roles} == {True, False}
    assert edited(cast, SENTINEL, **row(longest=""))["lighthouse"]["roles"][-1].get("longest") is None

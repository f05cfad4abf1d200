"""The plan as the customer's reviewer reads it: what it is for, and whether it can still be agreed to."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from onboarding.agreeing import agreements
from onboarding.engine.digest import digest
from onboarding.models import Offer, Plan
from onboarding.planes import review_days
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Provider
from tests.cast import reviewer
from tests.onboarding.clicking import (
    HERE,
    admin,
    as_far_as_a_plan,
    check_readiness,
    name_people,
    new,
    offer,
    on_paper,
    people,
    plan,
    text,
)
from tests.onboarding.delegating import sell, subscription
from tests.onboarding.wizarding import take_out, work

BUTTON = "Sign in and agree to plan"


@pytest.fixture
def alice(portal: Cloud) -> Client:
    client = admin("Alice")
    as_far_as_a_plan(client)
    return client


def page() -> str:
    return f"/tenants/northwind/agreement/{Plan.objects.latest('pk').digest}/"


def test_the_page_and_the_mail_about_it_say_who_asks(alice: Client) -> None:
    said = text(reviewer(), page())
    assert "<h1>To be set up by Fabrikam Security: plan" in said
    assert "everything that Fabrikam Security would set up in your organisation's tenant" in unescape(said)
    mail = text(alice, f"{HERE}agreement/").partition('id="mail"')[2].partition("</textarea>")[0]
    assert "the plan of Fabrikam Security for northwind.example" in mail
    assert "this is what we, Fabrikam Security, would set up" in mail


ANY_PROVIDER = re.compile("your provider", re.IGNORECASE)


def test_every_warning_on_it_calls_the_provider_by_its_name(alice: Client) -> None:
    old = page()
    people(alice, approvers=["ada@northwind.example"])
    work()
    plan(alice)
    shown = [text(reviewer(), old), text(reviewer(), page())]
    with time_machine.travel(now() + timedelta(days=46)):
        shown.append(text(reviewer(), page()))
    row = Plan.objects.latest("pk")
    Plan.objects.filter(pk=row.pk).update(changes=row.changes[:-1])
    shown.append(text(reviewer(), page()))
    Plan.objects.filter(pk=row.pk).update(changes=row.changes)
    reviewer().post(f"{page()}decline/", {"reason": "Too much."})
    shown.append(text(reviewer(), page()))
    said = ("a newer plan", BUTTON, "can no longer be", "not what its number says", "Declined.")
    for words, each in zip(said, shown, strict=True):
        assert words in each and "Fabrikam Security" in each and not ANY_PROVIDER.search(each), words
    Provider.objects.update(name="")
    assert ANY_PROVIDER.search(text(reviewer(), page()))


def test_what_the_plan_alone_does_not_give_is_said_before_and_after_the_signature(
    alice: Client, portal: Cloud
) -> None:
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    tasks = '<a href="/tenants/northwind/tasks/">Tasks'
    before = text(reviewer(), page())
    assert "The role in Defender by which a tier can do that." in before and tasks in before
    assert "What your organisation does next" not in before
    on_paper(alice, admin("Bea"))
    after = text(reviewer(), page()).partition("What your organisation does next")[2].partition("<h2>")[0]
    assert "<li>Let the set-up app in</li>" in after and tasks in after
    assert "<li>Give Tier 1 its role in Defender, once its group is there</li>" in after
    assert "nothing more to do" not in after


def test_a_reviewer_reads_what_the_analysts_will_be_able_to_do(alice: Client) -> None:
    said = text(reviewer(), page())
    assert "19 changes" in said
    assert 'Add Carla Ruiz to the group "Fabrikam Security MSSP Analyst Approvers"' in unescape(said)
    assert (
        "isolate a device" in said
        and "Cannot use live response on a device" in said
        and "after 365 days" in said
    )
    assert "People of your organisation approve every request" in said and BUTTON in said


def test_it_says_in_short_first_what_the_plan_comes_to(alice: Client) -> None:
    short = text(reviewer(), page()).partition("<h2>In short</h2>")[2].partition("<h2>")[0]
    assert "Analysts of Fabrikam Security may then ask for Tier 1 or Tier 2. People of your" in short
    assert "Each access by a package ends by itself after 365 days." in short
    assert "Each of the 19 changes makes something new; nothing that is there is changed" in short
    assert "can decide alone, at any time, to pause access or to end all of it." in short


def test_when_reviews_begin_is_said_with_the_offer_and_by_the_day_in_the_plan(alice: Client) -> None:
    said = re.sub(r"\s+", " ", text(alice, f"{HERE}offer/"))
    assert "is reviewed every 12 months. The first review of each package begins on a day of its own" in said
    assert "a day of its own, 335 days after this onboarding was begun or up to 89 days sooner" in said
    days = re.findall(r'data-label="First review">(.*?)</td>', text(reviewer(), page()))
    planned = [each["spec"] for each in Plan.objects.latest("pk").changes if "policy" in each["kind"]]
    begin = [datetime.fromisoformat(each["reviewSettings"]["schedule"]["startDateTime"]) for each in planned]
    assert sorted(each.partition(" until ")[0] for each in days) == sorted(
        f"{day:%-d %B %Y}" for day in begin
    )
    assert len(begin) == 3
    Offer.objects.update(document=Offer.objects.get().document | {"policy": old_policy()})
    said = re.sub(r"\s+", " ", text(alice, f"{HERE}offer/"))
    assert "every 12 months, for the first time 335 days after this onboarding" in said


def old_policy() -> dict[str, Any]:
    """As versions had it that say nothing of a spread."""
    return {k: v for k, v in Offer.objects.get().document["policy"].items() if k != review_days.SPREAD}


def test_an_end_is_not_said_to_need_an_agreement(alice: Client) -> None:
    """The provider may withdraw; a reviewer must not think that closing the page keeps the access."""
    assert "nothing is set up or changed without an agreement" in text(reviewer(), page())
    ending = Plan.objects.latest("pk")
    ending.purpose = Plan.Purpose.OFFBOARD
    ending.digest = digest(agreements.document(ending, ending.changes))
    ending.save()
    said = text(reviewer(), page())
    assert BUTTON in said and "without an agreement" in said
    assert "End and clean up by Fabrikam Security: plan" in said and "nothing is set up" not in said


def test_the_link_on_the_wizards_page_leads_there(alice: Client) -> None:
    found = re.search(r'<pre class="link">http://localhost:8000(.*?)</pre>', text(alice, f"{HERE}agreement/"))
    assert found and found[1] == page()


def test_a_plan_nobody_agreed_to_in_time_has_no_button(alice: Client) -> None:
    with time_machine.travel(now() + timedelta(days=46)):
        said = text(reviewer(), page())
    assert "can no longer be agreed to" in said and BUTTON not in said


def test_a_newer_plan_is_pointed_out(alice: Client) -> None:
    old = page()
    people(alice, approvers=["ada@northwind.example"])
    work()
    plan(alice)
    assert "There is a newer plan" in text(reviewer(), old)
    assert "There is a newer plan" not in text(reviewer(), page())


def test_a_plan_altered_after_it_was_made_is_said_loudly_and_has_no_button(alice: Client) -> None:
    row = Plan.objects.get()
    row.changes[0]["spec"]["displayName"] = "Somebody else"
    row.save()
    said = text(reviewer(), page())
    assert "not what its number says" in said and BUTTON not in said


def test_what_is_said_of_a_plan_is_what_that_plan_was_made_from(alice: Client) -> None:
    """Answers changed after the plan was made must not make it look better than what is signed."""
    offer(alice, approval="lead", tiers=["tier-1"])
    check_readiness(alice)
    people(alice)
    work()
    said = text(reviewer(), page())
    assert "19 changes" in said and BUTTON in said
    assert "People of your organisation approve every request" in said
    assert "isolate a device" in said and "Cannot use live response on a device" in said


def test_a_plan_whose_frame_was_altered_is_said_just_as_loudly(alice: Client) -> None:
    row = Plan.objects.get()
    row.frame["approval"] = "nobody"
    row.save()
    said = text(reviewer(), page())
    assert "not what its number says" in said and BUTTON not in said


def test_the_link_is_the_portals_own_whatever_host_was_asked_for(alice: Client) -> None:
    assert "testserver" not in text(alice, f"{HERE}agreement/")


def azures(client: Client, portal: Cloud, planes: list[str]) -> str:
    """What the reviewer reads before the changes."""
    sell(planes=planes)
    new(client)
    offer(client, **{"azure-managed-defender": subscription(portal)})
    work()
    check_readiness(client)
    name_people(client)
    plan(client)
    return unescape(text(reviewer(), page())).partition("<ol>")[0]


def test_of_azure_alone_nothing_is_said_that_only_packages_have(portal: Cloud) -> None:
    said = azures(admin("Alice"), portal, ["lighthouse"])
    assert "365 days" not in said and "approve every request" not in said and "in Defender" not in said
    tier_1 = said.partition("<dt>Tier 1, in Azure</dt>")[2].partition("</dd>")[0]
    assert "Read Sentinel and work on its incidents" in tier_1 and "Always on" in tier_1
    assert "no end of its own" in tier_1 and "Nobody of the customer is asked" in tier_1
    tier_2 = said.partition("<dt>Tier 2, in Azure</dt>")[2].partition("</dd>")[0]
    assert "On demand" in tier_2 and "8 hours at most" in tier_2 and "no end of its own" in tier_2


def test_of_packages_and_azure_each_has_its_own_rules(portal: Cloud) -> None:
    said = azures(admin("Alice"), portal, ["access_packages", "lighthouse"])
    assert "Each access by a package ends by itself after 365 days" in said
    assert "approve every request" in said and "<dt>Tier 1, in Azure</dt>" in said


def test_the_page_says_first_what_to_do_and_leads_there_while_it_can_be_done(alice: Client) -> None:
    said, next_is = text(reviewer(), page()), '<a href="#decide">sign in and agree, or say no</a>'
    assert next_is in said and '<h2 id="decide">Agree</h2>' in said
    assert said.index(next_is) < said.index("<h2")
    with time_machine.travel(now() + timedelta(days=400)):
        later = text(reviewer(), page())
    assert "can no longer be agreed to" in later and "#decide" not in later

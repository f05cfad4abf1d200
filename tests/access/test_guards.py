"""The guard pack at its page: who fills it in, what is handed out, and that nothing of it is ours."""

from __future__ import annotations

import re
import shlex
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now, timedelta

from access.azure import guard_pack, hand_outs
from access.models import GuardAnswers
from onboarding.delegations.guards import ALLOWED
from tenants.models import LedgerEntry
from tests.cast import FABRIKAM, NORTHWIND, Cast, assemble

PAGE = "/tenants/northwind/azure/guards/"
SUBSCRIPTION = "66666666-6666-4666-8666-666666666666"
OTHER = "dddddddd-dddd-4ddd-8ddd-dddddddddddd"
GOOD: dict[str, Any] = {
    "parts": ["policy", "audit", "alert"],
    "tenants": f"{OTHER}\n",
    "subscriptions": SUBSCRIPTION,
    "email": "soc@northwind.example",
    "group": "rg-security",
}


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def saved(client: Client, **changes: Any) -> Any:
    return client.post(f"{PAGE}save/", {**GOOD, **changes})


def shown(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def link_on(page: str) -> str:
    [address] = re.findall(r'href="https://portal\.azure\.com/#create/Microsoft\.Template/uri/([^"]+)"', page)
    return unquote(address)


def fetched(link: str) -> Any:
    return Client().get(link.partition("localhost:8000")[2], headers={"Origin": "https://portal.azure.com"})


def test_a_reviewer_fills_it_in_and_gets_the_template_that_follows(cast: Cast) -> None:
    rita = cast.client("rita")
    assert "Deploy to Azure" not in shown(rita)
    assert saved(rita).status_code == 302
    answer = fetched(link_on(shown(rita)))
    assert answer["Access-Control-Allow-Origin"] == "https://portal.azure.com"
    [policy] = [
        each for each in answer.json()["resources"] if each["properties"].get("policyDefinitionId") == ALLOWED
    ]
    assert policy["properties"]["parameters"]["listOfAllowedTenants"]["value"] == [FABRIKAM, OTHER]
    pack = guard_pack.of(cast.northwind)
    assert pack and rita.get(f"{PAGE}{pack.address}.json").json() == pack.template == answer.json()


def test_what_was_filled_in_is_there_again_and_for_the_provider_to_read(cast: Cast) -> None:
    saved(cast.client("rita"))
    page = shown(cast.client("rita"))
    assert 'value="soc@northwind.example"' in page and 'value="rg-security"' in page
    for who in ("alice", "audrey"):
        said = shown(cast.client(who))
        assert "soc@northwind.example" in said and OTHER in said and "<form" not in said.partition("<main")[2]


@pytest.mark.parametrize("who", ["alice", "audrey", "ann", "rolf", "mallory"])
def test_nobody_else_can_fill_it_in(cast: Cast, who: str) -> None:
    assert saved(cast.client(who)).status_code == 404
    assert not GuardAnswers.objects.exists() and not LedgerEntry.objects.exists()


MISTAKES = {
    "parts": ({"parts": []}, "Tick at least one of the three."),
    "tenants": ({"tenants": f"{OTHER} contoso.example"}, "“contoso.example” is not a tenant&#x27;s id"),
    "own tenant": ({"tenants": NORTHWIND.upper()}, "That is your own tenant"),
    "too many": (
        {"tenants": "\n".join(f"{OTHER[:-3]}{n:03}" for n in range(51))},
        "At most 50 can be named.",
    ),
    "no subscription": ({"subscriptions": " "}, "Name at least one subscription."),
    "subscription": ({"subscriptions": f"/subscriptions/{SUBSCRIPTION}"}, "is not a subscription&#x27;s id"),
    "no e-mail": ({"email": ""}, "Say whom the alert tells."),
    "two e-mails": ({"email": "a@northwind.example, b@northwind.example"}, "Type one e-mail address."),
    "no group": ({"group": ""}, "Say in which resource group the alert is to be."),
    "group": ({"group": "rg'); drop"}, "Azure takes in such a name only"),
    "turned round": ({"tenants": "\u202eevil"}, "“\\u202eevil” is not"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_each_mistake_stands_beside_its_field_and_nothing_typed_is_lost(cast: Cast, case: str) -> None:
    changes, words = MISTAKES[case]
    answer = saved(cast.client("rita"), **changes)
    page = answer.content.decode()
    assert answer.status_code == 400 and not GuardAnswers.objects.exists()
    [beside] = re.findall(r'<p class="field-error" id="(\w+)-said">([^<]*)</p>', page)
    assert beside[0] == next(iter(changes)) and words in beside[1]
    kept = {name: typed for name, typed in {**GOOD, **changes}.items() if typed and name != "parts"}
    text = page.replace("&#x27;", "'")
    assert all(str(typed).strip() in text for typed in kept.values())


def test_without_the_alert_nobody_has_to_be_told_and_no_group_is_named(cast: Cast) -> None:
    assert saved(cast.client("rita"), parts=["audit"], email="", group="").status_code == 302
    page = shown(cast.client("rita"))
    assert "az policy assignment delete" in page and "az monitor" not in page


def test_the_provider_named_once_more_is_in_the_list_once(cast: Cast) -> None:
    saved(cast.client("rita"), tenants=f"{FABRIKAM.upper()}; {OTHER}, {OTHER}")
    pack = guard_pack.of(cast.northwind)
    assert pack and pack.guards.tenants == (FABRIKAM, OTHER)


def test_other_answers_have_another_address_and_the_old_link_leads_nowhere(cast: Cast) -> None:
    rita = cast.client("rita")
    saved(rita)
    link = link_on(shown(rita))
    saved(rita, email="ciso@northwind.example")
    assert fetched(link).status_code == 404 and fetched(link_on(shown(rita))).status_code == 200


def test_a_link_ends_and_cannot_be_made_up(cast: Cast) -> None:
    saved(cast.client("rita"))
    link = link_on(shown(cast.client("rita")))
    pack = guard_pack.of(cast.northwind)
    assert pack
    assert fetched(link.replace(pack.address, "0" * 64)).status_code == 404
    forged = hand_outs.signer().sign(str(pack.answers.pk))
    assert fetched(link.replace(link.rpartition("/")[2], f"{forged}.json")).status_code == 404
    with time_machine.travel(now() + hand_outs.GOOD_FOR + timedelta(minutes=1)):
        assert fetched(link).status_code == 404


def test_the_record_says_who_filled_it_in_and_never_the_address(cast: Cast) -> None:
    saved(cast.client("rita"))
    entry = LedgerEntry.objects.get()
    assert (entry.actor, entry.verb) == (cast.people["rita"].actor, "filled in the guard pack")
    assert entry.facts["tenants"] == [OTHER] and "soc@" not in str(entry.facts)


def test_the_lines_are_whole_and_take_away_also_what_is_no_longer_ticked(cast: Cast) -> None:
    saved(cast.client("rita"), parts=["audit"], group="rg(1)")
    pack = guard_pack.of(cast.northwind)
    assert pack
    [place] = pack.places
    words = shlex.split(place["azure_cli"]["Deploy"])
    assert words[words.index("--template-file") + 1] == pack.file and SUBSCRIPTION in words
    assert len(place["away_cli"]) == len(place["away_powershell"]) == 5
    assert "they are yours" in shown(cast.client("rita"))

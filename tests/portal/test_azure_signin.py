"""Signing in for Azure: at the customer's own tenant, for one template, by the browser that asked, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.conf import settings as live
from django.test import Client

from access.azure import hand_outs
from access.deploying import deployments
from access.models import Deployment
from sandbox import seed, tokens
from sandbox.cloud import Cloud
from tenants import sessions, vault
from tenants.models import Person, Tenant
from tests.access import own_sign_in as own
from tests.access.own_sign_in import link, reviewer, shown, work
from tests.cast import sign_in
from tests.onboarding.conftest import box, pki, portal
from tests.portal.conftest import chosen, oid

__all__ = ["box", "pki", "portal"]


@pytest.fixture
def carla(portal: Cloud, tmp_path: Path) -> Client:
    own.begun(portal, tmp_path)
    return reviewer()


def said(client: Client, back: str) -> str:
    """After a sign-in that led to nothing."""
    page = shown(client, back)
    assert not Deployment.objects.exists()
    return page


def test_it_asks_for_azure_alone_at_the_customers_own_tenant(carla: Client, portal: Cloud) -> None:
    there = urlsplit(link(carla))
    asked = {name: value[0] for name, value in parse_qs(there.query).items()}
    assert f"{there.scheme}://{there.netloc}" == portal.origin
    assert there.path == f"/{seed.NORTHWIND}/oauth2/v2.0/authorize"
    azure = "https://management.azure.com/user_impersonation"
    assert set(asked["scope"].split()) == {"openid", "profile", azure}
    assert (asked["client_id"], asked["code_challenge_method"]) == (seed.DEPLOY, "S256")
    assert asked["redirect_uri"] == "http://localhost:8000/azure/return/"
    assert asked["prompt"] == "select_account" and not Deployment.objects.exists()


def test_the_token_is_kept_sealed_for_this_row_and_is_the_only_one(carla: Client) -> None:
    row = own.signed_in(carla)
    token = vault.unseal(row.token, deployments.about(row))
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["tid"], claims["oid"]) == (seed.NORTHWIND, oid("ada")) and str(row.account) == oid("ada")
    assert "https://management.azure.com/user_impersonation" in claims["scp"].split()
    kept = str(Deployment.objects.values().get())
    assert token not in kept and "eyJ" not in kept and "refresh" not in kept
    row.marker = "another"
    with pytest.raises(vault.Unopened):
        vault.unseal(row.token, deployments.about(row))


@pytest.mark.parametrize("who", ["contoso", "lena"])
def test_an_account_of_another_tenant_is_refused(who: str, carla: Client) -> None:
    """Microsoft would let them choose where the address they are sent to was changed on the way."""
    there = link(carla).replace(seed.NORTHWIND, "organizations")
    assert "an account of another organisation than northwind.example" in said(carla, chosen(there, who))


def test_a_guest_of_the_tenant_is_refused(carla: Client, portal: Cloud, monkeypatch: Any) -> None:
    honest = tokens.sign

    def a_guest(cloud: Cloud, claims: dict[str, Any], *rest: Any, **more: Any) -> str:
        return honest(cloud, {**claims, "acct": 1} if "acct" in claims else claims, *rest, **more)

    back = chosen(link(carla), "ada")
    monkeypatch.setattr(tokens, "sign", a_guest)
    assert "or as a guest there" in said(carla, back)


@pytest.mark.parametrize("claim", ["tid", "oid"])
def test_an_access_token_of_somebody_else_is_thrown_away(
    claim: str, carla: Client, portal: Cloud, monkeypatch: Any
) -> None:
    honest = tokens.person_token

    def anothers(cloud: Cloud, tid: str, user: Any, *rest: Any) -> str:
        if claim == "tid":
            return honest(cloud, seed.CONTOSO, user, *rest)
        return honest(cloud, tid, {**user, "id": oid("deniz")}, *rest)

    back = chosen(link(carla), "ada")
    monkeypatch.setattr(tokens, "person_token", anothers)
    page = said(carla, back)
    assert "was thrown away" in page or "could not be believed" in page


def test_it_comes_back_once_and_only_to_the_sign_in_that_asked(carla: Client) -> None:
    back = chosen(link(carla), "ada")
    kept = carla.cookies[live.DEPLOY_COOKIE_NAME].value
    other = reviewer()
    assert "did not come to an end" in said(other, back)
    other.cookies[live.DEPLOY_COOKIE_NAME] = kept  # stolen, in another sign-in of the same person
    assert "did not come to an end" in said(other, back)
    carla.cookies[live.DEPLOY_COOKIE_NAME] = kept
    assert "did not come to an end" in said(carla, back)  # spent by then
    assert "did not come to an end" in said(carla, "/azure/return/")


def test_a_way_begun_for_signing_in_is_worth_nothing_here(carla: Client) -> None:
    carla.cookies[live.DEPLOY_COOKIE_NAME] = (
        carla.get("/signin/start/").cookies[live.SIGNIN_COOKIE_NAME].value
    )
    state = parse_qs(urlsplit(carla.get("/signin/start/")["Location"]).query)["state"][0]
    assert "did not come to an end" in said(carla, f"/azure/return/?state={state}&code=x")


def test_left_without_signing_in_nothing_was_done(carla: Client) -> None:
    assert "The sign-in was cancelled" in said(carla, chosen(link(carla), "nobody"))


@pytest.mark.parametrize("other", [{"subscription": seed.CONTOSO}, {"address": "0" * 64}, {"address": ""}])
def test_only_what_is_handed_out_can_be_signed_in_for(other: dict[str, str], carla: Client) -> None:
    [found] = hand_outs.of(Tenant.objects.get())
    asked = {"subscription": found.subscription, "address": found.address, **other}
    answer = carla.post(f"{own.AZURE}sign-in/", asked)
    assert answer["Location"] == own.AZURE and not carla.cookies[live.DEPLOY_COOKIE_NAME].value
    assert "no longer handed out" in shown(carla, own.AZURE)


def test_it_needs_a_fresh_sign_in_and_a_live_one_at_the_return(carla: Client) -> None:
    person = Person.objects.get(oid=oid("carla"))
    old = Client(headers=own.HERE)
    sign_in(old, person, auth_time=sessions.now() - 2 * sessions.FRESH)
    assert old.post(f"{own.AZURE}sign-in/").status_code == 403
    back = chosen(link(carla), "ada")
    sessions.end_everywhere(person)
    # Microsoft's code goes into no address, page or cookie of ours.
    assert carla.get(back)["Location"] == "/signin/?next=%2Fazure%2Freturn%2F"
    assert not Deployment.objects.exists()


def test_nothing_of_the_token_is_logged(carla: Client, caplog: Any, capfd: Any) -> None:
    caplog.set_level("DEBUG")
    back = chosen(link(carla), "ada")
    carla.get(back)
    row = Deployment.objects.get()
    token = vault.unseal(row.token, deployments.about(row))
    work(row)
    heard = capfd.readouterr()
    for text in (caplog.text, heard.out, heard.err):
        assert "eyJ" not in text and token not in text and row.token not in text
        assert parse_qs(urlsplit(back).query)["code"][0] not in text

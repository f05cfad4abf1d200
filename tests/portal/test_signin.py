"""Signing in through msal at a sandbox over TLS, and everything that does not end in a sign-in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.apps import apps
from django.conf import settings as live
from django.test import Client
from django.utils.timezone import now

import sandbox.signin
from sandbox import certificates, directory, seed
from sandbox.cloud import Cloud
from tenants import sessions
from tenants.models import Contact, Customer, Person, SignIn, SpentState, Tally, Tenant
from tests.portal.conftest import PEOPLE, chosen, oid

Go = Callable[..., str]


@pytest.fixture(autouse=True)
def northwind(desk: Cloud) -> Tenant:
    """A customer; Carla reviews for it."""
    whose = Customer.objects.create(name="Northwind", slug="northwind")
    tenant = Tenant.objects.create(
        customer=whose, slug="northwind", tenant_id=seed.NORTHWIND, cloud="custom", domain="northwind.example"
    )
    carla = Person.objects.create(tid=seed.NORTHWIND, oid=oid("carla"))
    Contact.objects.create(tenant=tenant, person=carla, role=Contact.Role.REVIEWER)
    return tenant


def come_back(client: Client, back: str) -> tuple[int, str]:
    """The end of a sign-in that was refused: its status and page. The code is in no address any more."""
    answer = client.get(back)
    assert answer["Location"].startswith("/signin/refused/") and "code" not in answer["Location"]
    page = client.get(answer["Location"])
    return page.status_code, page.content.decode()


def is_over(client: Client, back: str) -> bool:
    return client.get(back)["Location"] == "/signin/refused/start_again/"


def signed_in(client: Client) -> str:
    """Whose name the page around everything shows."""
    page = client.get("/help/").content.decode()
    return next((name for name in ("Lena", "Amir", "Dana", "Carla") if name in page), "")


def rows() -> dict[str, list[Any]]:
    """All rows but the rate limits' counters."""
    models = [model for model in apps.get_models() if model is not Tally]
    return {model._meta.label: list(model._default_manager.values()) for model in models}


@pytest.mark.parametrize(
    ("name", "roles"),
    [("lena", ["Portal.Admin"]), ("amir", ["Portal.Analyst"]), ("dana", ["Portal.Auditor"]), ("carla", [])],
)
def test_somebody_with_a_right_comes_in_and_goes_where_they_wanted(
    go: Go, window: Client, name: str, roles: list[str]
) -> None:
    answer = window.get(go(name, next="/help/?q=1"))
    assert (answer.status_code, answer["Location"]) == (302, "/help/?q=1")
    row = SignIn.objects.select_related("person").get()
    assert (str(row.person.tid), str(row.person.oid)) == (PEOPLE[name][0], oid(name))
    assert row.roles == roles and sessions.is_fresh(row)
    assert signed_in(window).lower() == name


def test_no_token_and_no_key_is_kept_or_logged(go: Go, window: Client, caplog: Any, capfd: Any) -> None:
    caplog.set_level("DEBUG")
    back = go("lena")
    window.get(back)
    key = window.cookies[live.SESSION_COOKIE_NAME].value
    heard = capfd.readouterr()
    for text in (json.dumps(rows(), default=str), caplog.text, heard.out + heard.err):
        assert "eyJ" not in text and key not in text and parse_qs(urlsplit(back).query)["code"][0] not in text


def test_asking_to_sign_in_changes_nothing(desk: Cloud, window: Client) -> None:
    before = rows()
    assert window.get("/signin/start/?next=/help/").status_code == 302
    assert rows() == before


def test_it_asks_microsoft_for_a_code_with_pkce_and_for_nothing_else(desk: Cloud, window: Client) -> None:
    there = urlsplit(window.get("/signin/start/")["Location"])
    asked = {name: value[0] for name, value in parse_qs(there.query).items()}
    assert f"{there.scheme}://{there.netloc}" == desk.origin and there.path.startswith("/organizations/")
    assert set(asked["scope"].split()) == {"openid", "profile"}
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert len(asked["state"]) > 15 and len(asked["nonce"]) > 40
    assert asked["redirect_uri"] == "http://localhost:8000/signin/return/"
    assert "prompt" not in asked


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("emil", "You have no role here yet"),
        ("deniz", "You are not named here"),
        ("contoso", "Your organisation is not known here"),
        ("nobody", "The sign-in was cancelled"),
    ],
)
def test_somebody_without_a_right_is_told_who_can_help(go: Go, window: Client, name: str, says: str) -> None:
    people = Person.objects.count()
    status, page = come_back(window, go(name))
    assert (status, says in page) == (403, True)
    assert not SignIn.objects.exists() and Person.objects.count() == people
    assert signed_in(window) == ""


def test_an_app_role_given_at_a_customers_home_is_worth_nothing(go: Go, desk: Cloud, window: Client) -> None:
    for number, who in enumerate(("carla", "deniz")):
        given = {"id": str(number), "appId": seed.SIGN_IN, "principalId": oid(who), "value": "Portal.Admin"}
        desk.store.put(seed.NORTHWIND, "appRoleAssignments", given)
    assert come_back(window, go("deniz"))[0] == 403
    assert window.get(go("carla")).status_code == 302
    assert SignIn.objects.get().roles == []


def test_an_answer_comes_back_once(go: Go, window: Client) -> None:
    back = go("lena")
    kept = window.cookies[live.SIGNIN_COOKIE_NAME].value
    assert window.get(back).status_code == 302
    thief = Client(headers={"Host": "localhost:8000"})
    thief.cookies[live.SIGNIN_COOKIE_NAME] = kept
    assert is_over(thief, back)
    assert SignIn.objects.count() == 1 == SpentState.objects.count()


def test_an_answer_is_taken_only_from_the_browser_that_asked(go: Go, window: Client) -> None:
    back = go("lena")
    stranger = Client(headers={"Host": "localhost:8000"})
    assert is_over(stranger, back)
    go("amir", stranger)
    assert is_over(stranger, back)
    assert not SignIn.objects.exists()


def test_a_cookie_that_was_changed_or_is_too_old_is_not_believed(go: Go, window: Client) -> None:
    back = go("lena")
    good = window.cookies[live.SIGNIN_COOKIE_NAME].value
    window.cookies[live.SIGNIN_COOKIE_NAME] = good.replace("{", "{ ", 1)
    assert is_over(window, back)
    window.cookies[live.SIGNIN_COOKIE_NAME] = good
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert is_over(window, back)
    assert not SignIn.objects.exists()


def test_each_sign_in_has_a_new_key_and_the_one_before_it_ends(go: Go, window: Client) -> None:
    window.get(go("lena"))
    first = window.cookies[live.SESSION_COOKIE_NAME].value
    window.get(go("amir"))
    assert signed_in(window) == "Amir"
    assert window.cookies[live.SESSION_COOKIE_NAME].value != first
    assert sessions.find(first) is None


def test_a_key_planted_before_does_not_become_a_sign_in(go: Go, window: Client) -> None:
    window.cookies[live.SESSION_COOKIE_NAME] = "planted"
    window.get(go("lena"))
    assert sessions.find("planted") is None and signed_in(window) == "Lena"


def test_a_refused_sign_in_leaves_the_one_before_it_alone(go: Go, window: Client) -> None:
    window.get(go("lena"))
    assert come_back(window, go("emil"))[0] == 403
    assert signed_in(window) == "Lena"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\\\\evil",
        "help/",
        "///x",
    ],
)
def test_afterwards_it_goes_only_to_a_page_of_ours(go: Go, window: Client, address: str) -> None:
    assert window.get(go("lena", next=address))["Location"] == "/"
    assert "evil" not in window.get("/signin/", {"next": address}).content.decode()


def test_the_sign_in_app_may_prove_itself_by_a_certificate(
    go: Go, desk: Cloud, window: Client, settings: Any, tmp_path: Any
) -> None:
    key, certificate = certificates.client_certificate("gatehouse-signin")
    app = directory.application(desk, seed.SIGN_IN)
    desk.store.put("", "applications", {**app, "secrets": [], "certificates": [certificate.decode()]})
    file = tmp_path / "signin.pem"
    file.write_bytes(key + certificate)
    proof = {"client_id": seed.SIGN_IN, "certificate_file": str(file), "client_secret": ""}
    settings.MICROSOFT_APPS = {**settings.MICROSOFT_APPS, "signin": proof}
    assert window.get(go("lena")).status_code == 302


def test_one_tenants_people_alone_where_the_settings_say_so(go: Go, window: Client, settings: Any) -> None:
    settings.SIGNIN_TENANT_ID = seed.FABRIKAM
    assert urlsplit(window.get("/signin/start/")["Location"]).path.startswith(f"/{seed.FABRIKAM}/")
    assert window.get(go("lena")).status_code == 302


def test_another_host_name_of_ours_is_left_for_the_one_microsoft_knows(desk: Cloud) -> None:
    answer = Client(headers={"Host": "testserver"}).get("/signin/start/?next=/help/")
    assert answer["Location"] == "http://localhost:8000/signin/start/?next=/help/"


def test_microsoft_being_away_is_said_and_nothing_else(desk: Cloud, window: Client, settings: Any) -> None:
    settings.CLOUD_LOGIN_URL = "https://localhost:1"
    status, page = come_back(window, "/signin/start/")
    assert (status, "does not answer" in page) == (503, True)


@pytest.fixture
def lying(monkeypatch: Any) -> Iterator[dict[str, Any]]:
    """A Microsoft whose id tokens say what this dict says."""
    lies: dict[str, Any] = {}
    honest = sandbox.signin.tokens.sign

    def sign(cloud: Cloud, claims: dict[str, Any], *rest: Any, **options: Any) -> str:
        return honest(
            cloud, {**claims, **lies} if "preferred_username" in claims else claims, *rest, **options
        )

    monkeypatch.setattr(sandbox.signin.tokens, "sign", sign)
    yield lies


@pytest.mark.parametrize(
    ("lie", "says"),
    [
        ({"aud": seed.READER}, "could not be believed"),
        ({"iss": f"https://evil.example/{seed.FABRIKAM}/v2.0"}, "could not be believed"),
        ({"tid": seed.NORTHWIND}, "could not be believed"),
        ({"nonce": "another"}, "could not be believed"),
        ({"exp": 1}, "clocks do not agree"),
        ({"nbf": 4_000_000_000}, "clocks do not agree"),
        ({"acct": 1}, "not as a guest"),
        ({"idp": f"https://sts.windows.net/{seed.NORTHWIND}/"}, "not as a guest"),
        ({"tid": "9188040d-6c67-4c5b-b112-36a304b66dad"}, "personal account"),
    ],
)
def test_a_wrong_token_signs_nobody_in(
    go: Go, window: Client, lying: dict[str, Any], lie: dict[str, Any], says: str
) -> None:
    lying.update(lie)
    status, page = come_back(window, go("lena"))
    assert (status, says in page) == (403, True)
    assert not SignIn.objects.exists()


def test_a_fresh_sign_in_asks_for_one_and_believes_only_the_proof(
    go: Go, desk: Cloud, window: Client, lying: dict[str, Any]
) -> None:
    there = window.get("/signin/start/?fresh=1")["Location"]
    asked = parse_qs(urlsplit(there).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["600"])
    lying["auth_time"] = int(now().timestamp()) - 3600
    assert "sign in anew" in come_back(window, chosen(there, "lena"))[1]
    assert not SignIn.objects.exists()
    assert window.get(go("lena")).status_code == 302
    assert not sessions.is_fresh(SignIn.objects.get())
    lying.clear()
    assert window.get(go("lena", fresh="1")).status_code == 302
    assert sessions.is_fresh(SignIn.objects.get())


def test_the_return_is_limited(desk: Cloud, window: Client) -> None:
    answers = [window.get("/signin/return/").status_code for _ in range(32)]
    assert answers == [302] * 30 + [429] * 2
    assert window.get("/signin/return/").headers["Retry-After"]


def test_only_microsofts_own_code_is_repeated_from_an_address(desk: Cloud, window: Client) -> None:
    shown = window.get("/signin/refused/refused_by_microsoft/?microsoft=AADSTS50105").content.decode()
    assert "AADSTS50105" in shown
    shown = window.get("/signin/refused/refused_by_microsoft/?microsoft=call+Mallory").content.decode()
    assert "Mallory" not in shown
    assert window.get("/signin/refused/made-up/").status_code == 404

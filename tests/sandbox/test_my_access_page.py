"""My Access as people meet it in several windows: who they are, what they may ask, what they decide."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from starlette.testclient import TestClient

from sandbox import certificates, session, tokens
from sandbox.app import build
from sandbox.store import Object
from tests.sandbox.graph_client import CONTOSO, ELM, FABRIKAM, NORTHWIND, World, graph, person_id, world

PAGE = "/@northwind.onmicrosoft.example"
Window = Callable[..., TestClient]


@pytest.fixture
def built() -> World:
    return world(graph())


@pytest.fixture
def window(built: World) -> Window:
    """A browser of its own, with somebody signed in to it."""

    def open_one(name: str = "", home: str = NORTHWIND) -> TestClient:
        browser = TestClient(build(built.graph.cloud), base_url="https://localhost")
        if name:
            browser.post(PAGE, data={"person": f"{home}/{person_id(name)}"}).raise_for_status()
        return browser

    return open_one


def requested(built: World, window: Window, words: str = "Night shift") -> Object:
    asked = window("Fay", FABRIKAM).post(
        f"{PAGE}/requests", data={"package": built.package["id"], "words": words}
    )
    assert asked.status_code == 200
    return built.graph.get(f"{ELM}/assignmentRequests?$filter=state eq 'pendingApproval'")["value"][0]


def decided(browser: TestClient, request: Object, decision: str = "approve") -> httpx.Response:
    form = {"request": request["id"], "decision": decision, "words": "Known analyst"}
    return browser.post(f"{PAGE}/decisions", data=form)


def members(built: World) -> list[str]:
    return [each["displayName"] for each in built.graph.pages(f"/groups/{built.group['id']}/members")]


def test_nobody_is_shown_anything_before_they_said_who_they_are(window: Window, built: World) -> None:
    text = window().get(PAGE).text
    assert "<h1>Sign in to My Access</h1>" in text and "Nobody is signed in here." in text
    assert built.package["displayName"] not in text
    assert window().post(f"{PAGE}/requests", data={"package": built.package["id"]}).status_code == 401
    assert built.graph.pages(f"{ELM}/assignmentRequests") == []


def test_it_says_who_is_signed_in_and_lets_them_out(window: Window) -> None:
    browser = window("Fay", FABRIKAM)
    assert "Signed in as <strong>Fay (Fabrikam-Security)</strong>" in browser.get(PAGE).text
    assert "You have signed out" in browser.post(f"/{FABRIKAM}/oauth2/v2.0/logout").text
    assert "Sign in to My Access" in browser.get(PAGE).text


def test_a_forged_sign_in_is_nobody_s(window: Window, built: World) -> None:
    other = graph().cloud
    other.signing_key = certificates.new_key_pem()
    body = {"aud": session.AUDIENCE, "tid": NORTHWIND, "oid": person_id("Nora")}
    for cloud, shown in ((other, "Nobody is signed in here."), (built.graph.cloud, "Signed in as")):
        browser = window()
        browser.cookies.set(session.COOKIE, tokens.sign(cloud, body), domain="localhost.local")
        assert shown in browser.get(PAGE).text


def test_two_windows_carry_a_request_through(built: World, window: Window) -> None:
    request = requested(built, window)
    nora = window("Nora")
    text = nora.get(PAGE).text
    assert '<a href="#/approvals">Approvals</a>' in text, "as in Microsoft's menu"
    waiting = text.partition('<section id="/approvals">')[2].partition("</section>")[0]
    assert "Fay (fay@fabrikam-security.example) asks: Night shift" in waiting
    assert members(built) == []
    assert decided(nora, request).status_code == 200
    assert members(built) == ["Fay"]
    fay = window("Fay", FABRIKAM).get(PAGE).text
    assert "Nora approved it: Known analyst." in fay and "Delivered, until" in fay


def test_a_denied_request_says_so_and_gives_nothing(built: World, window: Window) -> None:
    decided(window("Nora"), requested(built, window), "deny")
    assert members(built) == []
    assert "Nora denied it: Known analyst." in window("Fay", FABRIKAM).get(PAGE).text


def test_only_an_approver_is_shown_the_decision(built: World, window: Window) -> None:
    request = requested(built, window)
    for name, home in (("Fay", FABRIKAM), ("Cora", CONTOSO)):
        browser = window(name, home)
        assert "Nothing waits for your decision." in browser.get(PAGE).text
        assert decided(browser, request).status_code == 403
    assert members(built) == []


def test_who_cannot_ask_sees_why_and_no_form(built: World, window: Window) -> None:
    text = window("Cora", CONTOSO).get(PAGE).text
    assert "Your organisation cannot ask for this access package." in text
    assert "<button>Request</button>" not in text
    assert "<button>Request</button>" in window("Fay", FABRIKAM).get(PAGE).text


def test_a_package_s_durable_link_finds_its_place(built: World, window: Window) -> None:
    """What follows # stays in the browser: https://<host>/@<domain>#/access-packages/<id>."""
    text = window("Fay", FABRIKAM).get(PAGE).text
    assert f'<article id="/access-packages/{built.package["id"]}">' in text
    assert '<section id="/access-packages">' in text, "the list of all packages has a link of its own"
    assert window().get("/@nowhere.example").status_code == 404


def test_21_without_the_hint_people_land_in_their_own_organisation(built: World, window: Window) -> None:
    """16.21: plain My Access shows people their own tenant, whatever else the link says."""
    fay = window("Fay", FABRIKAM)
    own = fay.get("/").text
    assert "Access to Fabrikam-Security, your own organisation." in own and "names no directory" in own
    assert built.package["id"] not in own and "<button>Request</button>" not in own
    hinted = fay.get(PAGE).text
    assert "Access to Northwind (northwind.onmicrosoft.example)." in hinted
    assert built.package["id"] in hinted and "<button>Request</button>" in hinted


def test_21_without_the_hint_nothing_of_another_organisation_can_be_asked_for(
    built: World, window: Window
) -> None:
    """16.21: the same form, sent without and with the hint."""
    fay, form = window("Fay", FABRIKAM), {"package": built.package["id"], "words": "Night shift"}
    refused = fay.post("/requests", data=form)
    assert (refused.status_code, "There is no such access package for you." in refused.text) == (404, True)
    assert built.graph.pages(f"{ELM}/assignmentRequests") == []
    assert fay.post(f"{PAGE}/requests", data=form).url.path == PAGE
    assert [each["state"] for each in built.graph.pages(f"{ELM}/assignmentRequests")] == ["pendingApproval"]


def test_21_members_need_no_hint_in_their_own_organisation(built: World, window: Window) -> None:
    request, nora = requested(built, window), window()
    assert "<h1>Sign in to My Access</h1>" in nora.get("/").text
    nora.post("/", data={"person": f"{NORTHWIND}/{person_id('Nora')}"}).raise_for_status()
    assert "asks: Night shift" in nora.get("/").text
    form = {"request": request["id"], "decision": "approve", "words": "Known analyst"}
    assert nora.post("/decisions", data=form).url.path == "/"
    assert members(built) == ["Fay"]


def test_names_from_outside_are_escaped(built: World, window: Window) -> None:
    path = f"{ELM}/accessPackages/{built.package['id']}"
    built.graph.good(built.graph.call("PATCH", path, {"displayName": "<b>Analyst</b>"}))
    requested(built, window, "<i>now</i>")
    text = window("Nora").get(PAGE).text
    assert "&lt;b&gt;Analyst" in text and "&lt;i&gt;now" in text
    assert "<b>" not in text and "<i>" not in text


@pytest.mark.parametrize("path", [PAGE, "/", "/@nowhere.example", f"/{NORTHWIND}/oauth2/v2.0/logout"])
def test_every_page_says_that_it_is_not_microsoft(window: Window, path: str) -> None:
    assert "Sandbox: this is not Microsoft." in window().get(path).text

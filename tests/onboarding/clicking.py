"""Sitting at the wizard's pages: browsers of admins, its forms, and a worker that answers here."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from onboarding import runs
from onboarding.models import Draft, Run
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Person
from tenants.people import Role
from tests.cast import sign_in
from tests.onboarding.wizarding import let_in, work

HERE = "/tenants/northwind/onboard/"
POLL = {"HX-Request": "true"}


def admin(name: str) -> Client:
    person = Person.objects.create(tid=seed.FABRIKAM, oid=uuid.uuid4(), name=name)
    client = Client()
    sign_in(client, person, Role.ADMIN)
    return client


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return re.sub(r"\s+", " ", response.content.decode())


def post(client: Client, path: str, data: dict[str, Any] | None = None) -> str:
    """Where a successful form leads."""
    response = client.post(path, data or {})
    assert response.status_code == 302, (path, response.status_code, response.content.decode()[-3000:])
    return response["Location"]


def new(client: Client, seen: str = seed.NORTHWIND, place: str = "northwind.example", **other: str) -> str:
    typed = {"customer": "Northwind", "place": place, "seen": seen, "owner": "new"}
    return post(client, "/tenants/new/", typed | other)


def offer(client: Client, **other: Any) -> str:
    chosen = {"offer": "managed-defender", "tiers": ["tier-1", "tier-2"], "approval": "customer"}
    return post(client, f"{HERE}offer/", {"version": Draft.objects.get().version, **chosen, **other})


PEOPLE = {
    "approvers": ["carla@northwind.example", "deniz@northwind.example", ""],
    "reviewers": ["carla@northwind.example"],
    "contacts": [""],
}


def people(client: Client, **other: Any) -> str:
    return post(client, f"{HERE}people/", {"version": Draft.objects.get().version, **PEOPLE, **other})


def as_far_as_a_plan(client: Client) -> None:
    new(client)
    offer(client)
    work()
    check_readiness(client)
    name_people(client)
    plan(client)


PAPER = f"{HERE}agreement/paper/"
SAID = {"by": "carla@northwind.example", "reference": "contract 2026-114", "reason": "no sign-in yet"}


PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def scan(content: bytes = PDF, name: str = "signed.pdf") -> dict[str, SimpleUploadedFile]:
    """As a browser sends a chosen file, under whatever name and type it pleases."""
    return {"file": SimpleUploadedFile(name, content, "application/x-anything")}


def on_paper(by: Client, other: Client) -> None:
    enter_paper(by)
    confirm_paper(other)


def enter_paper(by: Client) -> None:
    post(by, PAPER, SAID | seen(by, PAPER) | scan())


def confirm_paper(other: Client) -> None:
    post(other, f"{PAPER}confirm/", seen(other, f"{PAPER}confirm/"))


def seen(client: Client, action: str) -> dict[str, str]:
    """The hidden fields of a form on the agreement's page, as a browser would send them."""
    form = text(client, f"{HERE}agreement/").partition(f'action="{action}"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def carry_out() -> None:
    run = Run.objects.latest("pk")
    for _ in range(50):
        advance(run.pk)
        Run.objects.update(not_before=now())
        run.steps.filter(state__in=runs.OPEN_STATES).update(not_before=None)
        run.refresh_from_db()
        if run.closed_at is not None:
            return
    raise AssertionError(run.ended)


def check_readiness(client: Client) -> None:
    post(client, f"{HERE}readiness/")
    work()


def name_people(client: Client) -> None:
    people(client)
    work()


def plan(client: Client) -> None:
    post(client, f"{HERE}plan/")
    work()


def come_back(page: str, box: Cloud, app: str) -> None:
    """The customer's administrator opens the link, accepts, and Microsoft sends them back."""
    links = [link.replace("&amp;", "&") for link in re.findall(r'<pre class="link">(.*?)</pre>', page)]
    asked = {
        query["client_id"][0]: query["state"][0] for query in (parse_qs(urlsplit(x).query) for x in links)
    }
    assert app in asked, page
    state = asked[app]
    let_in(box, seed.NORTHWIND, app)
    back = {"state": state, "tenant": seed.NORTHWIND, "admin_consent": "True"}
    assert "Thank you" in Client().get("/consent/return/", back).content.decode()
    work()


STEPS: dict[str, Callable[[Client], object]] = {
    "offer": new,
    "reader": offer,
    "readiness": lambda client: work(),
    "people": check_readiness,
    "plan": name_people,
    "agreement": plan,
}
"""Which step is next once this was done."""


def poll_address(fragment: str) -> str:
    found = re.search(r'hx-get="([^"]+)"', fragment)
    assert found, fragment
    return found[1].replace("&amp;", "&")

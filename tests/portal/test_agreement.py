"""A reviewer agrees to a plan by signing in about it; the receipt proves it, and nothing else does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.test import Client
from django.utils.timezone import now

from onboarding.agreeing import agreements
from onboarding.engine.digest import digest
from onboarding.models import Agreement, Plan, Receipt, Run
from sandbox import seed, tokens
from sandbox.cloud import Cloud
from tenants import ledger
from tenants.microsoft.errors import Refused
from tenants.models import Contact, Customer, Person, Tenant
from tests.portal.conftest import chosen, oid
from tests.sandbox.forms import Form

Go = Callable[..., str]
CHANGE = {
    "address": "group/tier-1",
    "kind": "group",
    "tenant": seed.NORTHWIND,
    "action": "create",
    "spec": {"displayName": "Fabrikam Tier 1 Analyst"},
    "needs": [],
    "remote_id": "",
    "fields": [],
    "before": {},
}


@pytest.fixture
def tenant(desk: Cloud) -> Tenant:
    whose = Customer.objects.create(name="Northwind", slug="northwind")
    made = Tenant.objects.create(
        customer=whose, slug="northwind", tenant_id=seed.NORTHWIND, cloud="custom", domain="northwind.example"
    )
    for name in ("carla", "deniz"):
        person = Person.objects.create(tid=seed.NORTHWIND, oid=oid(name))
        role = Contact.Role.REVIEWER if name == "carla" else Contact.Role.APPROVER
        Contact.objects.create(tenant=made, person=person, role=role)
    return made


@pytest.fixture
def plan(tenant: Tenant) -> Plan:
    return planned(tenant)


def planned(tenant: Tenant, **more: Any) -> Plan:
    until = now() + timedelta(days=45)
    made = Plan(tenant=tenant, purpose="onboard", frame={}, changes=[CHANGE], expires_at=until)
    for name, value in more.items():
        setattr(made, name, value)
    made.digest = digest(agreements.document(made, made.changes))
    made.save()
    return made


def page(plan: Plan) -> str:
    return f"/tenants/northwind/agreement/{plan.digest}/"


def last_link(window: Client, plan: Plan) -> str:
    """Where the last page before Microsoft leads."""
    last = window.post(page(plan))
    assert last.status_code == 200, last.content.decode()
    return last.content.decode().partition('btn-primary" href="')[2].partition('"')[0].replace("&amp;", "&")


def signed(window: Client, go: Go, plan: Plan, who: str = "carla", as_who: str = "") -> Any:
    """`who` comes in and agrees; the sign-in that is the agreement is done `as_who`."""
    window.get(go(who))
    return window.get(chosen(last_link(window, plan), as_who or who))


def test_the_plan_is_shown_and_then_agreed_to_by_signing_in(window: Client, go: Go, plan: Plan) -> None:
    answer = signed(window, go, plan)
    assert answer["Location"] == page(plan)
    agreed = Agreement.objects.get()
    carla = Person.objects.get(oid=oid("carla"))
    assert (agreed.plan, agreed.form, agreed.by) == (plan, "signed", "carla@northwind.example")
    assert (agreed.decided_by, agreed.digest) == (carla.actor, plan.digest)
    assert plan.tenant.customer.ledger.get(number=agreed.ledger_number).facts["by"] == carla.actor
    shown = window.get(page(plan)).content.decode()
    assert "Agreed to." in shown and "Create the group" in shown and "Download the receipt" in shown


def test_looking_and_pressing_the_button_agree_to_nothing_yet(window: Client, go: Go, plan: Plan) -> None:
    window.get(go("carla"))
    assert "Sign in and agree to plan" in window.get(page(plan)).content.decode()
    assert "Nothing is agreed to yet" in window.post(page(plan)).content.decode()
    assert not Agreement.objects.exists()


def test_an_ordinary_sign_in_is_no_agreement(window: Client, go: Go, plan: Plan) -> None:
    window.get(go("carla", next=page(plan)))
    window.get(go("carla", fresh="1", plan=str(plan.pk)))
    assert not Agreement.objects.exists()


def test_the_receipt_proves_it_to_anybody(window: Client, go: Go, plan: Plan) -> None:
    signed(window, go, plan)
    kept = window.get(f"{page(plan)}receipt/").json()
    key = jwt.PyJWK(kept["key"], "RS256")
    claims = jwt.decode(kept["id_token"], key, algorithms=["RS256"], audience=seed.SIGN_IN)
    assert (claims["tid"], claims["oid"]) == (seed.NORTHWIND, oid("carla"))
    assert claims["nonce"] == hashlib.sha256(kept["nonce"].encode()).hexdigest()
    assert kept["nonce"].endswith(f".{plan.digest}")
    assert kept["record"]["head"] == ledger.head(plan.tenant.customer)


def test_only_a_reviewer_of_the_tenant_agrees(window: Client, go: Go, plan: Plan) -> None:
    """Carla presses the button; whoever then signs in is who would have agreed."""
    answer = signed(window, go, plan, as_who="deniz")
    assert answer["Location"] == "/signin/refused/no_reviewer/"
    assert not Agreement.objects.exists()
    answer = signed(window, go, plan, as_who="lena")
    assert answer["Location"] == "/"
    told = window.get("/help/").content.decode()
    assert '<div class="alert alert-danger" role="status">Only a reviewer whom' in told
    assert not Agreement.objects.exists()


@pytest.mark.parametrize("name", ["lena", "amir", "dana"])
def test_the_providers_people_do_not_get_to_the_button(window: Client, go: Go, plan: Plan, name: str) -> None:
    window.get(go(name))
    assert window.get(page(plan)).status_code == window.post(page(plan)).status_code == 404


def test_a_plan_that_is_no_longer_what_its_number_says_is_not_agreed_to(
    window: Client, go: Go, plan: Plan
) -> None:
    Plan.objects.update(changes=[{**CHANGE, "spec": {"displayName": "Another"}}])
    window.get(go("carla"))
    assert "has changed since" in window.post(page(plan)).content.decode()
    assert not Agreement.objects.exists()


def test_nor_one_that_expired_or_changed_while_its_reviewer_signed_in(
    window: Client, go: Go, plan: Plan
) -> None:
    window.get(go("carla"))
    back = chosen(last_link(window, plan), "carla")
    Plan.objects.update(changes=[])
    assert "has changed since" in window.get(back, follow=True).content.decode()
    assert not Agreement.objects.exists()


def test_agreed_to_again_the_first_agreement_stands(window: Client, go: Go, plan: Plan) -> None:
    signed(window, go, plan)
    first = Agreement.objects.values().get()
    assert "Agreed to." in window.post(page(plan)).content.decode()
    assert Agreement.objects.values().get() == first and Receipt.objects.count() == 1


def test_agreed_to_in_two_windows_at_once_there_is_one_agreement(window: Client, go: Go, plan: Plan) -> None:
    other = Client(headers={"Host": "localhost:8000"})
    backs = []
    for each in (window, other):
        each.get(go("carla", each))
        backs.append(chosen(last_link(each, plan), "carla"))
    assert window.get(backs[0])["Location"] == other.get(backs[1])["Location"] == page(plan)
    assert Agreement.objects.count() == Receipt.objects.count() == 1


def test_an_old_sign_in_does_not_become_an_agreement(
    window: Client, go: Go, plan: Plan, monkeypatch: Any
) -> None:
    window.get(go("carla"))
    link = last_link(window, plan)
    assert "prompt=login" in link and "max_age=600" in link
    honest = tokens.sign

    def older(cloud: Cloud, claims: dict[str, Any], *rest: Any, **more: Any) -> str:
        long_ago = {"auth_time": claims.get("auth_time", 0) - 3600} if "preferred_username" in claims else {}
        return honest(cloud, {**claims, **long_ago}, *rest, **more)

    monkeypatch.setattr(tokens, "sign", older)
    assert window.get(chosen(link, "carla"))["Location"] == "/signin/refused/not_fresh/"
    assert not Agreement.objects.exists()


def test_a_receipt_is_not_exchanged_even_for_a_true_one(
    desk: Cloud, window: Client, go: Go, plan: Plan
) -> None:
    """Microsoft's own word for the same person and plan, but not the one the ledger was told of."""
    signed(window, go, plan)
    run, kept = run_of(plan), Receipt.objects.get()
    claims = jwt.decode(kept.token, options={"verify_signature": False})
    Receipt.objects.update(token=tokens.sign(desk, claims))
    with pytest.raises(Refused):
        agreements.check(run)
    Receipt.objects.update(token=kept.token)
    agreements.check(run)


def test_anothers_plan_under_this_tenants_address_is_not_there(window: Client, go: Go, plan: Plan) -> None:
    whose = Customer.objects.create(name="Contoso", slug="contoso")
    other = Tenant.objects.create(
        customer=whose, slug="contoso", tenant_id=seed.CONTOSO, cloud="custom", domain="contoso.example"
    )
    theirs = planned(other)
    window.get(go("carla"))
    assert window.get(page(theirs)).status_code == 404
    assert window.get(f"/tenants/contoso/agreement/{theirs.digest}/").status_code == 404


def run_of(plan: Plan) -> Run:
    from onboarding import runs

    return runs.start(plan, by="person 1")


def test_a_run_believes_the_signed_agreement(window: Client, go: Go, plan: Plan) -> None:
    signed(window, go, plan)
    agreements.check(run_of(plan))


@pytest.mark.parametrize(
    "tamper",
    [
        lambda plan: Receipt.objects.all().delete(),
        lambda plan: Receipt.objects.update(nonce=f"x.{plan.digest}"),
        lambda plan: Receipt.objects.update(token="a.b.c"),
        lambda plan: Receipt.objects.update(key={"kty": "RSA", "n": "AQAB", "e": "AQAB"}),
        lambda plan: Receipt.objects.update(key={}),
        lambda plan: Agreement.objects.update(decided_by="person 999999"),
        lambda plan: Agreement.objects.update(decided_by="the command line"),
        lambda plan: Agreement.objects.update(form="recorded"),
        lambda plan: Person.objects.filter(oid=oid("carla")).update(oid=oid("lena")),
        lambda plan: Tenant.objects.update(tenant_id=seed.CONTOSO),
    ],
)
def test_a_run_refuses_a_receipt_that_was_tampered_with(
    window: Client, go: Go, plan: Plan, tamper: Callable[[Plan], Any]
) -> None:
    signed(window, go, plan)
    run = run_of(plan)
    tamper(plan)
    with pytest.raises(Refused):
        agreements.check(Run.objects.get(pk=run.pk))


def test_a_receipt_for_one_plan_is_none_for_another(
    window: Client, go: Go, plan: Plan, tenant: Tenant
) -> None:
    signed(window, go, plan)
    kept = Receipt.objects.get()
    other = planned(tenant, frame={"offer": 2})
    copy = Receipt(token=kept.token, nonce=kept.nonce, key=kept.key)
    with pytest.raises(Refused):
        agreements.sign(other, Person.objects.get(oid=oid("carla")), copy)
    copy.nonce = f"{kept.nonce.partition('.')[0]}.{other.digest}"
    with pytest.raises(Refused):
        agreements.sign(other, Person.objects.get(oid=oid("carla")), copy)


def test_the_button_names_its_tenant(window: Client, go: Go, plan: Plan) -> None:
    window.get(go("carla"))
    assert Form(window.get(page(plan)).content.decode()).fields["tenant"] == "northwind"
    assert window.post(page(plan), {"tenant": "contoso"}).status_code == 400

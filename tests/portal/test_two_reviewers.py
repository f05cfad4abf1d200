"""Two reviewers agree to the same plan: one agreement stands, and the other is told whose it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onboarding.agreeing import agreements, files, papers
from onboarding.models import Agreement, PaperAgreement, Plan, Receipt
from tenants import ledger
from tenants.microsoft.errors import Refused
from tenants.models import Contact, Person
from tests.onboarding.clicking import PDF
from tests.portal.conftest import chosen, oid
from tests.portal.test_agreement import last_link, plan, signed, tenant

__all__ = ["plan", "tenant"]
Go = Callable[..., str]
HERE = {"Host": "localhost:8000"}


@pytest.fixture(autouse=True)
def both_review(plan: Plan) -> None:
    Contact.objects.filter(tenant=plan.tenant).update(role=Contact.Role.REVIEWER)


def seen_open(plan: Plan) -> Plan:
    """The row as somebody holds it who looked while nobody had agreed yet."""
    held = Plan.objects.select_related("tenant__customer").get(pk=plan.pk)
    assert not hasattr(held, "agreement")
    return held


def test_the_second_is_told_who_agreed_before(window: Client, go: Go, plan: Plan) -> None:
    """Both are at Microsoft already when the first comes back."""
    other = Client(headers=HERE)
    other.get(go("deniz", other))
    back = chosen(last_link(other, plan), "deniz")
    signed(window, go, plan)
    shown = other.get(back, follow=True).content.decode()
    assert "This plan was agreed to already, by carla@northwind.example" in shown
    assert "That agreement stands" in shown
    assert Agreement.objects.count() == Receipt.objects.count() == 1


def test_who_agreed_is_not_told_about_themselves(window: Client, go: Go, plan: Plan) -> None:
    window.get(go("carla"))
    back = chosen(last_link(window, plan), "carla")
    assert "agreed to already" not in window.get(back, follow=True).content.decode()


def test_of_two_at_the_same_instant_one_agreement_stands(window: Client, go: Go, plan: Plan) -> None:
    held = seen_open(plan)
    signed(window, go, plan)
    first, before = Agreement.objects.get(), ledger.head(plan.tenant.customer)
    kept = Receipt.objects.get()
    copy = Receipt(token=kept.token, nonce=kept.nonce, key=kept.key)
    assert agreements.sign(held, Person.objects.get(oid=oid("carla")), copy) == first
    assert Agreement.objects.count() == Receipt.objects.count() == 1
    assert ledger.head(plan.tenant.customer) == before


def test_a_paper_confirmed_at_the_same_instant_is_refused_with_the_name(
    window: Client,
    go: Go,
    plan: Plan,
) -> None:
    held = seen_open(plan)
    signed(window, go, plan)
    file = files.hold(plan.tenant, SimpleUploadedFile("paper", PDF), "a")
    paper = PaperAgreement(plan=held, file=file, by="deniz", reference="7", reason="r", asked_by="a")
    with pytest.raises(Refused, match="agreed_already") as refused:
        papers.confirm(paper, "b", papers.stamp(paper))
    assert refused.value.facts["name"] == "carla@northwind.example"
    assert Agreement.objects.get().form == "signed"

"""The signed paper itself: known by its content, kept byte for byte, and given to nobody else."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import pre_save
from django.test import Client

from access.evidence import evidence_agreements
from onboarding.agreeing import agreements, files, papers
from onboarding.models import Agreement, Paper, PaperAgreement, Plan
from onboarding.runs import start
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tenants.models import LedgerEntry
from tests.cast import reviewer
from tests.onboarding.clicking import (
    HERE,
    PAPER,
    PDF,
    SAID,
    admin,
    as_far_as_a_plan,
    on_paper,
    post,
    scan,
    seen,
    text,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40
SHA = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def alice(portal: Cloud) -> Client:
    client = admin("Alice")
    as_far_as_a_plan(client)
    return client


def paper_of(plan: Plan) -> str:
    return f"/tenants/northwind/agreement/{plan.digest}/paper/"


def test_the_paper_is_kept_byte_for_byte_and_named_in_record_and_receipt(alice: Client) -> None:
    on_paper(alice, admin("Bea"))
    plan, customer = Plan.objects.get(), reviewer()
    entries = LedgerEntry.objects.filter(verb__endswith="an agreement")
    assert [entry.facts["paper"] for entry in entries] == [SHA, SHA]
    receipt = json.loads(customer.get(f"/tenants/northwind/agreement/{plan.digest}/receipt/").content)
    assert receipt["paper"]["sha256"] == SHA and receipt["form"] == "recorded, not signed"
    assert receipt["record"]["hash"] == entries.last().hash
    for shown in (
        text(alice, f"{HERE}agreement/"),
        text(customer, f"/tenants/northwind/agreement/{plan.digest}/"),
    ):
        assert SHA in shown and paper_of(plan) in shown and "recorded, not signed" in shown
    got = customer.get(paper_of(plan))
    assert got.content == PDF
    assert {name: got.headers[name] for name in HEADERS} == HEADERS
    assert got.headers["Content-Disposition"].startswith("attachment;")


HEADERS = {
    "Content-Type": "application/pdf",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def test_the_customer_gets_no_paper_that_nobody_has_confirmed(alice: Client) -> None:
    """It may be somebody else's by mistake, which is what the second look is for."""
    post(alice, PAPER, SAID | seen(alice, PAPER) | scan())
    path = paper_of(Plan.objects.get())
    assert reviewer().get(path).status_code == 404
    assert admin("Bea").get(path).content == PDF


def test_the_customer_gets_no_unconfirmed_paper_once_the_plan_is_agreed_some_other_way(alice: Client) -> None:
    """Here by the command line, which names a paper of its own; it may as well be by signing in."""
    post(alice, PAPER, SAID | seen(alice, PAPER) | scan())
    plan = Plan.objects.get()
    agreements.record_on_paper(plan, SAID["by"], "a letter")
    assert reviewer().get(paper_of(plan)).status_code == 404
    assert paper_of(plan) not in text(reviewer(), f"/tenants/northwind/agreement/{plan.digest}/")
    assert paper_of(plan) not in text(alice, f"{HERE}agreement/")
    assert papers.file_of(plan) is None and not [*evidence_agreements._of(plan.agreement)][2:]
    assert admin("Bea").get(paper_of(plan)).content == PDF


def looked(plan: Plan) -> Plan:
    """The row as somebody holds it who looked while nobody had agreed yet."""
    assert not hasattr(plan, "agreement")
    return plan


def enter(plan: Plan, content: bytes) -> PaperAgreement:
    file = files.hold(plan.tenant, SimpleUploadedFile("x", content), "person 1")
    return papers.ask(plan, **SAID, number=plan.digest, file=file, asked_by="person 1")


def test_a_paper_is_not_entered_again_once_the_first_was_confirmed(alice: Client) -> None:
    """Both pages were opened before."""
    post(alice, PAPER, SAID | seen(alice, PAPER) | scan())
    held = looked(Plan.objects.get())
    post(admin("Bea"), f"{PAPER}confirm/", seen(admin("Cleo"), f"{PAPER}confirm/"))
    with pytest.raises(Refused, match="not_yet"):
        enter(held, PNG)
    assert PaperAgreement.objects.get().file.sha256 == SHA
    assert LedgerEntry.objects.filter(verb="asked to record an agreement").count() == 1


def test_a_paper_entered_in_the_very_moment_changes_none_that_was_confirmed(alice: Client) -> None:
    """PostgreSQL lets one wait for the other; here a signal of Django's confirms in between."""
    post(alice, PAPER, SAID | seen(alice, PAPER) | scan())
    paper = PaperAgreement.objects.get()

    def overtake(**_: object) -> None:
        pre_save.disconnect(overtake, sender=PaperAgreement)
        papers.confirm(paper, "person 77", papers.stamp(paper))

    pre_save.connect(overtake, sender=PaperAgreement)
    try:
        enter(Plan.objects.get(), PNG)
    finally:
        pre_save.disconnect(overtake, sender=PaperAgreement)
    plan = Plan.objects.get()
    assert PaperAgreement.objects.get().file.kind == "png"
    assert reviewer().get(paper_of(plan)).content == admin("Bea").get(paper_of(plan)).content == PDF
    assert SHA in text(alice, f"{HERE}agreement/")
    agreements.check(start(plan, "person 1"))
    enter_nothing = files.hold(plan.tenant, SimpleUploadedFile("x", JPEG), "person 1")
    assert Paper.objects.filter(sha256=SHA).exists() and enter_nothing.kind == "jpeg"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html><script>alert(1)</script>%PDF- %%EOF", "no whole PDF, PNG or JPEG"),
        (b"GIF89a", "no whole PDF, PNG or JPEG"),
        (PDF[:-8], "no whole PDF, PNG or JPEG"),
        (b"", "This file is empty"),
        (PDF[:9] + b"\0" * files.MOST_BYTES + b"%%EOF", "larger than 5 MB"),
        (None, "Choose the signed paper"),
    ],
)
def test_what_is_no_paper_is_told_beside_the_field_and_nothing_is_kept(
    alice: Client, content: bytes | None, told: str
) -> None:
    chosen = scan(content) if content is not None else {}
    page = alice.post(PAPER, SAID | seen(alice, PAPER) | chosen).content.decode()
    assert told in page.partition('id="file-error"')[2].partition("</p>")[0]
    assert 'value="contract 2026-114"' in page and 'value="no sign-in yet"' in page
    assert not Paper.objects.exists() and not PaperAgreement.objects.exists()


@pytest.mark.parametrize(("content", "kind"), [(PNG, "png"), (JPEG, "jpeg"), (PDF, "pdf")])
def test_the_sort_is_told_by_the_content_and_not_by_the_name(
    alice: Client, content: bytes, kind: str
) -> None:
    post(alice, PAPER, SAID | seen(alice, PAPER) | scan(content, "invoice.exe\r\nX: y"))
    got = alice.get(paper_of(Plan.objects.get()))
    assert Paper.objects.get().kind == kind
    assert got.headers["Content-Disposition"].endswith(f'.{kind}"')


def test_a_mistake_elsewhere_does_not_lose_the_chosen_file(alice: Client) -> None:
    wrong = SAID | seen(alice, PAPER) | {"reference": ""}
    page = alice.post(PAPER, wrong | scan()).content.decode()
    assert "Say where the paper is" in page.partition('id="reference-error"')[2].partition("</p>")[0]
    assert f'name="held" value="{SHA}"' in page and "need not choose it again" in page
    post(alice, PAPER, SAID | seen(alice, PAPER) | {"held": SHA})
    assert PaperAgreement.objects.get().file == Paper.objects.get()


def test_a_file_is_held_for_its_person_and_tenant_alone(alice: Client) -> None:
    """Bea names the hash of what Alice chose; and a file chosen instead takes the place of the first."""
    alice.post(PAPER, SAID | seen(alice, PAPER) | {"reference": ""} | scan())
    bea = admin("Bea")
    assert (
        "Choose the signed paper" in bea.post(PAPER, SAID | seen(bea, PAPER) | {"held": SHA}).content.decode()
    )
    alice.post(PAPER, SAID | seen(alice, PAPER) | {"reference": ""} | scan(PNG))
    assert [paper.kind for paper in Paper.objects.all()] == ["png"]


def test_another_file_under_the_same_words_is_not_confirmed_unseen(alice: Client) -> None:
    bea = admin("Bea")
    post(alice, PAPER, SAID | seen(alice, PAPER) | scan())
    looked = seen(bea, f"{PAPER}confirm/")
    post(alice, PAPER, SAID | seen(alice, PAPER) | scan(PNG))
    assert "was changed" in bea.post(f"{PAPER}confirm/", looked).content.decode()
    assert not Agreement.objects.exists()


def test_a_paper_that_was_altered_in_the_database_is_neither_handed_out_nor_believed(alice: Client) -> None:
    bea = admin("Bea")
    post(alice, PAPER, SAID | seen(alice, PAPER) | scan())
    Paper.objects.update(content=PNG)
    answer = alice.get(paper_of(Plan.objects.get()))
    assert answer.status_code == 409 and "no longer the file that was uploaded" in answer.content.decode()
    page = bea.post(f"{PAPER}confirm/", seen(bea, f"{PAPER}confirm/")).content.decode()
    assert "no longer the file that was uploaded" in page and not Agreement.objects.exists()


def test_a_run_refuses_an_agreement_whose_paper_was_exchanged(alice: Client) -> None:
    on_paper(alice, admin("Bea"))
    run = start(Plan.objects.get(), "person 1")
    agreements.check(run)
    Paper.objects.update(sha256=hashlib.sha256(PNG).hexdigest())
    with pytest.raises(agreements.NotAgreed):
        agreements.check(run)


@pytest.mark.django_db
def test_no_more_is_taken_in_than_a_paper_may_have() -> None:
    """From anybody, at any address: a form's body is read before anyone is asked who they are."""
    much = SimpleUploadedFile("much.pdf", b"0" * (files.MOST_BYTES + 70_000))
    request = Client().post("/signin/", {"a": SimpleUploadedFile("a", b"1" * 9), "file": much}).wsgi_request
    assert request.FILES["a"].read() == b"1" * 9
    assert len(request.FILES["file"].read()) <= files.MOST_BYTES < request.FILES["file"].size

"""What the customer ended by its own word is not set up again by a word that was given before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from onboarding.agreeing import agreements, files, papers
from onboarding.models import Agreement, OwnedObject, Paper, PaperAgreement, Plan, Run
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tests.access.test_end import begin, looked
from tests.access.test_end_by_the_customer import carla
from tests.cast import carla as person
from tests.onboarding.clicking import PDF, SAID, carry_out
from tests.onboarding.conftest import NORTHWIND, agreed_plan, box, file, manage, pki, portal, writes

__all__ = ["box", "carla", "file", "pki", "portal"]


def close(plan: Plan, purpose: str = "offboard", *, by_us: bool = False) -> None:
    """An end or a pause that is over, as rows."""
    over = {"frame": {}, "changes": [], "digest": "0" * 64, "expires_at": now()}
    ending = Plan.objects.create(tenant=plan.tenant, purpose=purpose, **over)
    actor = "person 3" if by_us else person().actor
    said = {"by": actor, "asked_by": actor, "decided_by": actor, "ledger_number": 1}
    form = "withdrawal" if by_us else "ended"
    Agreement.objects.create(plan=ending, digest=ending.digest, form=form, reference="decided", **said)
    Run.objects.create(tenant=plan.tenant, plan=ending, started_by=actor, closed_at=now())


def again(path: Path) -> Plan:
    """The plan that comes of looking anew, without anybody's word."""
    path.write_text(path.read_text().partition("[agreement]")[0])
    manage("onboard", path)
    return Plan.objects.filter(purpose="onboard", agreement=None).latest("pk")


def test_the_same_file_sets_nothing_up_again_after_the_customer_ended_it(
    carla: Client, portal: Cloud, file: Callable[..., Path]
) -> None:
    looked(carla)
    begin(carla)
    carry_out()
    assert not OwnedObject.objects.exists()
    before = writes(portal)
    for more in ((), ("--apply", "--inline")):
        status, said = manage("onboard", file(), *more)
        assert (status, said["refused"]) == (3, "said_before")
        assert "The customer ended access on" in said["what"] and said["safe"].startswith("Nothing")
        assert "a reference of its own" in said["next"] and said["who"] == "A reviewer of the customer."
    assert writes(portal) == before and not OwnedObject.objects.exists()
    assert not Plan.objects.filter(purpose="onboard", agreement=None).exists()
    assert manage("onboard", file(NORTHWIND.replace("2026-114", "2026-115")))[0] != 1
    plan = Plan.objects.filter(purpose="onboard").latest("pk")
    assert agreements.record_on_paper(plan, SAID["by"], "contract 2026-115").plan == plan


@pytest.mark.parametrize("purpose", ["offboard", "pause"])
@pytest.mark.parametrize("written", ["contract 2026-114", " Contract  2026–114. "])
def test_nor_is_the_old_reference_believed_in_another_spelling(
    purpose: str, written: str, portal: Cloud, file: Callable[..., Path]
) -> None:
    close(agreed_plan(file()), purpose)
    with pytest.raises(Refused, match="said_before"):
        agreements.record_on_paper(again(file()), SAID["by"], written)


def test_what_the_provider_withdrew_of_itself_takes_no_word_of_the_customer_back(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    close(agreed_plan(file()), by_us=True)
    assert agreed_plan(file()).agreement


def on_paper(plan: Plan, content: bytes, reference: str) -> PaperAgreement:
    held: Paper = files.hold(plan.tenant, SimpleUploadedFile("x", content), "person 1")
    said = {**SAID, "reference": reference, "by": papers.reviewers(plan)[0]}
    return papers.ask(plan, **said, number=plan.digest, file=held, asked_by="person 1")


def confirm(paper: PaperAgreement) -> None:
    papers.confirm(paper, "person 2", papers.stamp(paper))


def on_paper_then_ended(path: Path) -> Plan:
    manage("onboard", path)
    plan = Plan.objects.get()
    confirm(on_paper(plan, PDF, "letter 7"))
    close(plan)
    return again(path)


def test_a_paper_is_not_taken_twice_and_its_reference_not_on_the_command_line(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    plan = on_paper_then_ended(file())
    other = PDF.replace(b"Catalog", b"Catalig")
    for content, reference in ((PDF, "letter 8"), (other, "Letter 7")):
        with pytest.raises(Refused, match="said_before"):
            on_paper(plan, content, reference)
    with pytest.raises(Refused, match="said_before"):
        agreements.record_on_paper(plan, SAID["by"], "letter 7")
    confirm(on_paper(plan, other, "letter 8"))
    assert Agreement.objects.filter(plan=plan).exists()


def test_nor_is_it_confirmed_where_it_was_entered_all_the_same(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    """The row says the old reference, though nobody could have entered it on the page."""
    entered = on_paper(on_paper_then_ended(file()), PDF.replace(b"Catalog", b"Catalig"), "letter 8")
    entered.reference, entered.reason = "letter 7", "another reason"
    entered.save()
    with pytest.raises(Refused, match="said_before"):
        confirm(entered)

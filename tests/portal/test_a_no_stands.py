"""A reviewer's no is outweighed by no word from before and by no reference alone, whatever else is signed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from onboarding import runs
from onboarding.agreeing import agreements, declines, files, papers, said_before
from onboarding.models import Agreement, OwnedObject, PaperAgreement, Plan, Run
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tests.cast import carla
from tests.onboarding.clicking import PDF, SAID
from tests.onboarding.conftest import NORTHWIND, box, file, manage, pki, portal, writes
from tests.portal.test_declining import SIGNED, WHY

__all__ = ["box", "file", "pki", "portal"]
ONE_TIER = 'tiers = ["tier-1"]\n'
OTHER = PDF.replace(b"Catalog", b"Catalig")


def planned(path: Path, text: str = NORTHWIND, more: str = "") -> Plan:
    """As the provider plans without anybody's word."""
    head, _, rest = text.partition("[agreement]")[0].partition("[approvers]")
    path.write_text(f"{head}{more}[approvers]{rest}")
    manage("onboard", path)
    return Plan.objects.select_related("tenant__customer").filter(agreement=None, decline=None).latest("pk")


def signed(plan: Plan) -> Agreement:
    return agreements._enter(plan, "signed", Agreement.Form.SIGNED, SIGNED)


def on_paper(plan: Plan, content: bytes = OTHER, reference: str = "letter 8") -> PaperAgreement:
    held = files.hold(plan.tenant, SimpleUploadedFile("x", content), "person 1")
    said = {**SAID, "reference": reference, "by": papers.reviewers(plan)[0]}
    return papers.ask(plan, **said, number=plan.digest, file=held, asked_by="person 1")


def confirm(paper: PaperAgreement) -> Agreement:
    return papers.confirm(paper, "person 2", papers.stamp(paper))


def test_signing_less_does_not_let_a_reference_open_what_was_declined(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    declines.decline(planned(file()), carla(), WHY)
    signed(planned(file(), more=ONE_TIER))
    before = writes(portal)
    for more in ((), ("--apply", "--inline")):
        status, said = manage("onboard", file(NORTHWIND), *more)
        assert (status, said.get("refused")) == (3, "no_stands"), said
        assert "carla@northwind.example said no" in said["what"] and WHY in said["what"]
        assert said["safe"].startswith("Nothing") and "signing in" in said["next"]
        assert said["who"].startswith("A reviewer of the customer")
    assert writes(portal) == before and not OwnedObject.objects.exists()
    assert not Agreement.objects.filter(form="recorded").exists()


def test_nor_does_a_confirmed_paper_of_less(portal: Cloud, file: Callable[..., Path]) -> None:
    declines.decline(planned(file()), carla(), WHY)
    confirm(on_paper(planned(file(), more=ONE_TIER)))
    with pytest.raises(Refused, match="no_stands"):
        agreements.record_on_paper(planned(file()), SAID["by"], "contract 2026-115")


def test_what_was_declined_is_opened_by_a_signature_or_a_paper_that_came_after(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    declines.decline(planned(file()), carla(), WHY)
    assert confirm(on_paper(planned(file()))).form == "recorded"
    declines.decline(planned(file(), more=ONE_TIER), carla(), WHY)
    assert signed(planned(file())).form == "signed"


@pytest.mark.parametrize(
    ("content", "reference"), [(PDF, "letter 9"), (OTHER, "contract 2026-114"), (OTHER, " Letter  7.")]
)
def test_a_paper_from_before_the_no_is_refused_by_its_bytes_and_by_its_reference(
    content: bytes, reference: str, portal: Cloud, file: Callable[..., Path]
) -> None:
    """One that was agreed to, and one that was only entered for the very plan that was declined."""
    agreements.record_on_paper(planned(file(), more=ONE_TIER), SAID["by"], "contract 2026-114")
    declined = planned(file())
    on_paper(declined, PDF, "letter 7")
    declines.decline(declined, carla(), WHY)
    with pytest.raises(Refused, match="paper_before_no"):
        on_paper(planned(file()), content, reference)


def test_uploaded_again_by_somebody_else_it_is_still_the_paper_from_before(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    declined = planned(file())
    files.hold(declined.tenant, SimpleUploadedFile("x", OTHER), "person 9")
    declines.decline(declined, carla(), WHY)
    with pytest.raises(Refused, match="paper_before_no"):
        on_paper(planned(file()))


def test_nor_is_it_confirmed_where_it_was_entered_for_another_plan_before_the_no(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    entered = on_paper(planned(file(), more=ONE_TIER))
    declines.decline(planned(file()), carla(), WHY)
    with pytest.raises(Refused, match="paper_before_no"):
        confirm(entered)


def test_what_was_recorded_before_the_no_and_never_begun_begins_no_more(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    """The same plan made again is another one, to be agreed to; a signature of its number would stand."""
    recorded, signs = planned(file()), planned(file(), more=ONE_TIER)
    agreements.record_on_paper(recorded, SAID["by"], "contract 2026-114")
    signed(signs)
    declines.decline(planned(file(), more='tiers = ["tier-2"]\n'), carla(), WHY)
    with pytest.raises(Refused, match="no_stands"):
        runs.start(recorded, "person 1")
    assert not Run.objects.exists()
    said_before.check_agreed(signs)
    assert planned(file()) != recorded

"""Why each change of a plan is made, on the page that is signed: said once, and found from each change."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from onboarding.models import Plan
from onboarding.words import descriptions, sentences
from sandbox.cloud import Cloud
from tests.cast import reviewer
from tests.onboarding.clicking import admin, as_far_as_a_plan, text
from tests.onboarding.conftest import box, pki, portal

__all__ = ["box", "pki", "portal"]
AS = re.compile(r"Why: as change (\d+)\.")


def test_each_change_has_its_reason_or_names_the_change_that_has_the_same(portal: Cloud) -> None:
    """Whoever reads one line alone, by a screen reader or on the second sheet of paper, finds its reason."""
    as_far_as_a_plan(admin("Alice"))
    made = [sentences.kept(each, {}) for each in Plan.objects.get().changes]
    page = text(reviewer(), f"/tenants/northwind/agreement/{Plan.objects.get().digest}/")
    rows = re.findall(r'<li id="change-\d+">(.*?)</li>', unescape(page), re.DOTALL)
    assert len(rows) == len(made) == 19
    for row, change in zip(rows, made, strict=True):
        named = AS.search(row)
        where = rows[int(named[1]) - 1] if named else row
        assert change["why"] in where, row
    assert sum(change["why"] in row for row, change in zip(rows, made, strict=True)) == len(
        {change["why"] for change in made}
    )


def explained(why: str, besides: str = "") -> dict[str, Any]:
    return {"words": "Create it.", "why": f"{why}{besides}", "reason": why, "besides": besides.strip()}


def test_what_is_said_of_one_change_alone_stays_with_it() -> None:
    """Of two delegations with the same roles each says which, as each is signed."""
    roles = " Roles: Tier 1: Reader, always on."
    changes = [
        explained("A."),
        explained("B.", roles),
        explained("B.", roles),
        explained("B."),
        explained("A."),
    ]
    said = [(each["as"], each["besides"]) for each in descriptions.said_once(changes)]
    assert said == [(None, ""), (None, roles.strip()), (2, roles.strip()), (2, ""), (None, "")]

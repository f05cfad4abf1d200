"""A look at the tenant that ends while somebody reads a review."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from access.reviewing import reviews
from onboarding.models import Grant
from tests.access.test_review import BOTH, cast, save, text
from tests.cast import Cast

__all__ = ["cast"]


@pytest.mark.django_db
def test_what_changes_while_the_page_is_put_together_is_not_signed_unseen(cast: Cast) -> None:
    """A look at the tenant ends between two reads of the page: what is signed is never newer than it."""
    tenant, rita = cast.northwind, cast.client("rita")
    save(cast, *BOTH)
    row, shown = Grant.objects.get(tenant=tenant, about__sort="assignment"), list[str]()

    def look_ends(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if sql.startswith("SELECT") and 'FROM "onboarding_grant"' in sql:
            shown.append(sql)
            if len(shown) == at:
                about = {**row.about, "through": "Fabrikam Owners"}
                Grant.objects.filter(pk=row.pk).update(about=about)
        return answer

    for at in range(1, 20):
        shown.clear()
        Grant.objects.filter(pk=row.pk).update(about=row.about)
        with connection.execute_wrapper(look_ends):
            page = text(rita)
        seen = page.partition('name="seen" value="')[2].partition('"')[0]
        assert len(seen) == 64
        if len(shown) < at:
            break
        assert "Fabrikam Owners" in page or seen != reviews.fingerprint(tenant), at

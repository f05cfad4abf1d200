"""A review: each grant kept, ended or asked about with a reason, signed by the customer and nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from access.models import Decision, Review
from access.reviewing import after_review, review_dates, reviews
from access.to_do import customer_tasks
from access.views.review import lines, named
from onboarding.models import Grant
from tenants import consent, ledger
from tenants.microsoft.errors import Refused
from tenants.models import Tenant
from tests.access import world
from tests.access.grants import granted, reviewed, signed, surveyed
from tests.cast import Cast, assemble, sign_in

pytestmark = pytest.mark.django_db
PAGE = "/tenants/northwind/review/"


@pytest.fixture
def cast() -> Cast:
    """Two are let in at Northwind, one of them by hand; the same two at Contoso."""
    cast = assemble()
    for tenant in (cast.northwind, cast.contoso):
        world.offered(tenant)
        granted(tenant, "assignment", tier="tier-1")
        granted(tenant, "member", "Ada Admin", tier="tier-1", strange="Put into the group by hand.")
    return cast


def text(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def form(tenant: Tenant, *said: tuple[str, str]) -> dict[str, str]:
    """As the page's form would be filled in, from the top."""
    filled = {}
    for name, (choice, reason) in zip(named(lines(tenant)), said, strict=False):
        filled |= {f"choice-{name}": choice, f"reason-{name}": reason}
    return filled


BOTH = ("end", "Not asked for."), ("keep", "Works\nfor\u202e us.")


def save(cast: Cast, *said: tuple[str, str], who: str = "rita") -> Any:
    return cast.client(who).post(f"{PAGE}save/", form(cast.northwind, *said))


def sign(cast: Cast, who: str = "rita", seen: str = "") -> Any:
    return cast.client(who).post(f"{PAGE}sign/", {"seen": seen or reviews.fingerprint(cast.northwind)})


def test_decided_signed_and_entered_in_the_record(cast: Cast) -> None:
    assert save(cast, *BOTH).status_code == 302
    page = text(cast.client("rita"))
    assert page.index("Ada Admin") < page.index("Amir Rahimi") and 'value="Works for\\u202e us."' in page
    assert sign(cast).status_code == 302
    review, rita = Review.objects.get(), cast.people["rita"]
    entry = cast.northwind.customer.ledger.get(number=review.ledger_number)
    assert (entry.actor, entry.verb) == (rita.actor, "signed a review")
    what = {"sha256": review.sha256, "tenant": str(cast.northwind.tenant_id)}
    assert entry.facts == {**what, "Keep": 1, "End": 1, "Ask": 0}
    assert "Ada" not in str(entry.facts) and ledger.verify(cast.northwind.customer) is None
    assert {each["name"]: each["choice"] for each in review.document["grants"]} == {
        "Ada Admin": "end", "Amir Rahimi": "keep",
    }  # fmt: skip
    for who in ("rita", "alice", "audrey"):
        shown = text(cast.client(who), f"/tenants/northwind/reviews/{review.pk}/")
        assert "Not asked for." in shown and review.sha256 in shown and "not what was signed" not in shown


def test_what_an_apps_permissions_allow_stands_where_it_is_decided_and_in_what_is_signed(cast: Cast) -> None:
    granted(cast.northwind, "app", "The reader app", through="Admin consent", permissions=("User.Read.All",))
    surveyed(cast.northwind)
    allowed = f"{consent.PERMISSIONS['User.Read.All'].reach} <code>User.Read.All</code>"
    page = text(cast.client("rita"))
    assert allowed in page and ", </p>" not in page
    review = signed(cast.northwind, cast.people["rita"], {each.key: "keep" for each in lines(cast.northwind)})
    assert allowed in text(cast.client("rita"), f"/tenants/northwind/reviews/{review.pk}/")


def test_it_is_not_signed_before_everything_is_decided_with_a_reason(cast: Cast) -> None:
    save(cast, ("end", ""), ("keep", "Fine."))
    assert "Sign the review" not in text(cast.client("rita")) and "1 of 2 is not decided" in text(
        cast.client("rita")
    )
    answer = sign(cast)
    assert answer.status_code == 400 and "Nothing was signed" in answer.content.decode()
    assert not reviews.signed(cast.northwind).exists()
    assert Decision.objects.count() == 2


def test_what_changed_since_it_was_looked_at_is_not_signed_unseen(cast: Cast) -> None:
    save(cast, *BOTH)
    seen = reviews.fingerprint(cast.northwind)
    granted(cast.northwind, "owner", "Olaf", strange="Nobody planned an owner.")
    assert sign(cast, seen=seen).status_code == 400
    save(cast, ("keep", "Fine."), ("keep", "Fine."), ("keep", "Fine."))
    assert sign(cast, seen=seen).status_code == 400 and sign(cast).status_code == 302


def test_what_was_read_too_long_ago_is_not_signed(cast: Cast) -> None:
    save(cast, *BOTH)
    cast.northwind.surveys.update(at=now() - 37 * world.HOUR)
    assert "read too long ago to be signed" in text(cast.client("rita"))
    assert sign(cast).status_code == 400


def test_while_the_tenant_could_not_be_read_nothing_is_signed(cast: Cast) -> None:
    save(cast, *BOTH)
    surveyed(cast.northwind, hours_ago=0.5, tenant="our reader app is not let in")
    page = text(cast.client("rita"))
    assert "could not be read at all, so this cannot be signed" in page and "Sign the review" not in page
    assert "could not be read, so nobody knows" in re.sub(r"\s+", " ", sign(cast).content.decode())
    with pytest.raises(Refused, match="not_yet"):
        reviews.sign(cast.northwind, reviews.fingerprint(cast.northwind), cast.people["rita"])
    assert not reviews.signed(cast.northwind).exists() and Decision.objects.count() == 2


@pytest.mark.parametrize("unread", ["tenant", "assignments"])
def test_an_empty_review_does_not_call_the_unread_nobody(cast: Cast, unread: str) -> None:
    Grant.objects.all().delete()
    surveyed(cast.northwind, hours_ago=0.5, **{unread: "503"})
    page = text(cast.client("rita"))
    assert "Not known: what stands above could not be read" in page and "Nobody was let in" not in page
    if unread != "tenant":
        assert "What could be read showed nobody" in page
        review = sign_as_seen(cast)
        shown = text(cast.client("rita"), f"/tenants/northwind/reviews/{review.pk}/")
        assert "Not known: what stands below could not be read" in shown and "Nobody was let in" not in shown


def sign_as_seen(cast: Cast) -> Review:
    return reviews.sign(cast.northwind, reviews.fingerprint(cast.northwind), cast.people["rita"])


def test_that_nobody_was_let_in_is_signed_where_all_was_read(cast: Cast) -> None:
    Grant.objects.all().delete()
    assert "Nobody was let in when it was read last" in text(cast.client("rita"))
    shown = text(cast.client("rita"), f"/tenants/northwind/reviews/{sign_as_seen(cast).pk}/")
    assert "Nobody was let in then" in shown


@pytest.mark.parametrize("who", ["alice", "audrey", "ann", "rolf", "mallory"])
def test_nobody_but_a_reviewer_of_that_tenant_reads_writes_or_signs_one(cast: Cast, who: str) -> None:
    save(cast, *BOTH)
    assert cast.client(who).get(PAGE).status_code == 404
    assert save(cast, ("keep", "x"), ("keep", "x"), who=who).status_code == 404
    assert sign(cast, who).status_code == 404
    for act in (
        lambda: reviews.save(cast.northwind, {}, cast.people[who]),
        lambda: reviews.sign(cast.northwind, reviews.fingerprint(cast.northwind), cast.people[who]),
    ):
        with pytest.raises(Refused, match="not_a_reviewer"):
            act()
    assert set(Decision.objects.values_list("by", flat=True)) == {cast.people["rita"].actor}
    assert not reviews.signed(cast.northwind).exists()


def test_signing_asks_for_a_fresh_sign_in_and_loses_nothing(cast: Cast) -> None:
    save(cast, *BOTH)
    client = Client()
    sign_in(client, cast.people["rita"], auth_time=now() - world.HOUR)
    client.post(f"{PAGE}sign/", {"seen": reviews.fingerprint(cast.northwind)})
    assert not reviews.signed(cast.northwind).exists() and Decision.objects.count() == 2


def test_years_of_reviews_take_no_more_queries_than_one(cast: Cast) -> None:
    counts = []
    for _ in range(3):
        reviewed(cast.northwind, cast.people["rita"])
        with CaptureQueriesContext(connection) as asked:
            assert len(after_review.still_open(cast.northwind)) == 2
        counts.append(len(asked))
    assert counts == [counts[0]] * 3 and counts[0] <= 5


@pytest.mark.parametrize("what", ["document", "signed_by", "sha256", "ledger_number"])
def test_a_row_that_was_changed_afterwards_is_told_in_red(cast: Cast, what: str) -> None:
    review = reviewed(cast.northwind, cast.people["rita"])
    changed: dict[str, Any] = {
        "signed_by": cast.people["alice"].actor,
        "sha256": "0" * 64,
        "ledger_number": 1,
    }
    document = {
        **review.document,
        "grants": [{**each, "choice": "keep"} for each in review.document["grants"]],
    }
    ledger.record("person 1", "looked", "at", cast.northwind.customer)
    Review.objects.filter(pk=review.pk).update(
        **{what: {**changed, "document": document, "ledger_number": 2}[what]}
    )
    page = text(cast.client("audrey"), f"/tenants/northwind/reviews/{review.pk}/")
    assert "This is not what was signed" in page


def test_what_was_to_end_is_followed_until_it_is_seen_gone(cast: Cast) -> None:
    review = reviewed(cast.northwind, cast.people["rita"])
    path = f"/tenants/northwind/reviews/{review.pk}/"
    assert text(cast.client("rita"), path).count("Asked to end, and still there when read") == 2
    surveyed(cast.northwind, hours_ago=0.5, assignments="503")
    Grant.objects.filter(tenant=cast.northwind, about__sort="member").update(gone_seen=now())
    words = {each.said["name"]: each.word for each in after_review.endings(cast.northwind, review)}
    assert words == {
        "Ada Admin": "Ended: no longer there when read",
        "Amir Rahimi": "Asked to end; not known whether it is still there",
    }
    assert "Open the package “Fabrikam Tier 1 Analyst” (p1)" in text(cast.client("rita"), path)


@pytest.mark.parametrize("choice", ["keep", "ask"])
def test_the_newest_review_that_names_a_grant_decides(cast: Cast, choice: str) -> None:
    tenant, rita = cast.northwind, cast.people["rita"]
    first = reviewed(tenant, rita)
    ada, amir = Grant.objects.filter(tenant=tenant).order_by("about__name").values_list("key", flat=True)
    second = signed(tenant, rita, {ada: choice, amir: "end"})
    words = {each.said["name"]: (each.word, each.later) for each in after_review.endings(tenant, first)}
    anew = "Decided anew by a later review"
    assert words == {"Ada Admin": (anew, second), "Amir Rahimi": (anew, second)}
    assert [(each.review, each.said["key"]) for each in after_review.still_open(tenant)] == [(second, amir)]
    page = text(cast.client("rita"), f"/tenants/northwind/reviews/{first.pk}/")
    assert f'href="/tenants/northwind/reviews/{second.pk}/"' in page and "still there when read" not in page


def test_a_later_review_that_does_not_name_a_grant_leaves_it_to_end(cast: Cast) -> None:
    """It was not seen then, and is there again."""
    first = reviewed(cast.northwind, cast.people["rita"])
    member = Grant.objects.filter(tenant=cast.northwind, about__sort="member")
    member.update(gone_seen=now())
    reviewed(cast.northwind, cast.people["rita"], "keep")
    member.update(gone_seen=None)
    assert [each.review for each in after_review.still_open(cast.northwind)] == [first]


def test_it_is_due_by_the_offers_interval_and_told_on_the_start_page(cast: Cast) -> None:
    starts = now().date()
    assert review_dates.due(cast.northwind) == starts + review_dates.dt.timedelta(days=335)
    assert "Not due yet" in text(cast.client("rita"), "/")
    reviewed(cast.northwind, cast.people["rita"])
    assert review_dates.due(cast.northwind) == review_dates.months_after(starts, 12)
    before = customer_tasks.still_to_do(cast.northwind)
    Review.objects.exclude(signed_at=None).update(signed_at=now() - 400 * 24 * world.HOUR)
    assert "Overdue" in text(cast.client("rita"), "/")
    assert f"({before + 1} still to do)" in text(cast.client("rita"), "/"), "what is late is to do as well"
    Grant.objects.filter(tenant=cast.northwind).update(gone_seen=now())
    assert review_dates.due(cast.northwind) is None


def test_the_same_day_of_a_shorter_month_is_its_last() -> None:
    day = review_dates.dt.date
    assert review_dates.months_after(day(2027, 8, 31), 6) == day(2028, 2, 29)
    assert review_dates.months_after(day(2026, 12, 1), 1) == day(2027, 1, 1)


def test_a_word_from_another_tenants_form_decides_nothing_here(cast: Cast) -> None:
    foreign = granted(cast.contoso, "guest", "Zoe").key
    reviews.save(cast.northwind, {foreign: ("keep", "x"), "nothing": ("keep", "x")}, cast.people["rita"])
    assert not Decision.objects.exists()


def test_what_is_asked_about_reaches_the_provider_until_it_is_gone_or_decided(cast: Cast) -> None:
    reviewed(cast.northwind, cast.people["rita"], "ask")
    page = "/tenants/northwind/"
    assert "asks about 2 accesses" in text(cast.client("alice"), page)
    assert "asks about" not in text(cast.client("ann"), page)
    Grant.objects.filter(tenant=cast.northwind, about__sort="member").update(gone_seen=now())
    assert "asks about 1 access:" in text(cast.client("alice"), page)
    reviewed(cast.northwind, cast.people["rita"], "keep")
    assert "asks about" not in text(cast.client("alice"), page)

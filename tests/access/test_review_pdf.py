"""A signed review as a PDF: whole, the same each time, and of any name exactly what it is."""

from __future__ import annotations

import io
from typing import Any

import pytest
import time_machine
from pypdf import PdfReader

from access.models import Review
from access.reviewing import pdf
from access.reviewing.paper import Part, glyphs, lines
from tests.access import world
from tests.access.grants import granted, much_of, reviewed, surveyed
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
MARKUP = "Bobby <b>Tables</b> & <para/> <img src='file:///etc/passwd'/>"
ABDULLAH, BA = "\u0639\u0628\u062f\u0627\u0644\u0644\u0647", "\u0628"
SHALOM, MUHAMMAD = "\u05e9\u05dc\u05d5\u05dd", "\u0645\u062d\u0645\u062f"


@pytest.fixture
def cast() -> Cast:
    cast = assemble()
    world.offered(cast.northwind)
    return cast


def signed(cast: Cast) -> Review:
    """Rita ends everything, and nothing more is open."""
    return reviewed(cast.northwind, cast.people["rita"])


def fetched(cast: Cast, review: Review, who: str = "rita") -> Any:
    return cast.client(who).get(f"/tenants/northwind/reviews/{review.pk}/review.pdf")


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data), strict=True)


def text(data: bytes) -> str:
    """As a reader takes it out again, without the line ends."""
    return unbroken("".join(page.extract_text() for page in read(data).pages))


def unbroken(said: str) -> str:
    return "".join(said.split())


def told(grant: dict[str, Any]) -> list[str]:
    names = ("name", "address", "whose", "through", "can", "how", "strange", "note", "reason")
    return [
        *(grant[name] for name in names),
        *grant["permissions"],
        *(could for _, could in grant["reach"]),
        *(f"{n}: {v}" for n, v in grant["evidence"]),
    ]


def test_all_that_was_signed_stands_in_it(cast: Cast) -> None:
    much_of(cast.northwind)
    review = signed(cast)
    answer = fetched(cast, review)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    name = f"review-northwind-{review.pk}-{review.sha256[:12]}.pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    paper, said = text(answer.content), review.document
    every = [one for each in said["grants"] for one in told(each)]
    every += [one for pair in said["unread"] for one in pair] + said["changed"]
    assert [one for one in every if unbroken(one) not in paper] == []
    assert paper.count("EndNobodyknowswhy.") == len(said["grants"]) > 5
    assert "NotknownthenCan" not in paper and f"End{len(said['grants'])}," in paper


def test_an_empty_review_says_whether_nobody_was_let_in_or_nobody_knows(cast: Cast) -> None:
    surveyed(cast.northwind)
    nobody, not_known = "Nobodywasletinthen", "Notknown:whatstandsbelowcouldnotberead"
    assert nobody in (said := text(fetched(cast, signed(cast)).content)) and not_known not in said
    surveyed(cast.northwind, hours_ago=0.5, assignments="503 from Microsoft")
    assert not_known in (said := text(fetched(cast, signed(cast)).content)) and nobody not in said


def test_who_signed_when_and_where_that_is_recorded_stands_in_it(cast: Cast) -> None:
    granted(cast.northwind, "assignment", tier="tier-1", until="2031-05-06T07:08:09+02:00")
    review = signed(cast)
    paper = text(pdf.pdf(review))
    entry = review.tenant.customer.ledger.get(number=review.ledger_number)
    rita = cast.people["rita"]
    for one in (review.sha256, f"entry {entry.number}, with the hash {entry.hash}", f"Rita, {rita.oid}"):
        assert unbroken(one) in paper
    assert "Until6May2031,05:08UTC" in paper and "page1of1" in paper
    assert unbroken(f"Signed at {review.signed_at:%-d %B %Y, %H:%M:%S} UTC") in paper


def test_the_same_review_is_the_same_file(cast: Cast) -> None:
    much_of(cast.northwind)
    review = signed(cast)
    first = pdf.pdf(review)
    with time_machine.travel("2036-05-06 07:08:09", tick=False):
        assert pdf.pdf(Review.objects.get(pk=review.pk)) == first


def test_a_row_that_was_changed_is_not_handed_out_as_signed(cast: Cast) -> None:
    granted(cast.northwind, "assignment", tier="tier-1")
    review = signed(cast)
    review.document["grants"][0]["choice"] = "keep"
    review.save()
    answer = fetched(cast, review)
    assert answer.status_code == 409 and answer["Content-Type"].startswith("text/html")
    assert b"This is not what was signed." in answer.content and b"PDF to keep" not in answer.content


def test_what_is_not_signed_yet_is_no_paper(cast: Cast) -> None:
    granted(cast.northwind, "assignment", tier="tier-1")
    signed(cast)
    begun = Review.objects.get(signed_at=None)
    assert fetched(cast, begun).status_code == 404
    assert {fetched(cast, begun, who).status_code for who in ("ann", "bob", "rolf", "mallory")} == {404}


def test_the_page_leads_to_it(cast: Cast) -> None:
    granted(cast.northwind, "assignment", tier="tier-1")
    review = signed(cast)
    page = cast.client("alice").get(f"/tenants/northwind/reviews/{review.pk}/").content.decode()
    assert f'href="/tenants/northwind/reviews/{review.pk}/review.pdf"' in page


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        (MARKUP, unbroken(MARKUP)),
        ("Olaf\u202egro.live", r"Olaf\u202egro.live"),
        ("Null\x00and\x1b", r"Null\u0000and\u001b"),
        ("\u5c71\u7530", "[U+5C71][U+7530]"),
        ("Mage \U0001f9d9", "Mage[U+1F9D9]"),
        ("Żółć Ψυχή Жанна", "ŻółćΨυχήЖанна"),
        ("W" * 300, "W" * 300),
    ],
)
def test_a_name_is_printed_as_it_is_or_visibly_not(cast: Cast, name: str, printed: str) -> None:
    granted(cast.northwind, "assignment", name, tier="tier-1", key="one", oid="o1", address="")
    review = signed(cast)
    cast.northwind.customer.name = name
    review.tenant.customer.name = name
    paper = text(pdf.pdf(review))
    assert paper.count(printed) >= 2, paper[:600]


def test_what_is_read_from_the_right_is_put_in_order_line_by_line() -> None:
    assert drawn(f"Dr {SHALOM} Levi", 400) == [f"Dr {SHALOM[::-1]} Levi"]
    assert drawn(f"{SHALOM} {SHALOM[:2]}", 30) == [SHALOM[::-1], SHALOM[:2][::-1]]
    [joined] = drawn(MUHAMMAD, 400)
    assert len(joined) == 4 and all("\ufe70" <= char <= "\ufeff" for char in joined)


def test_a_word_longer_than_its_column_is_broken_and_whole() -> None:
    found = drawn(f"Mr {'W' * 100} Lee", 60)
    assert unbroken("".join(found)) == f"Mr{'W' * 100}Lee" and max(map(len, found)) < 10


def drawn(said: str, width: float) -> list[str]:
    return [each.text for each in lines(Part(said), width)]


def test_a_thousand_are_on_pages_that_say_their_number(cast: Cast) -> None:
    granted(cast.northwind, "assignment", tier="tier-1")
    review = signed(cast)
    [one] = review.document["grants"]
    short = dict.fromkeys(("since", "seen_from", "seen_until", "until"), "") | {"evidence": []}
    review.document["grants"] = [
        {**one, **short, "name": f"Analyst {n:04}", "reason": f"Why {n:04}."} for n in range(1000)
    ]
    pages = [unbroken(page.extract_text()) for page in read(pdf.pdf(review)).pages]
    assert all(f"page{n}of{len(pages)}" in page for n, page in enumerate(pages, 1)) and len(pages) > 20
    whole = "".join(pages)
    assert [n for n in range(1000) if f"Analyst{n:04}" not in whole or f"Why{n:04}." not in whole] == []
    assert all(page.count("WhoWhatHowlongDecided") == 1 for page in pages[:-1])


def test_what_fills_more_than_a_page_goes_on_on_the_next(cast: Cast) -> None:
    granted(cast.northwind, "app", permissions=tuple(f"Thing{n:03}.Read.All" for n in range(4000)))
    review = signed(cast)
    review.document["grants"][0]["reason"] = "word " * 3000 + "end-of-it"
    paper = text(pdf.pdf(review))
    assert "Thing3999.Read.All" in paper and paper.count("word") == 3000 and "end-of-it" in paper


def test_of_what_was_signed_before_permissions_had_words_the_names_are_printed(cast: Cast) -> None:
    granted(cast.northwind, "app", permissions=("User.Read.All",))
    review = signed(cast)
    del review.document["grants"][0]["reach"]
    assert "User.Read.All" in text(pdf.pdf(review))


def test_no_letter_becomes_an_empty_box_by_being_joined() -> None:
    """Alone, first, in the middle and last in a word; and in a name that has a sign of its own."""
    known = [chr(code) for code in range(0x620, 0x700) if code in glyphs() and chr(code).isalpha()]
    words = [ABDULLAH, *known, *(f"{each}{BA}{each}{BA}{each}" for each in known)]
    drawn = {char for word in words for line in lines(Part(word), 1000) for char in line.text}
    assert {f"U+{ord(char):04X}" for char in drawn if ord(char) not in glyphs()} == set()

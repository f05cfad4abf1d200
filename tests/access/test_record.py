"""The record: found, checked against its chain, kept as files, and read by admins and auditors only."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from typing import Any

import pytest
import time_machine

from access.sheets import sheet
from tenants import ledger
from tenants.models import LedgerEntry, Person
from tests.cast import Cast, assemble
from tests.ledger_guard import ledger_erasable

pytestmark = pytest.mark.django_db
PAGE = "/tenants/northwind/record/"


@pytest.fixture
def cast() -> Cast:
    made = assemble()
    alice = made.people["alice"].actor
    ledger.record(alice, "saved a draft", "northwind", made.northwind.customer, fields="tiers")
    ledger.record("worker", "ended a run: verified", "run 1", made.northwind.customer)
    ledger.record("worker", "ended a run: failed", "run 2", made.contoso.customer)
    return made


def get(cast: Cast, address: str, who: str = "audrey") -> str:
    answer = cast.client(who).get(address)
    assert answer.status_code == 200
    return b"".join(answer).decode()


def test_people_are_called_by_name_and_by_number(cast: Cast) -> None:
    page = get(cast, PAGE)
    assert "Alice" in page and cast.people["alice"].actor in page


def test_several_values_are_listed_and_not_programmed(cast: Cast) -> None:
    ledger.record("worker", "saved a draft", "northwind", cast.northwind.customer, fields=["offer", "tiers"])
    assert "</span> offer, tiers</div>" in get(cast, PAGE)


def test_an_object_is_told_by_what_it_is_and_what_became_of_it(cast: Cast) -> None:
    ledger.record("worker", "let go of an object", "catalog/mssp", cast.northwind.customer)
    said = "let go of an object, which was deleted or given back and is ours no longer: the catalog “mssp”"
    assert f'{said} <span class="text-secondary">catalog/mssp</span>' in get(cast, PAGE)
    assert said in get(cast, f"{PAGE}?q=let+go+of+an+object")


def test_an_erased_name_leaves_the_number(cast: Cast) -> None:
    Person.objects.filter(pk=cast.people["alice"].pk).update(name="", email="")
    assert "Alice" not in get(cast, PAGE) and cast.people["alice"].actor in get(cast, PAGE)


def test_one_customers_record_holds_nothing_of_another(cast: Cast) -> None:
    assert "run 2" not in get(cast, PAGE)
    assert "run 2" in get(cast, "/record/") and "run 1" in get(cast, "/record/")


@pytest.mark.parametrize("words", ["draft", "northwind", "person"])
def test_it_is_searched(cast: Cast, words: str) -> None:
    assert "saved a draft" in get(cast, f"{PAGE}?q={words}")
    assert "No entry fits" in get(cast, f"{PAGE}?q=nothing-like-it")


def test_a_whole_chain_is_called_whole(cast: Cast) -> None:
    assert "All entries are as they were written." in get(cast, f"{PAGE}?check=1")
    head = ledger.head(cast.northwind.customer)
    assert "the hash you gave is one of them" in get(cast, f"{PAGE}?check=1&anchor={head}")


def test_a_changed_entry_is_named(cast: Cast) -> None:
    with ledger_erasable():
        LedgerEntry.objects.filter(customer=cast.northwind.customer, number=1).update(verb="did nothing")
    assert "The chain is broken at entry 1." in get(cast, f"{PAGE}?check=1")


def test_a_shortened_chain_shows_by_a_hash_printed_earlier(cast: Cast) -> None:
    head = ledger.head(cast.northwind.customer)
    with ledger_erasable():
        LedgerEntry.objects.filter(customer=cast.northwind.customer, number=2).delete()
    assert "The chain is broken at entry 2." in get(cast, f"{PAGE}?check=1&anchor={head}")


def test_the_chain_that_is_kept_can_be_checked_without_us(cast: Cast) -> None:
    lines = [json.loads(line) for line in get(cast, "/tenants/northwind/record.jsonl").splitlines()]
    before = "0" * 64
    for entry in lines:
        hashed = {key: entry[key] for key in FIELDS}
        text = canonical({"customer": entry["customer_id"], **hashed})
        assert entry["previous"] == before
        assert entry["hash"] == hashlib.sha256(text.encode()).hexdigest()
        before = entry["hash"]
    assert len(lines) == 2


FIELDS = ("number", "at", "actor", "verb", "subject", "facts", "previous")


def canonical(fields: dict[str, Any]) -> str:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_the_sheet_is_for_people_and_runs_no_formula(cast: Cast) -> None:
    ledger.record("worker", "=cmd", "+1", cast.northwind.customer)
    rows = list(csv.reader(io.StringIO(get(cast, "/tenants/northwind/record.csv"))))
    assert [row[2] for row in rows] == ["Who", "Alice", "worker", "worker"]
    assert not any(cell.startswith(("=", "+")) for row in rows for cell in row)


@pytest.mark.parametrize("who", ["ann", "rita", "rolf", "mallory"])
def test_others_find_nothing(cast: Cast, who: str) -> None:
    for address in (PAGE, "/record/", "/tenants/northwind/record.csv", "/tenants/northwind/record.jsonl"):
        assert cast.client(who).get(address).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["\uff1d1+1", "\uff20SUM(A1)", "x;=cmd|' /C calc'!A0;", "x;  +1+1", "a\t=1+1", " =1+1", "x\r\n=1+1"],
)
def test_no_cell_begins_a_formula_however_a_sheet_splits_it(name: str) -> None:
    """A sheet set to another language splits at semicolons, and reads wide signs as plain ones."""
    text = sheet("x", ("Who",), [(name,)]).content.decode()
    assert not re.search(r'(?:^|[;\t\r\n,"])\s*[=+@\uff1d\uff0b\uff20]', text.partition("\r\n")[2]), text


def test_who_was_named_is_called_by_name_too(cast: Cast) -> None:
    rita = cast.people["rita"]
    ledger.record("worker", "named as reviewer", rita.actor, cast.northwind.customer)
    page = cast.client("alice").get("/tenants/northwind/record/").content.decode()
    assert f'named as reviewer: Rita <span class="text-secondary">{rita.actor}</span>' in page


@pytest.mark.parametrize("words", ["Alice", "alice", "ALICE@fab"])
def test_people_are_found_by_what_they_are_called_today(cast: Cast, words: str) -> None:
    Person.objects.filter(pk=cast.people["alice"].pk).update(email="alice@fabrikam.example")
    for address in (PAGE, "/record/"):
        page = get(cast, f"{address}?q={words}")
        assert "saved a draft" in page and "ended a run" not in page


def test_whom_something_was_done_to_is_found_by_name_too(cast: Cast) -> None:
    ledger.record("worker", "named a reviewer", cast.people["rita"].actor, cast.northwind.customer)
    page = get(cast, f"{PAGE}?q=rita")
    assert "named a reviewer" in page and "saved a draft" not in page


def test_a_person_is_not_taken_for_another_whose_number_begins_alike(cast: Cast) -> None:
    alice = cast.people["alice"]
    ledger.record(f"{alice.actor}0", "did something else", "northwind", cast.northwind.customer)
    assert "did something else" not in get(cast, f"{PAGE}?q=alice")


def test_days_are_chosen_both_ends_included(cast: Cast) -> None:
    for day in ("2026-11-20T23:59:59", "2026-11-21T00:00:00", "2026-11-22T23:59:59", "2026-11-23T00:00:00"):
        with time_machine.travel(f"{day}+00:00", tick=False):
            ledger.record("worker", f"did it {day}", "northwind", cast.northwind.customer)
    page = get(cast, f"{PAGE}?first=2026-11-21&last=2026-11-22")
    seen = [day for day in ("11-20T23", "11-21T00", "11-22T23", "11-23T00") if f"did it 2026-{day}" in page]
    assert seen == ["11-21T00", "11-22T23"]
    assert 'value="2026-11-21"' in page
    assert "11-23T00" in get(cast, f"{PAGE}?first=2026-11-22") and "11-20T23" in get(
        cast, f"{PAGE}?last=2026-11-20"
    )


@pytest.mark.parametrize("days", ["first=yesterday", "last=0001-01-01", "first=2026-11-22&last=2026-11-21"])
def test_days_that_cannot_be_meant_are_said_and_nothing_is_shown(cast: Cast, days: str) -> None:
    page = get(cast, f"{PAGE}?{days}")
    assert "Nothing is shown" in page and "saved a draft" not in page and "0 found" in page


def test_the_files_are_whole_whatever_is_searched_for_and_the_page_says_so(cast: Cast) -> None:
    assert "hold the whole record" in get(cast, f"{PAGE}?q=alice")
    whole = get(cast, "/tenants/northwind/record.jsonl")
    assert get(cast, "/tenants/northwind/record.jsonl?q=alice&first=2040-01-01") == whole


def test_what_is_too_long_to_read_is_folded_and_whole_when_it_is_opened(cast: Cast) -> None:
    print_of = "ab" * 32
    facts = {
        "paper": print_of,
        "reference": "contract 2026-114",
        "many": [f"group/tier-{at}" for at in range(9)],
    }
    ledger.record("worker", "read it", "northwind", cast.northwind.customer, **facts)
    page = get(cast, PAGE)
    assert f"<summary>{print_of[:12]}…</summary><code>{print_of}</code></details>" in page
    assert "</span> contract 2026-114</div>" in page
    assert "<summary>group/tier-0…</summary>" in page and "group/tier-8</code>" in page
    assert f"</span> {print_of}" not in page

"""The evidence pack holds what was, checks itself without us, and shows nobody what is not theirs."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from access.reviewing import reviews
from onboarding.models import Inquiry, OwnedObject, Plan
from onboarding.wizard import inquiries
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.graph import approvals
from sandbox.graph.self_service import request_package
from tenants import ledger
from tenants.models import LedgerEntry, Person, Tenant
from tests.access import grants, world
from tests.access.exiting import AMIR, BEA, CARLA
from tests.access.test_sheets import misleading
from tests.cast import Cast, assemble
from tests.onboarding.conftest import box, manage, pki, portal
from tests.onboarding.test_canary import SECRETS, keys
from tests.portal.conftest import desk, go, window
from tests.portal.test_agreement import signed
from tests.portal.test_signed_story import FILE

__all__ = ["box", "desk", "go", "pki", "portal", "window"]
PACK = "/tenants/northwind/evidence/pack.zip"
FORMULA = "=cmd|'/c calc'!A1"


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def pack(client: Client, **days: str) -> zipfile.ZipFile:
    answer: Any = client.get(PACK, days)
    assert answer.status_code == 200, answer.content
    return zipfile.ZipFile(io.BytesIO(b"".join(answer)))


def verify(folder: Path, *heads: str) -> tuple[int, str]:
    command = [sys.executable, "-I", str(folder / "verify.py"), *heads]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd="/")
    return done.returncode, done.stdout + done.stderr


def whole_story(desk: Cloud, window: Client, go: Callable[..., str], room: Path) -> str:
    """Its pack is in the room's folder `pack`. The record's last hash, as a receipt would print it."""
    file = room / "northwind.toml"
    file.write_text(FILE)
    manage("onboard", file, "--apply", "--inline")
    signed(window, go, Plan.objects.get())
    assert manage("onboard", file, "--apply", "--inline")[0] == 0
    ask_and_deny(desk)
    review()
    with pack(window) as kept:
        kept.extractall(room / "pack")
    return ledger.head(Tenant.objects.get().customer)


def test_it_holds_the_whole_story_proves_it_alone_and_tells_every_change(
    desk: Cloud, window: Client, go: Callable[..., str], tmp_path: Path
) -> None:
    head = whole_story(desk, window, go, tmp_path)
    said = verify(tmp_path / "pack", head)
    assert (
        said[0] == 0 and f"{head} stands in the record as entry {LedgerEntry.objects.count()}." in said[1]
    ), said
    assert "stands in the record" not in verify(tmp_path / "pack")[1]
    status, answer = verify(tmp_path / "pack", "0" * 64)
    assert status == 1 and f"no entry of the record has the hash '{'0' * 64}'" in answer
    assert verify(tmp_path / "pack", "--help")[1].startswith("Usage: python3 verify.py [HASH ...]")
    asked = (tmp_path / "pack" / "requests.csv").read_text()
    assert "denied" in asked and "pendingApproval" in asked and f"'{FORMULA}" in asked
    assert f",{FORMULA}" not in asked
    sheets = list((tmp_path / "pack").glob("*.csv"))
    assert len(sheets) == 5 and [misleading(each.read_text()) for each in sheets] == [[]] * 5
    nothing_secret(tmp_path)
    for change, words in CHANGES.items():
        shutil.copytree(tmp_path / "pack", tmp_path / change.__name__)
        change(tmp_path / change.__name__)
        status, answer = verify(tmp_path / change.__name__, head)
        assert status == 1 and words in answer, (change.__name__, answer)


def ask_and_deny(desk: Cloud) -> None:
    """Of two who asked one is denied, and the worker reads it."""
    package = OwnedObject.objects.get(address="access_package/tier-1").remote_id
    denied, _ = (
        request_package(desk, seed.NORTHWIND, package, seed.FABRIKAM, each, FORMULA) for each in (AMIR, BEA)
    )
    deniz = CARLA[:-1] + "3"
    approvals.decide(desk, seed.NORTHWIND, denied["id"], deniz, approve=False)
    inquiries.look_into(inquiries.ask(Tenant.objects.get(), Inquiry.What.REQUESTS, {}, "person 1").pk)


def review() -> None:
    """Carla signs that nothing more is let in than was."""
    tenant, carla = Tenant.objects.get(), Person.objects.get(contact__role="reviewer")
    grants.surveyed(tenant)
    reviews.sign(tenant, reviews.fingerprint(tenant), carla)


def nothing_secret(folder: Path) -> None:
    """Only in a receipt is a token: the one that Microsoft signed for the customer to keep."""
    files = [each for each in (folder / "pack").rglob("*") if each.is_file()]
    assert {"receipt.json", "plan.json", "runs.csv", "grants.csv"} <= {each.name for each in files}
    assert [each.stem for each in files if each.suffix == ".pdf"] == [
        each.stem for each in files if each.parent.name == "reviews" and each.suffix == ".json"
    ]
    for each in files:
        text = told(each)
        assert each.name == "receipt.json" or not SECRETS.search(text), each
        assert not any(secret in text for secret in keys(folder)), each


def told(file: Path) -> str:
    if file.suffix == ".pdf":
        return "".join(page.extract_text() for page in PdfReader(file).pages)
    return file.read_text()


def a_changed_file(folder: Path) -> None:
    (folder / "runs.csv").write_text("nothing")


def a_file_put_in(folder: Path) -> None:
    (folder / "more.txt").write_text("more")


def no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def an_entry_rewritten(folder: Path) -> None:
    entries = _entries(folder)
    entries[1]["verb"] = "did something else"
    _forge(folder, "record.jsonl", entries)


def an_entry_hidden(folder: Path) -> None:
    entries = _entries(folder)
    entries[1] = stub(entries[1])
    _forge(folder, "record.jsonl", entries)


def a_tail_invented(folder: Path) -> None:
    """With the very hash that was printed."""
    entries = _entries(folder)
    entries[1] = stub(entries[1])
    entries[2:] = [{"number": 3, "previous": entries[1]["hash"], "hash": entries[-1]["hash"]}]
    _forge(folder, "record.jsonl", entries)


def stub(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("number", "previous", "hash")}


def an_end_cut_off(folder: Path) -> None:
    _forge(folder, "record.jsonl", _entries(folder)[:-1])


def another_plan(folder: Path) -> None:
    _forge(folder, _one(folder, "plan.json"), [{"changes": []}])


def another_review(folder: Path) -> None:
    _forge(folder, next(folder.glob("reviews/*.json")).relative_to(folder).as_posix(), [{"grants": []}])


def a_review_nobody_signed(folder: Path) -> None:
    text = '{"grants": []}\n'
    name = f"reviews/2-{hashlib.sha256(text.encode()).hexdigest()}.json"
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = {}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    _forge(folder, name, [{"grants": []}])


def another_receipt(folder: Path) -> None:
    name = _one(folder, "receipt.json")
    kept = json.loads((folder / name).read_text())
    head, body, signature = kept["token"].split(".")
    _forge(folder, name, [kept | {"token": f"{head}.{body}.{'A' * len(signature)}"}])


CHANGES: dict[Callable[[Path], None], str] = {
    a_changed_file: "'runs.csv' was changed",
    a_file_put_in: "'more.txt' is not in the manifest",
    no_manifest: "the pack is not whole",
    an_entry_rewritten: "entry 2 of the record is not as it was written",
    an_entry_hidden: "entry 2 of the record is here by its hash only, though the record is to be whole",
    a_tail_invented: "entry 3 of the record is here by its hash only, though the record is to be whole",
    an_end_cut_off: "no entry of the record has the hash",
    another_plan: "is not the one of that number",
    another_review: "is not what was signed",
    a_review_nobody_signed: "is not in the record",
    another_receipt: "was not signed with its key",
}


def _entries(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "record.jsonl").read_text().splitlines()]


def _one(folder: Path, name: str) -> str:
    return next(folder.glob(f"agreements/*/{name}")).relative_to(folder).as_posix()


def _forge(folder: Path, name: str, lines: list[dict[str, Any]]) -> None:
    """By somebody who puts the manifest right as well."""
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / name).write_text(text)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name]["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    if name == "record.jsonl":
        manifest |= {"head": lines[-1]["hash"], "entries": len(lines)}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_what_was_not_read_is_said_and_names_are_no_formulas(cast: Cast) -> None:
    world.much_of(cast.northwind)
    grants.granted(cast.northwind, "guest", FORMULA)
    with pack(cast.client("rita")) as kept:
        assert "requests.csv" not in kept.namelist() and b"NOT READ" in kept.read("README.txt")
        held = kept.read("grants.csv").decode()
    assert f"'{FORMULA}" in held and f"\n{FORMULA}" not in held
    with pack(cast.client("rita"), first="2020-01-01", last="2020-01-31") as kept:
        assert FORMULA not in kept.read("grants.csv").decode()
        assert kept.read("runs.csv").decode().count("\n") == 1
        assert not [name for name in kept.namelist() if name.startswith("agreements/")]


def test_who_reviews_one_of_two_tenants_gets_the_records_hashes_alone(cast: Cast, tmp_path: Path) -> None:
    for tenant in (cast.northwind, cast.contoso):
        ledger.record("worker", "read it back", tenant.slug, cast.northwind.customer)
    Tenant.objects.filter(slug="contoso").update(customer=cast.northwind.customer)
    with pack(cast.client("rita")) as kept:
        kept.extractall(tmp_path)
    assert set(_entries(tmp_path)[0]) == {"number", "previous", "hash"}
    status, said = verify(tmp_path)
    assert status == 0 and "0 entries of the record" in said and "2 entries by hash only: not checked" in said
    head = ledger.head(cast.northwind.customer)
    status, said = verify(tmp_path, head)
    assert status == 2 and f"NOT PROVED: the entry with the hash '{head}'" in said, said
    assert verify(tmp_path, "0" * 64)[0] == 1
    with pack(cast.client("audrey")) as kept:
        assert b'"verb": "read it back"' in kept.read("record.jsonl")
        kept.extractall(tmp_path / "whole")
    status, said = verify(tmp_path / "whole", head)
    assert status == 0 and "2 entries of the record" in said and "by hash only" not in said


def test_a_pack_that_is_said_to_be_withheld_proves_none_of_what_it_hides(cast: Cast, tmp_path: Path) -> None:
    """By somebody who turns `whole` off as well: the printed hash stands there, and counts for nothing."""
    for what in ("began", "went on", "ended"):
        ledger.record("worker", what, "x", cast.northwind.customer)
    with pack(cast.client("rita")) as kept:
        kept.extractall(tmp_path)
    head, first = ledger.head(cast.northwind.customer), _entries(tmp_path)[0]["hash"]
    a_tail_invented(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"whole": False}))
    status, said = verify(tmp_path, head)
    assert status == 2 and "NOT PROVED" in said and "2 entries by hash only: not checked" in said
    assert verify(tmp_path, first)[0] == 0


@pytest.mark.parametrize("days", [{"first": "yesterday"}, {"first": "2026-02-01", "last": "2026-01-01"}])
def test_days_that_are_none_are_answered_beside_the_field(cast: Cast, days: dict[str, str]) -> None:
    answer = cast.client("rita").get(PACK, days)
    assert answer.status_code == 400 and b"-error" in answer.content

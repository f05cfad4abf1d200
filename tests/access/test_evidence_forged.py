"""A pack whose maker signs, hashes and puts the manifest right: what contradicts the record is told.

The head was printed on a receipt, so the record's end cannot be chosen; all else can.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from access.evidence_parts import verify as program
from onboarding.agreeing import agreements, declines
from onboarding.engine.digest import digest
from onboarding.models import Plan
from sandbox.cloud import Cloud
from tests.access.test_evidence import _entries, _forge, _one, pack, verify, whole_story
from tests.cast import carla
from tests.onboarding.clicking import admin, as_far_as_a_plan, on_paper
from tests.onboarding.conftest import box, pki, portal
from tests.portal.conftest import desk, go, window

__all__ = ["box", "desk", "go", "pki", "portal", "window"]
OWN = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NOTED = "is not the one that the record has"


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number_of(number: int) -> str:
    return coded(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def signature(text: str, padding: bytes = b"\xff") -> str:
    """By a key of one's own, with another padding where it is wanted."""
    numbers = OWN.private_numbers()
    modulus = numbers.public_numbers.n
    size = (modulus.bit_length() + 7) // 8
    end = b"\0" + program.SHA256 + hashlib.sha256(text.encode()).digest()
    block = b"\0\1" + padding * (size - 2 - len(end)) + end
    return coded(pow(int.from_bytes(block, "big"), numbers.d, modulus).to_bytes(size, "big"))


def receipt(folder: Path, padding: bytes = b"\xff", kept_nonce: str = "", **claims: Any) -> None:
    """Signed anew, with whatever claims."""
    name = _one(folder, "receipt.json")
    kept = json.loads((folder / name).read_text())
    head, body, _ = kept["token"].split(".")
    told = {**json.loads(program.decoded(body)), **claims}
    text = f"{head}.{coded(json.dumps(told).encode())}"
    public = OWN.public_key().public_numbers()
    key = {"kty": "RSA", "n": number_of(public.n), "e": number_of(public.e)}
    token = f"{text}.{signature(text, padding)}"
    _forge(folder, name, [{"token": token, "nonce": kept_nonce or kept["nonce"], "key": key}])


def signed_by_a_key_of_ones_own(folder: Path) -> None:
    receipt(folder)


def signed_with_another_padding(folder: Path) -> None:
    receipt(folder, padding=b"\xaa")


def signed_in_another_tenant(folder: Path) -> None:
    receipt(folder, tid="00000000-0000-4000-8000-000000000000")


def signed_about_another_plan(folder: Path) -> None:
    nonce = f"x.{'0' * 64}"
    receipt(folder, kept_nonce=nonce, nonce=hashlib.sha256(nonce.encode()).hexdigest())


def without_its_receipt(folder: Path) -> None:
    name = _one(folder, "receipt.json")
    (folder / name).unlink()
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["files"][name]
    (folder / "manifest.json").write_text(json.dumps(manifest))


def told(folder: Path, **other: Any) -> None:
    name = _one(folder, "agreement.json")
    _forge(folder, name, [json.loads((folder / name).read_text()) | other])


def decided_by_somebody_else(folder: Path) -> None:
    told(folder, decided_by="person 4711")


def by_another_name(folder: Path) -> None:
    told(folder, by="mallory@northwind.example")


def in_another_form(folder: Path) -> None:
    told(folder, form="recorded")


def entered_elsewhere(folder: Path) -> None:
    told(folder, ledger_number=1)


def an_entry_that_the_next_does_not_follow(folder: Path) -> None:
    """Rewritten, and its own hash with it."""
    entries = _entries(folder)
    entries[1]["verb"] = "did something else"
    entries[1]["hash"] = program.digest(entries[1])
    _forge(folder, "record.jsonl", entries)


def _left_out(folder: Path, pattern: str) -> None:
    """With the line of the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for path in sorted(folder.glob(pattern)):
        path.unlink()
        del manifest["files"][path.relative_to(folder).as_posix()]
    (folder / "manifest.json").write_text(json.dumps(manifest))


def without_the_review(folder: Path) -> None:
    _left_out(folder, "reviews/*")


def without_the_agreement(folder: Path) -> None:
    _left_out(folder, "agreements/*/*")


def without_the_word(folder: Path) -> None:
    _left_out(folder, "agreements/*/agreement.json")


def without_the_plan(folder: Path) -> None:
    _left_out(folder, "agreements/*/plan.json")


def without_the_record(folder: Path) -> None:
    _left_out(folder, "record.jsonl")


def with_half_a_manifest(folder: Path) -> None:
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text[: len(text) // 2])


def with_a_line_that_is_none(folder: Path) -> None:
    _forge(folder, "record.jsonl", [*_entries(folder), {"hash": "0" * 64}])


FORGED: dict[Callable[[Path], None], str] = {
    signed_by_a_key_of_ones_own: NOTED,
    signed_with_another_padding: "was not signed with its key",
    signed_in_another_tenant: "is of another tenant",
    signed_about_another_plan: "is about another plan",
    without_its_receipt: "is not here, though the record has one",
    decided_by_somebody_else: "is not as the record has it",
    by_another_name: "is not as the record has it",
    in_another_form: "is not as the record has it",
    entered_elsewhere: "is not as the record has it",
    without_the_review: "is not here, though the record says that it was signed in this time",
    without_the_agreement: "is not here, though the record says that it was decided in this time",
    without_the_word: "is not here, though the record says that it was decided in this time",
    without_the_plan: "cannot be read",
    without_the_record: "'record.jsonl' cannot be read",
    with_half_a_manifest: "'manifest.json' cannot be read",
    with_a_line_that_is_none: "cannot be read",
    an_entry_that_the_next_does_not_follow: "entry 3 of the record does not follow the one before",
}


def test_what_contradicts_the_record_is_told(
    desk: Cloud, window: Client, go: Callable[..., str], tmp_path: Path
) -> None:
    head = whole_story(desk, window, go, tmp_path)
    assert verify(tmp_path / "pack", head)[0] == 0
    for change, words in FORGED.items():
        shutil.copytree(tmp_path / "pack", tmp_path / change.__name__)
        change(tmp_path / change.__name__)
        status, answer = verify(tmp_path / change.__name__, head)
        assert status == 1 and words in answer and "Traceback" not in answer, (change.__name__, answer)


def another_paper(folder: Path) -> None:
    name = next(folder.glob("agreements/*/paper.*")).relative_to(folder).as_posix()
    (folder / name).write_bytes(b"%PDF-1.4 another")
    _put_right(folder, name)


def a_reason_nobody_gave(folder: Path) -> None:
    name = _one(folder, "declined.json")
    _forge(folder, name, [json.loads((folder / name).read_text()) | {"reason": "It costs too much."}])


def _put_right(folder: Path, name: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = {"sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_nor_is_another_paper_or_another_reason_taken_for_what_was_entered(
    portal: Cloud, tmp_path: Path
) -> None:
    alice = admin("Alice")
    as_far_as_a_plan(alice)
    on_paper(alice, admin("Bea"))
    agreed = Plan.objects.get()
    other = Plan.objects.create(
        tenant=agreed.tenant, purpose="onboard", frame={}, changes=[], expires_at=agreed.expires_at
    )
    other.digest = digest(agreements.document(other, []))
    other.save()
    declines.decline(other, carla(), "Two tiers are too many.")
    with pack(alice) as kept:
        kept.extractall(tmp_path / "pack")
    assert verify(tmp_path / "pack")[0] == 0
    for change, words in ((another_paper, NOTED), (a_reason_nobody_gave, "is not as the record has it")):
        shutil.copytree(tmp_path / "pack", tmp_path / change.__name__)
        change(tmp_path / change.__name__)
        status, answer = verify(tmp_path / change.__name__)
        assert status == 1 and words in answer, (change.__name__, answer)

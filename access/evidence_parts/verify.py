#!/usr/bin/env python3
"""Check an evidence pack without the portal: python3 verify.py [HASH ...]

Each HASH is a fingerprint that was printed on a receipt or hand-over: it must be in the record. Needs Python
3.9 or later and nothing else; it reads the folder it lies in, and asks nobody. It ends with 0 where all is in
order, 1 where something is wrong, and 2 where a HASH is of an entry that is here by its hash only: anybody
can write a hash down, so that proves nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

START = "0" * 64
SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
FIELDS = ("number", "at", "actor", "verb", "subject", "facts", "previous")
SIGNED = "signed a review"
DECIDED = (
    SIGNED, "declined", "signed", "recorded an agreement", "withdrew", "ended for the customer", "paused",
    "paused for the customer",
)  # fmt: skip
"""Verbs of the record whose entry has a file here."""
FOLDER = Path(__file__).resolve().parent


def main() -> int:
    if {"-h", "--help"} & {*sys.argv[1:]}:
        print("Usage: python3 verify.py [HASH ...]\n")
        print((__doc__ or "").strip())
        return 0
    if not (FOLDER / "manifest.json").is_file():
        print("WRONG: there is no manifest.json, so the pack is not whole. Download it again.")
        return 1
    try:
        manifest, entries = whole("manifest.json"), whole("record.jsonl")
    except Unread as name:
        print(f"WRONG: '{name}' cannot be read, so the pack is not whole. Download it again.")
        return 1
    told = {each["hash"] for each in entries if "facts" in each}
    wrong = [*readable("the manifest", files(manifest)), *readable("the record", record(manifest, entries))]
    wrong += missing(entries, sys.argv[1:])
    wrong += readable("an agreement", agreements(manifest, entries))
    wrong += readable("a review", reviews(manifest, entries))
    for each in wrong:
        print("WRONG:", each)
    if wrong:
        return 1
    print(f"In order: {len(manifest['files'])} files, {len(told)} entries of the record,")
    print(f"the last one {manifest['head']}.")
    if len(told) < len(entries):
        print(f"{len(entries) - len(told)} entries by hash only: not checked. What they say is not in here.")
    for line in standing(entries, sys.argv[1:]):
        print(line)
    print("That Microsoft's keys in the receipts are Microsoft's own is not checked here.")
    unproved = [each for each in sys.argv[1:] if each not in told]
    for each in unproved:
        print(f"NOT PROVED: the entry with the hash {each!a} is here by its hash only.")
    return 2 if unproved else 0


class Unread(Exception):
    """Of one file, by its name."""


ODD = (OSError, ValueError, LookupError, TypeError, AttributeError)


def whole(name: str) -> Any:
    """A file, or one whose lines are each as the record's."""
    try:
        text = (FOLDER / name).read_text(encoding="utf-8")
        if not name.endswith(".jsonl"):
            found = json.loads(text)
            return {**found, "files": {**found["files"]}}
        lines = [json.loads(line) for line in text.split("\n") if line]
        return [{**line, "hash": str(line["hash"]), "number": line["number"]} for line in lines]
    except ODD:
        raise Unread(name) from None


def readable(what: str, found: Iterator[str]) -> Iterator[str]:
    """What is not in the shape it was made in is told, and ends no other check."""
    try:
        yield from found
    except ODD:
        yield f"{what} cannot be read"


def files(manifest: dict[str, Any]) -> Iterator[str]:
    """Every file as the manifest has it, and none besides."""
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    for name in sorted(there - {*manifest["files"], "manifest.json"}):
        yield f"{name!a} is not in the manifest"
    for name, said in manifest["files"].items():
        if name not in there:
            yield f"{name!a} is missing"
        elif hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() != said["sha256"]:
            yield f"{name!a} was changed"


def record(manifest: dict[str, Any], entries: list[dict[str, Any]]) -> Iterator[str]:
    """Each entry follows the one before, up to the head the manifest names; a whole record hides none."""
    last = START
    for number, entry in enumerate(entries, 1):
        if entry["number"] != number or entry["previous"] != last:
            yield f"entry {number} of the record does not follow the one before"
            return
        if "facts" in entry and digest(entry) != entry["hash"]:
            yield f"entry {number} of the record is not as it was written"
        if "facts" not in entry and manifest.get("whole", True):
            yield f"entry {number} of the record is here by its hash only, though the record is to be whole"
        last = entry["hash"]
    if (last, len(entries)) != (manifest["head"], manifest["entries"]):
        yield "the record does not end where the manifest says"


def missing(entries: list[dict[str, Any]], printed: list[str]) -> Iterator[str]:
    known = {each["hash"] for each in entries}
    yield from (f"no entry of the record has the hash {each!a}" for each in printed if each not in known)


def standing(entries: list[dict[str, Any]], printed: list[str]) -> Iterator[str]:
    """Where each of the hashes stands whose entry was checked."""
    where = {each["hash"]: each["number"] for each in entries if "facts" in each}
    yield from (f"{each} stands in the record as entry {where[each]}." for each in printed if each in where)


def digest(entry: dict[str, Any]) -> str:
    whole = {"customer": entry["customer_id"], **{name: entry[name] for name in FIELDS}}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def agreements(manifest: dict[str, Any], entries: list[dict[str, Any]]) -> Iterator[str]:
    """Each that is here, and each of this time that the record has."""
    known = {each["number"]: each for each in entries if "facts" in each}
    for folder in sorted((FOLDER / "agreements").glob("*/")):
        yield from readable(f"what is here of plan {folder.name[:12]}", agreement(manifest, folder, known))
    for facts in of_this_time(manifest, entries):
        name, number = "agreement.json" if "form" in facts else "declined.json", str(facts.get("digest", ""))
        if number and not (FOLDER / "agreements" / number / name).is_file():
            yield f"plan {number[:12]} is not here, though the record says that it was decided in this time"


def agreement(manifest: dict[str, Any], folder: Path, known: dict[int, dict[str, Any]]) -> Iterator[str]:
    """The folder is named after the plan's number, and the receipt was signed about that number."""
    if hashlib.sha256((folder / "plan.json").read_bytes()).hexdigest() != folder.name:
        yield f"the plan {folder.name[:12]} is not the one of that number"
    kept = read(folder / "receipt.json")
    if kept:
        yield from receipt(manifest, folder.name, kept)
    for said in filter(None, (read(folder / "agreement.json"), read(folder / "declined.json"))):
        if known:
            yield from entered(folder, said, kept, known.get(said["ledger_number"]))


def of_this_time(manifest: dict[str, Any], entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What was decided or signed of this tenant; entries from before they named their tenant tell nothing."""
    for each in entries:
        facts = each.get("facts")
        if not isinstance(facts, dict) or each.get("verb") not in DECIDED:
            continue
        in_time = str(manifest["from"]) <= str(each["at"])[:10] <= str(manifest["to"])
        if in_time and facts.get("tenant") == manifest["tenant"]:
            yield facts


def read(path: Path) -> dict[str, Any]:
    """Nothing where it is not there."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def entered(
    folder: Path, said: dict[str, Any], kept: dict[str, Any], entry: dict[str, Any] | None
) -> Iterator[str]:
    """Whose word it is stands in the record, with prints of the receipt and the paper: neither is another."""
    facts = entry["facts"] if entry else {}
    if not entry or not is_as_recorded(folder.name, said, entry):
        yield f"who decided about plan {folder.name[:12]} is not as the record has it"
        return
    if kept and (sha256(kept["token"]), key_print(kept["key"])) != (
        facts.get("receipt"),
        facts.get("signing_key"),
    ):
        yield f"the receipt of plan {folder.name[:12]} is not the one that the record has"
    if facts.get("receipt") and not kept:
        yield f"the receipt of plan {folder.name[:12]} is not here, though the record has one"
    papers = [path for path in folder.glob("paper.*") if path.is_file()]
    if any(hashlib.sha256(path.read_bytes()).hexdigest() != facts.get("paper") for path in papers):
        yield f"the paper of plan {folder.name[:12]} is not the one that the record has"


def is_as_recorded(number: str, said: dict[str, Any], entry: dict[str, Any]) -> bool:
    """Names and reasons stand there as prints, with the plan's number in them; they can be erased here."""
    facts = entry["facts"]
    words = {
        "by": facts.get("by_sha256") or printed(number, facts.get("by")),
        "reason": facts.get("reason_sha256"),
    }
    same = [printed(number, said[name]) == words[name] for name in words if said.get(name)]
    told = (said["decided_by"], said.get("form"))
    return all(same) and facts.get("digest") == number and told == (entry["actor"], facts.get("form"))


def printed(number: str, word: Any) -> str:
    return sha256(json.dumps([number, word], separators=(",", ":"), ensure_ascii=False))


def key_print(key: dict[str, Any]) -> str:
    return sha256("".join(f"{name}={key.get(name)};" for name in ("kty", "n", "e")))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def reviews(manifest: dict[str, Any], entries: list[dict[str, Any]]) -> Iterator[str]:
    """Each is what its name says, and what the record says was signed; its hashes alone say nothing."""
    known = {each["facts"].get("sha256") for each in entries if each.get("verb") == SIGNED}
    here = {path.stem.rpartition("-")[2]: path for path in sorted((FOLDER / "reviews").glob("*.json"))}
    for name, path in here.items():
        if hashlib.sha256(path.read_bytes()).hexdigest() != name:
            yield f"the review {path.stem!a} is not what was signed"
        elif any("facts" in each for each in entries) and name not in known:
            yield f"the review {path.stem!a} is not in the record"
    for facts in of_this_time(manifest, entries):
        if (name := str(facts.get("sha256", ""))) and name not in here:
            said = "is not here, though the record says that it was signed in this time"
            yield f"the review {name[:12]} {said}"


def receipt(manifest: dict[str, Any], number: str, kept: dict[str, Any]) -> Iterator[str]:
    head, body, signature = kept["token"].split(".")
    claims = json.loads(decoded(body))
    if json.loads(decoded(head)).get("alg") != "RS256" or not signed(
        f"{head}.{body}", signature, kept["key"]
    ):
        yield f"the receipt of plan {number[:12]} was not signed with its key"
    if claims.get("tid") != manifest["tenant"]:
        yield f"the receipt of plan {number[:12]} is of another tenant"
    meant = hashlib.sha256(kept["nonce"].encode()).hexdigest()
    if claims.get("nonce") != meant or kept["nonce"].rpartition(".")[2] != number:
        yield f"the receipt of plan {number[:12]} is about another plan"


def signed(text: str, signature: str, key: dict[str, Any]) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2.2): the whole block is compared."""
    modulus, exponent = (int.from_bytes(decoded(key[name]), "big") for name in ("n", "e"))
    size = (modulus.bit_length() + 7) // 8
    told = pow(int.from_bytes(decoded(signature), "big"), exponent, modulus).to_bytes(size, "big")
    end = b"\0" + SHA256 + hashlib.sha256(text.encode()).digest()
    return told == b"\0\1" + b"\xff" * (size - 2 - len(end)) + end


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    sys.exit(main())

"""Facts 16, point by point: which this sandbox imitates, each held by the tests that begin with its number.

To see them: `pytest tests/sandbox -k test_16_`, or grep for "def test_16_".
"""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
NAMED = re.compile(r"^def test_0?(\d+)_", re.MULTILINE)

HELD = {
    "16.1": "durations are ISO 8601, of days and smaller parts alone",
    "16.2": "undeclared properties are refused",
    "16.3": "members of several types say theirs",
    "16.4": "$select and $expand count, and undocumented filters are refused",
    "16.5": "everything comes in pages",
    "16.6": "the envelope of errors, and a 400 of entitlement management without a word",
    "16.7": "429 by budgets and by faults, within batches too; bursts of 503 and 504",
    "16.8": "$batch: twenty, any order, 424, nothing undone",
    "16.10": "204 without a body, 201 with Location",
    "16.11": "what is new is absent for some reads of each endpoint, and flaps",
    "16.12": "entitlement management does not know a new group; resources, roles and scopes come late",
    "16.13": "assignments and their memberships take their time, begin and end; some fail",
    "16.15": "permissions are the token's, not the tenant's",
    "16.16": "dynamic groups are filled by their rule and the clock, never by hand",
    "16.17": "the same name again makes a second one",
    "16.18": "each dialect of 'it is there already'",
    "16.19": "the order of deletion, and thirty days for deleted users",
    "16.20": "PUT replaces a policy; without targets nobody can ask",
    "16.21": "who from outside can ask, and only by the link with @domain",
    "16.22": "approvals and what is mine are for people; nobody decides twice or on their own",
    "16.23": "what needs which licence; a suspended or empty product is none",
    "16.24": "each call takes its permission",
    "16.25": "what never changes",
    "16.27": "partners: null inherits, synchronisation is put once, redemption takes both",
    "16.29": "guests: their names, and another one after their deletion",
    "16.32": "tenants apart",
    "16.33": "consent of another tenant, and with the same state again",
    "16.34": "the clock ends tokens and assignments, denies requests, begins and ends reviews",
}
NOT_HERE = {
    "16.9": "GDAP is not served",
    "16.14": "PIM is not served",
    "16.26": "PIM is not served",
    "16.28": "synchronisation jobs are not served",
    "16.30": "GDAP is not served",
    "16.31": "roles of Defender are not served",
}


def numbered() -> set[str]:
    return {f"16.{number}" for file in HERE.glob("test_*.py") for number in NAMED.findall(file.read_text())}


def test_every_point_is_held_by_a_test_or_said_not_to_be_imitated() -> None:
    assert set(HELD) | set(NOT_HERE) == {f"16.{number}" for number in range(1, 35)}
    assert numbered() == set(HELD)

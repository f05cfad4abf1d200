"""Files to keep: each time in one names its zone, in its column and in its cell, and each cell is whole."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta, timezone

import pytest

from access.sheets import cell
from tests.access import world
from tests.cast import Cast, assemble

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
IN_UTC = re.compile(rf"{TIME.pattern}:\d\d\+00:00")


def misleading(text: str) -> list[str]:
    """Columns of times that do not say UTC, columns that say so of something else, and times elsewhere."""
    return [
        f"{name}: {value}"
        for row in csv.DictReader(io.StringIO(text))
        for name, value in row.items()
        if value and bool(TIME.match(value) or name.endswith(" (UTC)")) != bool(zoned(name, value))
    ]


def zoned(name: str, value: str) -> bool:
    return name.endswith(" (UTC)") and IN_UTC.fullmatch(value) is not None


def test_it_would_be_noticed_where_a_time_leaves_its_zone_open() -> None:
    assert misleading("At,Who\n2026-02-01T10:00:00+00:00,x\n")
    assert misleading("At (UTC)\n2026-02-01T10:00:00\n") and misleading("At (UTC)\n2026-02-01 10:00\n")
    assert misleading("At (UTC),Who\n2026-02-01T10:00:00+00:00,x\n,y\n") == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/customers.csv", "/tenants/northwind/record.csv"])
def test_every_time_names_its_zone(address: str) -> None:
    cast: Cast = assemble()
    world.every_standing()
    world.much_of(cast.northwind)
    text = cast.client("alice").get(address).content.decode()
    assert TIME.search(text) and misleading(text) == []


def test_a_time_of_another_zone_is_told_in_utc() -> None:
    there = datetime(2026, 2, 1, 10, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert cell(there) == "2026-02-01T05:00:00+00:00"

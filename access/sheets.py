"""Tables as files. defusedcsv keeps a spreadsheet from taking a name out of a tenant for a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from defusedcsv import csv
from django.http import HttpResponse

FORMULA = re.compile(r"(^|[;,\t\r\n])(\s*)(?=[=+@|%\uff1d\uff0b\uff0d\uff20-])")
"""Where a sheet begins a formula: it may split at semicolons, as its language has it, and read wide signs
as plain ones. defusedcsv looks at the first character only."""


def sheet(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file to keep: all rows, none cut off. Times are UTC, as ISO 8601 and as their columns say."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)  # type: ignore[no-untyped-call]
    writer.writerow(head)
    writer.writerows([cell(each) for each in row] for row in rows)
    return response


def cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return "" if value is None else FORMULA.sub(r"\1\2'", str(value))

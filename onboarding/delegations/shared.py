"""What it means that customers share a group, in the delegation's own description: so it stands in the plan
under its number, on every page that shows the delegation, and in the customer's Azure portal.

No customer is named there: each of them reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BEGINS = "Groups named after the pool "
MEANS = (
    BEGINS + "“{pool}” are shared with other customers of the provider: whoever is let into one of them, "
    "or switches its role on, holds it at every customer of that pool at once."
)


def described(description: str, pool: str) -> str:
    return f"{description} {MEANS.format(pool=pool)}".strip()


def said(properties: Mapping[str, Any]) -> str:
    """What a definition says of it, with a space before; "" where nothing is shared."""
    _, begins, rest = str(properties.get("description") or "").rpartition(BEGINS)
    return f" {begins}{rest}" if begins else ""

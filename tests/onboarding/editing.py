"""The form of an offer's page, as a browser sends it."""

from __future__ import annotations

from typing import Any

from onboarding import offers
from onboarding.offer_parts.form import EditForm

SHIPPED = 4
"""The version in which the two offers without trust come with the portal."""


def form(sold: str = "managed-defender", seen: int | None = None, **changes: Any) -> dict[str, Any]:
    """Where only these were changed in the version that was seen; a box that is not ticked is not sent."""
    shown = {box.html_name: box.value() for box in EditForm(offers.documents()[sold])}
    sent = {**shown, "version": SHIPPED if seen is None else seen, **changes}
    return {name: value for name, value in sent.items() if value not in (None, False)}

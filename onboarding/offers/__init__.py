"""The offers that come with the portal, as TOML beside this file. A used version is never changed."""

from __future__ import annotations

import tomllib
from pathlib import Path

from onboarding.models import Offer
from tenants.microsoft.errors import Refused

HERE = Path(__file__).parent


def current(slug: str) -> Offer:
    """The newest version; the shipped one is put into the database the first time it is asked for."""
    shipped = HERE / f"{slug}.toml"
    if slug.replace("-", "").isalnum() and shipped.is_file():
        document = tomllib.loads(shipped.read_text("utf-8"))
        defaults = {"name": document["name"], "document": document}
        Offer.objects.get_or_create(slug=slug, version=document["version"], defaults=defaults)
    newest = Offer.objects.filter(slug=slug).order_by("-version").first()
    if newest is None:
        raise Refused("wrong_input", field="offer", why=f"there is no offer {slug!r}")
    return newest


def tiers(offer: Offer, wanted: tuple[str, ...]) -> list[str]:
    """The tiers asked for, all of the offer if none; Refused for one it does not have."""
    known = [tier["slug"] for tier in offer.document["tiers"]]
    for tier in wanted:
        if tier not in known:
            raise Refused("wrong_input", field="tiers", why=f"{offer.name} has only {', '.join(known)}")
    return [tier for tier in known if not wanted or tier in wanted]

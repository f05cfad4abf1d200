"""The offers that come with the portal, as TOML beside this file. A used version is never changed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from onboarding.models import Offer
from tenants import members
from tenants.microsoft.errors import Refused

HERE = Path(__file__).parent
LONGEST_NAME = 120


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


def documents() -> dict[str, dict[str, Any]]:
    """Every offer by its slug, in its newest version; writes nothing."""
    shipped = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted(HERE.glob("*.toml"))}
    kept = {offer.slug: offer.document for offer in Offer.objects.order_by("version")}
    newer = {slug: own for slug, own in kept.items() if own.get("version", 0) >= _version(shipped, slug)}
    return shipped | newer


def labels() -> dict[str, str]:
    """Every level that an offer has, by its slug; with each of its names where offers differ."""
    sold = [tier for document in documents().values() for tier in document["tiers"]]
    called = {tier["slug"]: [each["label"] for each in sold if each["slug"] == tier["slug"]] for tier in sold}
    return {slug: " / ".join(dict.fromkeys(names))[:LONGEST_NAME] for slug, names in called.items()}


def versions(slug: str) -> dict[int, dict[str, Any]]:
    """Every version of one offer, the newest first; writes nothing."""
    found = {offer.version: offer.document for offer in Offer.objects.filter(slug=slug)}
    newest = documents().get(slug)
    if newest is not None:
        found.setdefault(newest["version"], newest)
    return dict(sorted(found.items(), reverse=True))


def edit(slug: str, seen: int, changes: dict[str, Any], by: str) -> Offer:
    """A new version after the one that was seen. Customers keep theirs until they are planned again."""
    newest = current(slug)
    document = {**newest.document, **changes, "version": seen + 1}
    if newest.version != seen:
        raise Refused("offer_changed", name=newest.name)
    if document == {**newest.document, "version": seen + 1}:
        raise Refused("wrong_input", field="The offer", why="nothing in it is different")
    try:
        with transaction.atomic():
            named = {"name": document["name"], "document": document, "made_by": by}
            made = Offer.objects.create(slug=slug, version=seen + 1, **named)
            members.rename(labels())
            return made
    except IntegrityError:
        raise Refused("offer_changed", name=newest.name) from None


def _version(shipped: dict[str, dict[str, Any]], slug: str) -> int:
    return int(shipped.get(slug, {}).get("version", 0))


def tiers(offer: Offer, wanted: tuple[str, ...]) -> list[str]:
    """The tiers asked for, all of the offer if none; Refused for one it does not have."""
    known = [tier["slug"] for tier in offer.document["tiers"]]
    for tier in wanted:
        if tier not in known:
            raise Refused("wrong_input", field="tiers", why=f"{offer.name} has only {', '.join(known)}")
    return [tier for tier in known if not wanted or tier in wanted]

"""The onboarding file: TOML in, checked answers out. Every mistake is one line that names its key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from tenants import ledger
from tenants.microsoft.errors import Refused

KEYS: Mapping[str, type] = {
    "name": str,
    "slug": str,
    "customer": str,
    "domain": str,
    "tenant_id": str,
    "offer": str,
    "tiers": list,
    "approvers": dict,
    "reviewers": dict,
    "azure": dict,
    "agreement": dict,
}
USUAL_OFFER = "managed-defender"
"""What is meant where nobody names another one."""
EMAIL = re.compile(r"[^@\s'\"<>()]{1,64}@[A-Za-z0-9.-]{3,253}\Z")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class PaperAgreement:
    by: str
    reference: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What the file says. `tiers` empty: all of the offer. `joins`: it names the customer itself.

    Without `approvers` only an offer may be sold in which nobody approves. `reviewers` empty: see enrol.
    """

    name: str
    slug: str
    customer: str
    tenant: str
    offer: str
    tiers: tuple[str, ...]
    approvers: tuple[str, ...]
    reviewers: tuple[str, ...]
    agreement: PaperAgreement | None
    joins: bool = False
    azure: tuple[str, ...] = ()
    pool: str = ""


def read(path: Path) -> Intake:
    """Raises Refused("wrong_input", field, why)."""
    try:
        given = tomllib.loads(path.read_text("utf-8-sig"))  # as editors on Windows save it
    except OSError as error:
        raise wrong(str(path), f"it cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise wrong(str(path), f"it is not TOML: {error}") from None
    return check(given)


def check(given: dict[str, Any]) -> Intake:
    _known(given, KEYS)
    name = _text(given, "name")
    slug = given.get("slug") or slugify(name)[:63].strip("-")
    if not SLUG.match(slug) or len(slug) > 63:
        raise wrong("slug", "only small letters, digits and single hyphens can stand here, 63 at most")
    approvers = _emails(given, "approvers") if "approvers" in given or "reviewers" not in given else ()
    return Intake(
        name=name,
        slug=slug,
        customer=_text(given, "customer") if "customer" in given else name,
        tenant=_tenant(given),
        offer=_text(given, "offer") if given.get("offer") else USUAL_OFFER,
        tiers=_tiers(given),
        approvers=approvers,
        reviewers=_emails(given, "reviewers") if "reviewers" in given else (),
        agreement=_agreement(given),
        joins="customer" in given,
        azure=_azure(given),
        pool=given.get("azure", {}).get("pool", ""),
    )


def wrong(field: str, why: str) -> Refused:
    return Refused("wrong_input", field=field, why=why)


def _known(given: Mapping[str, Any], keys: Mapping[str, type], table: str = "") -> None:
    for key, value in given.items():
        if key not in keys:
            raise wrong(f"{table}{key}", f"only {', '.join(keys)} can stand here")
        if not isinstance(value, keys[key]):
            raise wrong(f"{table}{key}", f"it must be a {_noun(keys[key])}")


def _noun(type_: type) -> str:
    nouns: dict[type, str] = {str: "text in quotes", list: "list in square brackets", dict: "table"}
    return nouns[type_]


def _text(given: dict[str, Any], key: str) -> str:
    return line(key, str(given.get(key, "")))


def line(key: str, value: str) -> str:
    """Without the gaps around it; refused where it is no line of text."""
    value = value.strip()
    if not value or len(value) > 200 or not value.isprintable():
        raise wrong(key, "it must be a line of 1 to 200 characters")
    return value


def is_address(text: str) -> bool:
    """An e-mail address or sign-in name, all of which shows."""
    return text.isprintable() and EMAIL.match(text) is not None


def _tenant(given: dict[str, Any]) -> str:
    if bool(given.get("domain")) == bool(given.get("tenant_id")):
        raise wrong("domain", "exactly one of domain and tenant_id must be given")
    return str(given.get("domain") or given.get("tenant_id"))


def _tiers(given: dict[str, Any]) -> tuple[str, ...]:
    tiers = given.get("tiers", [])
    if not all(isinstance(tier, str) for tier in tiers) or len(set(tiers)) != len(tiers):
        raise wrong("tiers", "each must be the short name of a tier in quotes, named once")
    if "tiers" in given and not tiers:
        raise wrong("tiers", "at least one must be named; leave the key out for all of the offer")
    return tuple(tiers)


def _emails(given: dict[str, Any], key: str) -> tuple[str, ...]:
    table = given.get(key, {})
    _known(table, {"emails": list}, f"{key}.")
    emails = table.get("emails", [])
    if not emails:
        raise wrong(f"{key}.emails", "at least one address must be given")
    for email in emails:
        if not isinstance(email, str) or not is_address(email):
            raise wrong(f"{key}.emails", f"{email!r} is no e-mail address")
    return tuple(dict.fromkeys(email.lower() for email in emails))


def _azure(given: dict[str, Any]) -> tuple[str, ...]:
    table = given.get("azure", {})
    _known(table, {"subscriptions": list, "pool": str}, "azure.")
    named = table.get("subscriptions", [])
    if not all(isinstance(each, str) for each in named):
        raise wrong("azure.subscriptions", "each must be a subscription's id or ID/resource-group, in quotes")
    return tuple(named)


def _agreement(given: dict[str, Any]) -> PaperAgreement | None:
    if "agreement" not in given:
        return None
    table = given["agreement"]
    _known(table, {"by": str, "reference": str}, "agreement.")
    by = _text(table, "by").lower()
    return PaperAgreement(by, recorded("reference", table.get("reference", "")))


def recorded(key: str, value: str) -> str:
    """A line that goes into the record, which takes nothing that looks like a secret."""
    if ledger.holds_secret(value):
        raise wrong(key, "it looks like a secret, and the record keeps it for ever; say it otherwise")
    return line(key, value)

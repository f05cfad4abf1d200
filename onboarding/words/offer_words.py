"""An offer in words: each of its parts on a line, and what is different between two versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from onboarding.delegations import roles
from onboarding.delegations.rules import spoken
from onboarding.planes import PLANES, access_packages
from onboarding.planes.access_packages import APPROVAL_WORDS

POLICY = {
    "expires_after_days": "Each access ends after so many days",
    "denied_after_days": "A request without an answer is denied after so many days",
    "escalated_after_days": "The second named approver is also asked by name after so many days",
    "review_every_months": "Reviewed every so many months",
    "review_open_days": "Each review is open for so many days",
    "on_review_silence": "When no reviewer answers",
    "first_review_after_days": "First review after so many days",
    "reviews_spread_over_days": "First reviews spread over so many days before then; 1 for all on one day",
}
SILENCE = {
    "keepAccess": "Keep the access until its end",
    "removeAccess": "End the access",
    "acceptAccessRecommendation": "Do what Microsoft recommends",
}


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    value: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that is not the same; "" where one version does not have it."""

    what: str
    before: str
    after: str


def lines(document: dict[str, Any]) -> Iterator[Line]:
    yield Line("Name", document["name"])
    yield Line("Ways in", "; ".join(PLANES[plane].LABEL for plane in document["planes"]))
    if "analysts_group" in document:
        yield Line("Analysts' group in our own tenant", document["analysts_group"])
    yield Line("Who lets analysts in", APPROVAL_WORDS[document["approval"]])
    for tier in document["tiers"]:
        yield Line(f"{_called(tier)}: name", tier["label"])
        yield Line(f"{_called(tier)}: what it can do", tier["can"])
    yield from _azure(document.get("lighthouse"))
    for key, value in document["policy"].items():
        yield Line(POLICY[key], SILENCE.get(value, str(value)))
    for key, value in document["names"].items():
        yield Line(f"Name of the {spoken_key(key)}", value)
    for key, value in descriptions(document).items():
        yield Line(f"Description of the {described_key(key)}", value)


def descriptions(document: dict[str, Any]) -> dict[str, str]:
    """As the offer says them, else as the portal does."""
    return access_packages.descriptions(document.get("descriptions", {}))


def spoken_key(key: str) -> str:
    return key.replace("_", " ").replace("organization", "organisation")


def described_key(key: str) -> str:
    """The tiers' packages are described by themselves."""
    return spoken_key("approvers_package" if key == "package" else key)


def _azure(sold: dict[str, Any] | None) -> Iterator[Line]:
    if sold is None:
        return
    yield Line("Azure: name of the delegation", sold["name"])
    for role in sold["roles"]:
        name = roles.listed().name(role["role"])
        yield Line(f"{_called({'slug': role['tier']})}: {name} in Azure", _held(role))


def azure_roles(document: dict[str, Any], tier: str) -> list[str]:
    """What one tier holds in Azure, in words."""
    held = document.get("lighthouse", {}).get("roles", ())
    return [azure_role(role) for role in held if role["tier"] == tier]


def azure_role(role: dict[str, Any]) -> str:
    return f"{roles.listed().name(role['role'])} of {_called({'slug': role['tier']})}"


def _held(role: dict[str, Any]) -> str:
    group = f"held by the group {role['group']}"
    if not role.get("on_demand"):
        return f"always on, {group}"
    approvers = f", approved by {', '.join(role['approvers'])}" if role.get("approvers") else ""
    return f"on demand, {spoken(role.get('longest', 'PT8H'))} at most, {group}{approvers}"


def _called(tier: dict[str, str]) -> str:
    """By what never changes from version to version."""
    return tier["slug"].replace("-", " ").capitalize()


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    old = {line.what: line.value for line in lines(before)}
    new = {line.what: line.value for line in lines(after)}
    parts = [Difference(what, old.get(what, ""), new.get(what, "")) for what in {**old, **new}]
    return [part for part in parts if part.before != part.after]

"""What a pause does: nobody of the provider can ask any more, and who was let in that way is let out.

Nothing is deleted. It is judged here, too, from a plan's rows: a pause is one side's decision, so a plan that
does anything else is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from onboarding import assignments
from onboarding.engine.plan import Action, Owned
from onboarding.engine.resource import Resource

POLICY = "assignment_policy"
FIELD = "requestorSettings"
SHUT = {
    "enableTargetsToSelfAddAccess": False,
    "enableTargetsToSelfUpdateAccess": False,
    "enableOnBehalfRequestorsToAddAccess": False,
    "enableOnBehalfRequestorsToUpdateAccess": False,
}
"""To give back what one has stays possible."""


def is_the_providers(resource: Resource) -> bool:
    """A policy for the provider's people, and not for the customer's own approvers."""
    scope = resource.spec.get("allowedTargetScope")
    return resource.kind == POLICY and scope == "specificConnectedOrganizationUsers"


def closed(resource: Resource) -> Resource:
    if not is_the_providers(resource):
        return resource
    settings = {**resource.spec[FIELD], **SHUT}
    return replace(resource, spec={**resource.spec, FIELD: settings})


def let_out(owned: Mapping[str, Owned], desired: Iterable[Resource]) -> dict[str, Owned]:
    """Who holds a package by one of these policies. By a policy of somebody else's it is not ours to end."""
    ours = {each.address for each in desired if is_the_providers(each)}
    found = assignments.all_of(owned)
    return {a: mine for a, mine in found.items() if ours.intersection(mine.resource.needs) and _of_one(mine)}


def _of_one(mine: Owned) -> bool:
    return "assignmentPolicy" in mine.resource.spec


def is_shut(settings: Any) -> bool:
    """Nobody can ask for a package by a policy with these."""
    return SHUT.items() <= (settings or {}).items()


def opens_again(change: Mapping[str, Any]) -> bool:
    """Of a plan's row: the provider's people can ask by a policy by which they could not."""
    if change["kind"] != POLICY or change["action"] != Action.UPDATE or FIELD not in change["fields"]:
        return False
    return is_shut(change["before"].get(FIELD)) and not is_shut(change["spec"].get(FIELD))


def is_closing(change: Mapping[str, Any]) -> bool:
    """Of a plan's row: it closes a policy, or ends what was given by one."""
    spec = change["spec"]
    if change["kind"] == assignments.KIND:
        return bool(change["action"] == Action.DELETE and "assignmentPolicy" in spec)
    shut = change["kind"] == POLICY and is_shut(spec.get(FIELD))
    return bool(shut and change["action"] == Action.UPDATE and list(change["fields"]) == [FIELD])

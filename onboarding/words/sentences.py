"""A plan in plain words: each change as one sentence, each question as what a person must look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.text import capfirst

from onboarding.delegations import shared
from onboarding.delegations.roles import listed
from onboarding.delegations.rules import spoken
from onboarding.engine.plan import ENDINGS, Action, Change, Plan, Question
from onboarding.engine.resource import Resource, is_ref
from onboarding.kinds import ENDS_WITH_US, KINDS
from onboarding.models import Step
from onboarding.words import copied, field_words, reasons
from onboarding.words.reasons import visible

NOUNS = {
    "group": "the group",
    "group_membership": "the membership in a group",
    "connected_organization": "the connected organisation",
    "catalog": "the catalog",
    "catalog_resource": "the group in the catalog",
    "access_package": "the access package",
    "package_resource_role": "the rule that the package gives membership in the group",
    "assignment_policy": "the request policy",
    "package_assignments": "everybody's assignment of the package",
    "partner_inbound": "the entry for the provider under cross-tenant access",
    "partner_outbound": "the entry for the customer under cross-tenant access in the provider's own tenant",
    "delegation": "the Azure delegation to the provider",
}
LINKS = {
    "group_membership": "the membership of {member} in the group {group}",
    "catalog_resource": "the entry of the group {originId} in the catalog {catalog}",
    "package_resource_role": "the rule that the access package {accessPackage} gives membership in the group "
    "{originId}",
    "package_assignments": "everybody's assignment of the access package {accessPackage}",
    "partner_inbound": "the entry for the tenant {tenantId} under cross-tenant access",
    "partner_outbound": "the entry for the tenant {tenantId} under cross-tenant access "
    "in the provider's own tenant",
    "delegation": "the Azure delegation of {scope} to the provider",
}
"""What has no name of its own is told by what it links."""
MADE = {
    "group_membership": "Add {member} to the group {group}.",
    "catalog_resource": "Put the group {originId} into the catalog {catalog}.",
    "package_resource_role": "Let the package {accessPackage} give membership in the group {originId}.",
}
"""What is told by what it does when it is made."""
ONE = "the one assignment {assignment} of the access package {accessPackage}"
BY_POLICY = f"{LINKS['package_assignments']} that the request policy {{assignmentPolicy}} gave"
WHY = {
    "group": "It holds the people of one tier or the approvers; rights are given to the group.",
    "group_membership": "The first approvers must be in the group before anybody can approve.",
    "connected_organization": "It names the provider's tenant, so that only people from there can ask.",
    "catalog": "It keeps what analysts may ask for apart from everything else.",
    "catalog_resource": "A package can hand out only what is in its catalog.",
    "access_package": "It is what a person asks for and gets for a time.",
    "package_resource_role": "Who holds the package is a member of this group, and no longer than that.",
    "assignment_policy": "It says who may ask, who approves, for how long and when it is reviewed.",
    "package_assignments": "Access ends before the package, or the request policy that gave it, does.",
    "partner_inbound": "Analysts prove themselves at home and need not do it twice; of the provider's tenant "
    "only their group is let in as guests.",
    "partner_outbound": "Only where both tenants say so need an analyst not accept an invitation first.",
    "delegation": "Analysts reach Azure and Sentinel from the provider's tenant, with these roles alone. "
    "Only the customer can make it, by deploying its template.",
}
AFTER_THE_OLDER = (
    " The one that stands there now is ended first: with two at a place the end of one may cut both. "
    "From then on nobody gets in by it until the customer has deployed the new template."
)
IN_PLACE = (
    " A group that held a role here and is not named any more loses it when the customer has deployed the "
    "new template, and not before; it is not read back as done until then."
)
SHARED = ("partner_inbound", "partner_outbound")
"""Kinds in which others may have settings, too: those are never taken away."""
VERBS = {
    Action.CREATE: "Create",
    Action.ADOPT: "Take over",
    Action.UPDATE: "Change",
    Action.DELETE: "Delete",
    Action.RELEASE: "Give back",
}
QUESTIONS = {
    "look-alike": "exists already and is not ours: look at it and tick it, or rename it",
    "ambiguous": "exists more than once: decide which one is meant",
    "refused": "exists already and may not be taken over",
}


MOST_NAMED = 3
PLACES = ("subscription", "resource group")


def changes(plan: Plan, known: Mapping[str, str] | None = None) -> list[str]:
    """`known`: what is called by a name besides the plan's own objects."""
    own = titles((each.resource.address, each.resource.spec) for each in plan.changes)
    names = {**(known or {}), **own}
    return [change(each, names) for each in plan.changes]


def titles(objects: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """Address → name, where an object has one."""
    return {address: str(spec["displayName"]) for address, spec in objects if spec.get("displayName")}


def change(each: Change, names: Mapping[str, str]) -> str:
    """`names`: of objects by address, of people by object id."""
    if each.action == Action.CREATE and each.resource.kind in MADE:
        spec = each.resource.spec
        return MADE[each.resource.kind].format_map({k: end(v, names) for k, v in spec.items()})
    words = f"{VERBS[each.action]} {named(each.resource, names)}"
    if each.action == Action.UPDATE or (each.action == Action.ADOPT and each.fields):
        words += f" ({field_words.changed(each)})"
    if each.action == Action.ADOPT and each.resource.kind in ENDS_WITH_US:
        words += ", to be deleted when the provider's access ends"
    if each.action == Action.DELETE and each.resource.kind in SHARED:
        words += ", but for what others have put into it"
    return f"{words}."


def explained(each: Change, names: Mapping[str, str]) -> dict[str, Any]:
    """A change with why it is made and which permission it takes.

    `why`: the reason of its kind, and what is to be said of this one alone besides.
    """
    resource = each.resource
    besides = f"{_held(resource)}{_let_in(each, names)}{_instead(each)}{copied.in_plan(each)}"
    return {
        "address": resource.address,
        "action": str(each.action),
        "words": change(each, names),
        "why": f"{WHY[resource.kind]}{besides}",
        "reason": WHY[resource.kind],
        "besides": besides.strip(),
        "permissions": sorted(KINDS[resource.kind].permissions),
    }


def _held(resource: Resource) -> str:
    """Of a delegation, which group gets which role: what a customer agrees to is said to them."""
    if resource.kind != "delegation":
        return ""
    own = resource.spec["properties"]
    roles = [*own.get("authorizations", ()), *own.get("eligibleAuthorizations", ())]
    return f" Roles: {'; '.join(map(_role, roles))}.{shared.said(own)}"


def _let_in(each: Change, names: Mapping[str, str]) -> str:
    """Of an entry for the provider, whom of its tenant it lets in as guests."""
    if each.resource.kind != "partner_inbound" or each.action in ENDINGS:
        return ""
    who = (each.resource.spec.get("b2bCollaborationInbound") or {}).get("usersAndGroups") or {}
    groups = [spoken_group(str(one["target"]), names) for one in who.get("targets") or ()]
    return f" The group that is let in: {', '.join(groups)}." if groups else ""


def spoken_group(id: str, names: Mapping[str, str]) -> str:
    """Its name with its id; the id alone where nobody knows a name."""
    return f"“{names[id]}” ({id})" if names.get(id) else id


def _instead(each: Change) -> str:
    """Of a delegation that takes another one's place, or changes."""
    if each.resource.kind != "delegation":
        return ""
    if each.action == Action.UPDATE:
        return IN_PLACE
    return AFTER_THE_OLDER if each.action == Action.CREATE and each.resource.needs else ""


def _role(given: Mapping[str, Any]) -> str:
    policy = given.get("justInTimeAccessPolicy")
    how = f"on demand for {spoken(policy['maximumActivationDuration'])} at most" if policy else "always on"
    return f"{given['principalIdDisplayName']}: {listed().name(given['roleDefinitionId'])}, {how}"


def kept(saved: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The same of a change as a plan's row keeps it."""
    needs = tuple(saved["needs"])
    resource = Resource(saved["address"], saved["kind"], saved["tenant"], saved["spec"], needs)
    action, fields = Action(saved["action"]), tuple(saved["fields"])
    return explained(Change(action, resource, saved["remote_id"], fields, saved["before"]), names)


def of_step(step: Step, names: Mapping[str, str]) -> str:
    """A run's step as its plan told the change. What would not show in a name is spelt out."""
    resource = Resource(step.address, step.kind, str(step.target), step.spec)
    return visible(
        change(Change(Action(step.action), resource, fields=tuple(step.fields), before=step.before), names)
    )


def why(step: Step, names: Mapping[str, str]) -> reasons.Words | None:
    """What holds a step up or ended it, where there is something to say; of the object by its name."""
    if not step.reason:
        return None
    resource = Resource(step.address, step.kind, str(step.target), step.spec)
    return reasons.words(step.reason, {**step.facts, "step": named(resource, names)})


def by_address(address: str, known: Mapping[str, str]) -> str:
    """An object of which only the address is told: as `known` calls it, or else by its sort and the rest."""
    kind, _, rest = address.partition("/")
    words = known.get(address) or (f'{NOUNS[kind]} "{rest}"' if kind in NOUNS else _place(address))
    return str(capfirst(visible(words).removeprefix("the ")))


def _place(address: str) -> str:
    """Of a delegation that nobody planned only the place is known."""
    parts = dict(zip(PLACES, address.split("/")[2::2], strict=False))
    named = [f"{sort} {name}" for sort, name in parts.items()]
    return ", ".join(["Azure", *named]) if address.startswith("azure/") else address


def named(resource: Resource, names: Mapping[str, str]) -> str:
    """An object by its own name, a link by the names of what it links."""
    if resource.kind in LINKS:
        way = BY_POLICY if "assignmentPolicy" in resource.spec else LINKS[resource.kind]
        way = ONE if "assignment" in resource.spec else way
        return way.format_map({k: end(v, names) for k, v in resource.spec.items()})
    return f'{NOUNS[resource.kind]} "{resource.spec.get("displayName") or short(resource.address)}"'


def end(value: Any, names: Mapping[str, str]) -> str:
    """One end of a link: an object in quotes, a person by name."""
    if is_ref(value):
        return f'"{names.get(value["ref"]) or short(value["ref"])}"'
    return names.get(str(value), str(value))


def short(address: str) -> str:
    return address.split("/", 1)[1]


def questions(plan: Plan) -> Iterator[str]:
    """Each with its address, by which it is ticked."""
    for each in plan.questions:
        yield f"{each.address}: {question(each)}"


def question(each: Question) -> str:
    why = QUESTIONS.get(each.about) or _fixed(each.about.removeprefix("fixed: ").split(", "))
    ids = ", ".join(candidate.remote_id for candidate in each.candidates)
    blocked = " ".join(b for candidate in each.candidates for b in candidate.blockers)
    return f"{NOUNS[each.kind]}{_own_name(each)} {why} [{ids}] {blocked}".strip()


def _fixed(fields: Iterable[str]) -> str:
    return f"differs in what cannot be changed ({field_words.called(fields)})"


def _own_name(each: Question) -> str:
    """As it stands there; all that may be meant have the name that was looked for."""
    found = next(
        (str(one.values["displayName"]) for one in each.candidates if one.values.get("displayName")), ""
    )
    return f' "{found}"' if found else ""


def unread(unknown: Mapping[str, str], say: Callable[[str], str] = str) -> tuple[list[tuple[str, str]], str]:
    """What could not be read, each with why, and in one phrase what only hangs on that, if it is much.

    `say` calls an address by its name. Two may have the same.
    """
    on = {address: _cause(why, unknown) for address, why in unknown.items()}
    hang = [address for address, cause in on.items() if cause]
    if len(hang) < MOST_NAMED:
        return [(say(each), _because(why, on[each], say)) for each, why in unknown.items()], ""
    named, more = ", ".join(map(say, hang[: MOST_NAMED - 1])), len(hang) - MOST_NAMED + 1
    alone = [(say(each), why) for each, why in unknown.items() if not on[each]]
    return alone, f"{named} and {more} more"


def _cause(why: str, unknown: Iterable[str]) -> str:
    """The address that could not be read either, where that is why; "" where the cause is its own."""
    return next((each for each in unknown if why.startswith(f"{each} could not be read")), "")


def _because(why: str, cause: str, say: Callable[[str], str]) -> str:
    return say(cause) + why.removeprefix(cause) if cause else why

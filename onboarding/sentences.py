"""A plan in plain words: each change as one sentence, each question as what a person must look at."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.engine.plan import Action, Change, Plan, Question
from onboarding.engine.resource import Resource

NOUNS = {
    "group": "the group",
    "group_membership": "the membership in a group",
    "connected_organization": "the connected organisation",
    "catalog": "the catalog",
    "catalog_resource": "the group in the catalog",
    "access_package": "the access package",
    "package_resource_role": "the group's member role in the package",
    "assignment_policy": "the request policy",
    "package_assignments": "everybody's assignment of the package",
}
VERBS = {
    Action.CREATE: "Create",
    Action.ADOPT: "Take over",
    Action.UPDATE: "Change",
    Action.DELETE: "Delete",
    Action.RELEASE: "Give back",
}
QUESTIONS = {
    "look-alike": "exists already and is not ours: look at it and tick it (manage.py adopt), or rename it",
    "ambiguous": "exists more than once: decide which one is meant",
    "refused": "exists already and may not be taken over",
}


def changes(plan: Plan) -> list[str]:
    return [change(each) for each in plan.changes]


def change(each: Change) -> str:
    words = f"{VERBS[each.action]} {named(each.resource)}"
    if each.action == Action.UPDATE or (each.action == Action.ADOPT and each.fields):
        words += f" ({', '.join(each.fields)})"
    return f"{words}."


def named(resource: Resource) -> str:
    name = resource.spec.get("displayName") or resource.address.split("/", 1)[1]
    return f'{NOUNS[resource.kind]} "{name}"'


def questions(plan: Plan) -> Iterator[str]:
    for each in plan.questions:
        yield question(each)


def question(each: Question) -> str:
    why = QUESTIONS.get(each.about, f"differs in what cannot be changed ({each.about})")
    ids = ", ".join(candidate.remote_id for candidate in each.candidates)
    blocked = " ".join(b for candidate in each.candidates for b in candidate.blockers)
    return f"{each.address}: {NOUNS[each.kind]} {why} [{ids}] {blocked}".strip()

"""A plan as a page shows it: each change in words, what to decide, what was not read, what is strange."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.text import capfirst

from onboarding import analysts, pens
from onboarding.engine import plan as engine
from onboarding.engine.resource import Resource
from onboarding.words import field_words, sentences
from onboarding.words.reasons import visible
from tenants.models import Tenant

Answer = dict[str, Any]


def names(tenant: Tenant, objects: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """How what a plan speaks of is called: people by object id, what is ours and `objects` by address."""
    people = {str(each.person.oid): each.person.name for each in tenant.contacts.select_related("person")}
    people |= pens.tenant_names(tenant) | analysts.named(tenant)
    ours = sentences.titles(tenant.owned.values_list("address", "spec"))
    return people | ours | sentences.titles(objects)


def called(found: engine.Plan, tenant: Tenant) -> dict[str, str]:
    """The same of all a plan speaks of. What already stands there has the very name it was looked for by."""
    asked = [(each.address, one.values) for each in found.questions for one in each.candidates]
    return names(tenant, [*asked, *((each.resource.address, each.resource.spec) for each in found.changes)])


def by_address(tenant: Tenant) -> Callable[[str], str]:
    """How to call an object that a reading tells by its address."""
    called = names(tenant, ())
    known = {
        row.address: sentences.named(Resource(row.address, row.kind, str(row.target), row.spec), called)
        for row in tenant.owned.all()
    }
    return lambda address: sentences.by_address(address, known)


def told(found: Mapping[str, Any] | None, tenant: Tenant) -> Answer:
    """Of an answer that `described` made, what is told by address, as a page shows it: pairs, by name."""
    about = {name: (found or {}).get(name) or {} for name in ("unknown", "strange")}
    say = by_address(tenant) if any(about.values()) else str
    return {name: [(say(address), what) for address, what in each.items()] for name, each in about.items()}


def described(found: engine.Plan, tenant: Tenant) -> Answer:
    """A plan as a page shows it."""
    names_of = called(found, tenant)
    return {
        "changes": [sentences.explained(change, names_of) for change in found.changes],
        "questions": [_question(question, names_of) for question in found.questions],
        "unknown": {address: visible(why) for address, why in found.unknown.items()},
        "strange": {address: [visible(each) for each in words] for address, words in found.strange.items()},
    }


def said_once(changes: Iterable[Answer]) -> list[Answer]:
    """Changes with `as`: the number of the one just before with the same reason, at which that is said."""
    said, at, last = list[Answer](), 0, ""
    for number, each in enumerate(changes, start=1):
        again = each["reason"] == last
        at, last = (at, last) if again else (number, each["reason"])
        said.append({**each, "as": at if again else None})
    return said


def _question(asked: engine.Question, names: Mapping[str, str]) -> Answer:
    """What a person must look at. Only what nothing speaks against may be ticked."""
    return {
        "address": asked.address,
        "words": capfirst(sentences.question(asked)),
        "may_tick": asked.about in ("look-alike", "ambiguous"),
        "candidates": [_candidate(candidate, names) for candidate in asked.candidates],
    }


def _candidate(found: engine.Candidate, names: Mapping[str, str]) -> Answer:
    shown = field_words.shown(found, names)
    return {"id": found.remote_id, "shown": shown, "blockers": list(found.blockers)}

"""What people are called today whom rows name by number. Names can be erased; then the number stays."""

from __future__ import annotations

from collections.abc import Iterable

from onboarding.ownership import VERBS
from onboarding.words.sentences import NOUNS
from tenants.models import LedgerEntry, Person
from tenants.people import number_of


def named(actors: Iterable[str]) -> dict[str, str]:
    """Actor → name, for all of a page in one query. Who is no person ("worker") is called as it stands."""
    wanted = set(actors)
    numbers = {key: actor for actor in wanted if (key := number_of(actor)) is not None}
    found = {numbers[person.pk]: str(person) for person in Person.objects.filter(pk__in=numbers)}
    return {actor: found.get(actor, actor) for actor in wanted}


def things(entries: Iterable[LedgerEntry]) -> dict[str, str]:
    """Address → what the object is, for entries about one that is or was ours."""
    addresses = (entry.subject for entry in entries if entry.verb in VERBS)
    parts = ((address, *address.partition("/")) for address in addresses)
    return {address: f"{NOUNS[kind]} “{rest}”" for address, kind, _, rest in parts if kind in NOUNS}

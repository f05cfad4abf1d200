"""Which analyst works for which customer, and as which tier. The customer's ledger keeps each change."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from tenants import ledger, sessions
from tenants.models import Customer, Membership, Person, SignIn, Tier
from tenants.people import Role, provider_tids


class NotStaff(Exception):
    """The person is of no tenant the provider's staff signs in from."""


def staff() -> QuerySet[Person]:
    """Everybody of the provider we know, with what they were given and `seen_at`, where they are signed in.

    Who was named on the command line may never have been here; earlier sign-ins are not kept.
    """
    given = Membership.objects.select_related("tier").prefetch_related("customer__tenants")
    here = SignIn.objects.filter(person=OuterRef("pk")).exclude(sessions.over()).order_by("-seen_at")
    people = Person.objects.filter(tid__in=provider_tids()).order_by("name", "pk")
    people = people.annotate(seen_at=Subquery(here.values("seen_at")[:1]))
    ordered = given.order_by("customer__name", "tier__slug")
    return people.prefetch_related(Prefetch("memberships", ordered))


def analysts() -> QuerySet[Person]:
    """Of these all but who is signed in as something else; of others nothing is known."""
    known = dict[int, set[str]]()
    for person, roles in SignIn.objects.exclude(sessions.over()).values_list("person", "roles"):
        known.setdefault(person, set()).update(roles)
    return staff().exclude(pk__in=[person for person, roles in known.items() if Role.ANALYST not in roles])


def tier(slug: str, label: str = "") -> Tier:
    """The level of that slug; its row is made when it is first needed, and is called as it is called now."""
    if label:
        return Tier.objects.update_or_create(slug=slug, defaults={"name": label})[0]
    return Tier.objects.get_or_create(slug=slug, defaults={"name": slug.replace("-", " ").capitalize()})[0]


def rename(labels: Mapping[str, str]) -> None:
    """Levels that somebody has are called as offers call them now."""
    for level in Tier.objects.filter(slug__in=labels):
        tier(level.slug, labels[level.slug])


def give(person: Person, customer: Customer, tier: Tier, by: str) -> Membership:
    """Once is enough: given again, nothing changes. NotStaff for a person of another tenant."""
    if str(person.tid) not in provider_tids():
        raise NotStaff
    with transaction.atomic():
        found, fresh = Membership.objects.get_or_create(person=person, customer=customer, tier=tier)
        if fresh:
            ledger.record(by, "gave an analyst", person.actor, customer, tier=tier.slug)
    return found


def take(membership: Membership, by: str) -> None:
    """From now on the analyst does not see the customer, in any window."""
    with transaction.atomic():
        gone, _ = Membership.objects.filter(pk=membership.pk).delete()
        if gone:
            who, level = membership.person.actor, membership.tier.slug
            ledger.record(by, "took an analyst away", who, membership.customer, tier=level)

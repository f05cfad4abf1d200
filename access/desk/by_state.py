"""Whether a package of an analyst stands in one state in a tenant: grants.state, asked in SQL."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.timezone import now

from access.grants import SOON, STILL_GOOD, How, S
from onboarding.models import Holding, OwnedObject
from tenants.models import Membership, Person

STORED = {
    How.REQUEST: S.NOTHING,
    How.WAITING: S.WAITING,
    How.DELIVERING: S.DELIVERING,
    How.OPEN: S.OPEN,
    How.RENEW: S.OPEN,
    How.EXPIRED: S.EXPIRED,
    How.FAILED: S.FAILED,
}


def standing(person: Person, how: How) -> Exists:
    """One tier is enough. Unknown is a package of theirs of which nothing is known today."""
    packages, known = _packages(person), _known(person)
    if how is How.UNKNOWN:
        return Exists(packages.exclude(Exists(known)))
    rows = known.filter(state=STORED[how])
    if how is How.RENEW:
        rows = rows.filter(until__lte=now() + timedelta(SOON[-1][0]))
    return Exists(packages.filter(Exists(rows)))


def _packages(person: Person) -> QuerySet[OwnedObject]:
    """Of a tenant: the packages of the tiers this person has there."""
    address = Concat(Value("access_package/"), "tier__slug", output_field=CharField())
    given = Membership.objects.filter(person=person, customer=OuterRef("tenant__customer"))
    theirs = Exists(given.annotate(address=address).filter(address=OuterRef("address")))
    return OwnedObject.objects.filter(theirs, tenant=OuterRef("pk"), kind="access_package")


def _known(person: Person) -> QuerySet[Holding]:
    """Of a package: how this person stands with it, read lately and not over since."""
    rows = Holding.objects.filter(membership__person=person, read_at__gte=now() - STILL_GOOD)
    rows = rows.exclude(state=S.UNKNOWN).exclude(state=S.OPEN, until__lte=now())
    return rows.filter(tenant=OuterRef("tenant"), package=OuterRef("remote_id"))

"""Who somebody is to us. Identity is (tid, oid); names and addresses are for display and decide nothing.

Capability comes from the token's app roles and counts only in the provider's own sign-in tenant: the
administrator of any other tenant can assign the same names at home. Scope comes from our rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.conf import settings
from django.db.models import Q

from tenants.id_token import Identity, NotLetIn
from tenants.microsoft.answers import plain
from tenants.microsoft.clouds import current
from tenants.models import Contact, Person, ProviderTenant, Tenant


class Role(StrEnum):
    """What a door can ask for. The first three are app roles of the provider's tenant."""

    ADMIN = "Portal.Admin"
    ANALYST = "Portal.Analyst"
    AUDITOR = "Portal.Auditor"
    REVIEWER = "reviewer"


STAFF = (Role.ADMIN, Role.ANALYST, Role.AUDITOR)
EVERYBODY = tuple(Role)


def provider_tids() -> set[str]:
    """Where the provider's staff sign in: the tenants named for it, else the one of the settings."""
    named = ProviderTenant.objects.filter(purpose=ProviderTenant.Purpose.SIGN_IN)
    tids = {str(tid) for tid in named.values_list("tenant_id", flat=True)}
    return tids or {tid for tid in (settings.PROVIDER_TENANT_ID,) if tid}


def is_known(tid: str) -> bool:
    """The provider's, or a customer's in this cloud."""
    return tid in provider_tids() or Tenant.objects.filter(tenant_id=tid, cloud=current().name).exists()


def capabilities(tid: str, roles: Iterable[object]) -> frozenset[Role]:
    """The app roles that count."""
    given = {str(role) for role in roles}
    return frozenset(role for role in STAFF if role in given) if tid in provider_tids() else frozenset()


def reviews(person: Person) -> Q:
    """The tenants this person may agree, review and end for: only their own, and only where named."""
    named = Contact.objects.filter(person=person, role=Contact.Role.REVIEWER)
    return Q(pk__in=named.values("tenant_id"), tenant_id=person.tid, cloud=current().name)


def enter(who: Identity) -> tuple[Person, frozenset[Role], str]:
    """The person's row, the app roles that count, and the address by which they were known until now.

    NotLetIn where nothing here is theirs to see.
    """
    roles = capabilities(who.tid, who.roles)
    known = Person.objects.filter(tid=who.tid, oid=who.oid).first()
    if not roles and not (known and Tenant.objects.filter(reviews(known)).exists()):
        raise NotLetIn("no_app_role" if who.tid in provider_tids() else "no_reviewer")
    return remember(who.tid, who.oid, who.name, who.email), roles, known.email if known else ""


def remember(tid: str, oid: str, name: str, email: str) -> Person:
    """The person's row, with what they are called today; what is not said today stays as it was."""
    said = {"name": plain(name)[:256], "email": plain(email)[:320]}
    shown = {field: words for field, words in said.items() if words}
    return Person.objects.update_or_create(tid=tid, oid=oid, defaults=shown)[0]


def called(actor: str) -> str:
    """What the person is called today whom the record names by number; anybody else as they stand there."""
    found = by_actor(actor)
    return str(found) if found else actor


def by_actor(actor: str) -> Person | None:
    """The person whom the record names by number, as Person.actor does."""
    number = number_of(actor)
    return Person.objects.filter(pk=number).first() if number is not None else None


def number_of(actor: str) -> int | None:
    """The person's number, no longer than a row's can be; None for "worker" and the like."""
    kind, _, digits = actor.partition(" ")
    return int(digits) if kind == "person" and digits.isdecimal() and len(digits) < 19 else None

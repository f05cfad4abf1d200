"""Who is named for a tenant, and each coming and going: in the record, and in words for whoever caused it."""

from __future__ import annotations

from collections.abc import Mapping

from tenants import ledger
from tenants.directory import Member
from tenants.models import Contact, Person, Tenant
from tenants.people import remember

People = Mapping[str, list[Member]]
"""By the role of Contact: approver, reviewer, contact."""
Named = set[tuple[str, str]]
"""Each role's label and the person's name."""


def keep(tenant: Tenant, found: People, by: str) -> None:
    """Exactly those, of each role that `found` has; the other roles stay as they are."""
    for role in Contact.Role:
        if role in found:
            _keep(tenant, role, found[role], by)


def _keep(tenant: Tenant, role: Contact.Role, named: list[Member], by: str) -> None:
    """Each coming and going stands in the record: who reviews may agree and end."""
    gone = tenant.contacts.filter(role=role).exclude(person__oid__in=[m.oid for m in named])
    for contact in gone.select_related("person"):
        contact.delete()
        verb = f"no longer named as {role.label}"
        ledger.record(by, verb, contact.person.actor, tenant.customer, tenant=tenant.slug)
    for person in [_person(tenant, each) for each in named]:
        _, fresh = Contact.objects.get_or_create(tenant=tenant, person=person, role=role)
        if fresh:
            verb = f"named as {role.label}"
            ledger.record(by, verb, person.actor, tenant.customer, tenant=tenant.slug)


def _person(tenant: Tenant, found: Member) -> Person:
    return remember(str(tenant.tenant_id), found.oid, found.name, found.mail or found.upn)


def reviewers(tenant_id: str) -> dict[str, str]:
    """Of the tenant, if it is here: object ids, each with its address in small letters."""
    there = Contact.objects.filter(tenant__tenant_id=tenant_id, role=Contact.Role.REVIEWER)
    rows = there.order_by("pk").values_list("person__oid", "person__email")
    return {str(oid): email.lower() for oid, email in rows}


def now(tenant: Tenant) -> Named:
    rows = tenant.contacts.select_related("person")
    return {(Contact.Role(each.role).label, str(each.person)) for each in rows}


def told(before: Named, after: Named) -> list[str]:
    """What changed between both, in sentences."""
    gone = [f"{name} is no longer named as {role}." for role, name in sorted(before - after)]
    return gone + [f"{name} is named as {role} now." for role, name in sorted(after - before)]

"""The wizard's answers as typed: begun once, saved at every step, never over somebody else's words."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from onboarding import enrol
from onboarding.intake import wrong
from onboarding.models import Draft, Inquiry, Onboarding
from onboarding.wizard import findings, owners
from tenants import ledger
from tenants.microsoft import clouds
from tenants.microsoft.errors import Refused
from tenants.models import Contact, Customer, Tenant

OF_TENANT = ("change_number", "not_before")
LISTS = {
    Contact.Role.APPROVER: "approvers",
    Contact.Role.REVIEWER: "reviewers",
    Contact.Role.CONTACT: "contacts",
}


class Conflict(Exception):
    """Somebody else saved first. `now` is the draft as it stands; nothing was saved over it."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"version {draft.version} was saved by {draft.changed_by}")
        self.now = draft


def begin(domain_or_id: str, seen: str, name: str, slug: str, by: str, owner: str = owners.NEW) -> Draft:
    """The tenant's row and its draft. `seen` is the id a person looked at: another one now is refused.

    `owner` is the short name of the customer who was chosen, or NEW for one called `name`.
    """
    found = enrol.discovered(domain_or_id)
    if found.tenant_id != seen:
        raise wrong("domain", f"it now belongs to the tenant {found.tenant_id}; look at it again")
    if (known := _known(seen)) is not None:
        return of(known, by)
    try:
        with transaction.atomic():
            whose = owners.chosen(owner, name, slug)
            return of(_new(domain_or_id.strip().lower(), seen, whose, by), by)
    except (Refused, IntegrityError) as trouble:
        return _begun_meanwhile(seen, by, trouble)


def _known(tenant_id: str) -> Tenant | None:
    return Tenant.objects.filter(tenant_id=tenant_id, cloud=clouds.current().name).first()


def _begun_meanwhile(tenant_id: str, by: str, trouble: Exception) -> Draft:
    """Somebody else was first with this very tenant: theirs goes on. Else it is a name that is taken."""
    if (known := _known(tenant_id)) is not None:
        return of(known, by)
    if isinstance(trouble, Refused):
        raise trouble
    raise wrong("customer", "somebody else has just taken this name; look at it again")


def _new(domain: str, tenant_id: str, owner: Customer, by: str) -> Tenant:
    if owner.pk is None:
        return enrol.tenant_of(owner, owner.slug, tenant_id, domain)
    tenant = enrol.tenant_of(owner, owners.short_name(owner, domain), tenant_id, domain)
    ledger.record(by, "named another tenant", tenant.slug, owner, domain=domain, tenant=tenant_id)
    return tenant


def of(tenant: Tenant, by: str) -> Draft:
    """The tenant's draft; where the file was first, one that begins with what the file said."""
    kept = Onboarding.objects.filter(tenant=tenant).first()
    typed = _typed_in_the_file(kept) if kept else {}
    draft, fresh = Draft.objects.get_or_create(
        tenant=tenant, defaults={**typed, "begun_by": by, "changed_by": by}
    )
    if fresh:
        ledger.record(by, "began in the wizard", tenant.slug, tenant.customer)
    return draft


def _typed_in_the_file(kept: Onboarding) -> dict[str, Any]:
    contacts = kept.tenant.contacts.order_by("pk").values_list("role", "person__email")
    named = {field: [email for of, email in contacts if of == role] for role, field in LISTS.items()}
    azure = {"azure": kept.azure.get("scopes", []), "pool": kept.azure.get("pool", "")}
    return {"offer": kept.offer, "tiers": kept.tiers, "approval": kept.approval, **azure, **named}


def save(draft: Draft, version: int, by: str, **typed: Any) -> Draft:
    """Keep what was typed if nobody saved since `version`; else Conflict, unless it is the same anyway."""
    before = Draft.objects.select_related("tenant__customer").get(pk=draft.pk)
    changed = sorted(name for name, value in typed.items() if getattr(_home(before, name), name) != value)
    if not changed:
        return before
    ours = {name: value for name, value in typed.items() if name not in OF_TENANT}
    stamp = {"version": version + 1, "changed_by": by, "changed_at": now()}
    with transaction.atomic():
        if Draft.objects.filter(pk=draft.pk, version=version).update(**ours, **stamp) != 1:
            raise Conflict(Draft.objects.select_related("tenant").get(pk=draft.pk))
        if theirs := {name: value for name, value in typed.items() if name in OF_TENANT}:
            Tenant.objects.filter(pk=before.tenant_id).update(**theirs)
        ledger.record(by, "saved a draft", before.tenant.slug, before.tenant.customer, fields=changed)
    return Draft.objects.select_related("tenant__customer", "offer").get(pk=draft.pk)


def _home(draft: Draft, name: str) -> Draft | Tenant:
    return draft.tenant if name in OF_TENANT else draft


def question(draft: Draft, what: str) -> dict[str, Any]:
    """What is asked of the tenant as things stand; an answer to another question is out of date."""
    if what == Inquiry.What.READINESS:
        return _offered(draft)
    if what == Inquiry.What.PEOPLE:
        return {**_offered(draft), **{role.value: getattr(draft, name) for role, name in LISTS.items()}}
    if what == Inquiry.What.PLAN:
        return findings.planned_for(Onboarding.objects.select_related("offer").get(tenant=draft.tenant))
    return {"tenant": str(draft.tenant.tenant_id)}


def _offered(draft: Draft) -> dict[str, Any]:
    if draft.offer is None:
        raise Refused("wrong_input", field="offer", why="nothing was chosen yet")
    offer = {"offer": draft.offer.slug, "version": draft.offer.version}
    places = {name: value for name in ("azure", "pool") if (value := getattr(draft, name))}
    return {**offer, "tiers": draft.tiers, "approval": draft.approval, **places}


def tick(draft: Draft, proposed: Inquiry | None, ticks: list[str], by: str) -> None:
    """On the page: what the last look proposed."""
    kept = Onboarding.objects.select_related("tenant__customer").get(tenant=draft.tenant)
    take_over(kept, ticks, _proposed(proposed), by, "take over existing")


@transaction.atomic
def take_over(kept: Onboarding, ticks: list[str], offered: set[str], by: str, field: str) -> None:
    """Existing objects as ADDRESS=ID, only of those offered: all of them or, with one that is not, none.

    To what others tick at the same time it adds: the row is held, and read again when it is. That comes after
    the record, as where a run ends: held the other way round, each would wait for the other.
    Refused("wrong_input") names the `field`, in which {} is the tick.
    """
    said = dict[str, str]()
    for each in ticks:
        if each not in offered:
            raise wrong(field.format(each), "this is not one of the objects proposed")
        address, _, remote_id = each.partition("=")
        said[address] = remote_id
        ledger.record(by, "ticked an object", address, kept.tenant.customer, id=remote_id)
    kept.refresh_from_db(fields=["ticked"], from_queryset=Onboarding.objects.select_for_update())
    kept.ticked |= said
    kept.save(update_fields=["ticked"])


def _proposed(inquiry: Inquiry | None) -> set[str]:
    questions = inquiry.answer.get("questions", []) if inquiry and inquiry.is_good else []
    return {
        f"{question['address']}={candidate['id']}"
        for question in questions
        if question["may_tick"]
        for candidate in question["candidates"]
        if not candidate["blockers"]
    }

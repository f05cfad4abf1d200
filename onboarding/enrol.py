"""From a file's answers to a draft: the tenant found, the people resolved, nothing written to any tenant."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from onboarding import offers
from onboarding.intake import Intake, wrong
from onboarding.models import Onboarding
from tenants import consent, ledger
from tenants.directory import Member, Organisation, TenantInfo, members, organisation, tenant_by_id
from tenants.microsoft import apps, bridge, clouds
from tenants.microsoft.discovery import discover
from tenants.microsoft.errors import Refused
from tenants.microsoft.graph import Graph, graph
from tenants.models import Contact, Customer, Person, Provider, ProviderTenant, Tenant


@dataclass(frozen=True, slots=True)
class Facts:
    """What the reader found out about one tenant."""

    tenant_id: str
    own: Organisation
    provider: TenantInfo
    approvers: list[Member]
    reviewers: list[Member]


def enrol(intake: Intake) -> Onboarding:
    """The customer's draft, made or brought up to date. Refused where a person must act first."""
    offer = offers.current(intake.offer)
    tiers = offers.tiers(offer, intake.tiers)
    facts = find_out(intake)
    if intake.agreement and intake.agreement.by not in intake.reviewers:
        raise wrong("agreement.by", "it must be one of the reviewers")
    with transaction.atomic():
        tenant = _tenant(intake, facts)
        people = {m.oid: _person(facts.tenant_id, m) for m in facts.approvers + facts.reviewers}
        _contacts(tenant, facts, people)
        draft, fresh = Onboarding.objects.update_or_create(
            tenant=tenant,
            defaults={
                "offer": offer,
                "tiers": tiers,
                "approvers": [m.oid for m in facts.approvers],
                "reviewers": [m.oid for m in facts.reviewers],
            },
            create_defaults={
                "offer": offer,
                "tiers": tiers,
                "approvers": [m.oid for m in facts.approvers],
                "reviewers": [m.oid for m in facts.reviewers],
                "starts": now().date(),
            },
        )
        if fresh:
            ledger.record("command line", "began a draft", tenant.slug, tenant.customer, offer=offer.slug)
    return draft


def find_out(intake: Intake) -> Facts:
    """Discovery, then the reader: is it let in, whose tenant is it, who are the people."""
    tenant_id = discover(intake.tenant)
    if tenant_id == str(settings.PROVIDER_TENANT_ID):
        raise Refused("own_tenant", tenant=intake.tenant)
    reader = apps.reader()
    if lacking := consent.missing(reader, tenant_id):
        raise Refused(
            "missing_permission", tenant=tenant_id, permission=", ".join(sorted(lacking)), app="reader"
        )
    return bridge.run(_read(graph(clouds.current(), reader, tenant_id), tenant_id, intake))


async def _read(there: Graph, tenant_id: str, intake: Intake) -> Facts:
    own = await organisation(there)
    if own.id != tenant_id:
        raise Refused("wrong_tenant_token", tenant=tenant_id)
    return Facts(
        tenant_id=tenant_id,
        own=own,
        provider=await tenant_by_id(there, str(settings.PROVIDER_TENANT_ID)),
        approvers=await members(there, intake.approvers),
        reviewers=await members(there, intake.reviewers),
    )


def _tenant(intake: Intake, facts: Facts) -> Tenant:
    _provider(facts.provider)
    cloud = clouds.current().name
    known = Tenant.objects.filter(tenant_id=facts.tenant_id, cloud=cloud).first()
    if known is not None and known.slug != intake.slug:
        raise wrong("slug", f"this tenant is already here as {known.slug!r}")
    if known is None and Tenant.objects.filter(slug=intake.slug).exists():
        raise wrong("slug", f"{intake.slug!r} is another tenant")
    if known is not None:
        return known
    customer, _ = Customer.objects.get_or_create(name=intake.customer, defaults={"slug": intake.slug})
    return Tenant.objects.create(
        customer=customer,
        slug=intake.slug,
        tenant_id=facts.tenant_id,
        cloud=cloud,
        domain=facts.own.initial_domain if intake.tenant == facts.tenant_id else intake.tenant.lower(),
        initial_domain=facts.own.initial_domain,
    )


def _provider(info: TenantInfo) -> None:
    """The provider's row is made from what Microsoft says about its tenant; brand and name can be edited."""
    if not ProviderTenant.objects.filter(purpose=ProviderTenant.Purpose.ANALYSTS).exists():
        provider, _ = Provider.objects.get_or_create(name=info.name, defaults={"brand": info.name[:60]})
        ProviderTenant.objects.create(
            provider=provider,
            purpose=ProviderTenant.Purpose.ANALYSTS,
            tenant_id=info.id,
            name=info.name,
        )


def _person(tid: str, member: Member) -> Person:
    names = {"name": member.name, "email": member.mail or member.upn}
    return Person.objects.update_or_create(tid=tid, oid=member.oid, defaults=names)[0]


def _contacts(tenant: Tenant, facts: Facts, people: dict[str, Person]) -> None:
    """Contacts are exactly those the file names."""
    for role, named in ((Contact.Role.APPROVER, facts.approvers), (Contact.Role.REVIEWER, facts.reviewers)):
        tenant.contacts.filter(role=role).exclude(person__oid__in=[m.oid for m in named]).delete()
        for member in named:
            Contact.objects.get_or_create(tenant=tenant, person=people[member.oid], role=role)

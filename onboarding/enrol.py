"""From a customer's answers to rows, in four verbs that the file and the wizard share.

discovered   domain or id → the tenant's id; asks the public discovery page only
let_in       our token for that tenant carries the reader's roles, or Refused
people       addresses → members, each on its own: one that is nobody hides no other
keep         the tenant, its people and what was chosen become the rows a plan is made from
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from onboarding import azure_places, delegating, named, offers, pens, pools
from onboarding.gaps import filled
from onboarding.intake import Intake, wrong
from onboarding.models import Offer, Onboarding
from onboarding.planes import are_asked, lighthouse
from tenants import consent, ledger, provider
from tenants.directory import Member, Organisation, TenantInfo, member, organisation, tenant_by_id
from tenants.home import security_group
from tenants.microsoft import apps, bridge, clouds, parts
from tenants.microsoft.discovery import Discovered, is_guid, look_up
from tenants.microsoft.errors import Refused
from tenants.microsoft.graph import Graph, graph
from tenants.models import Contact, Customer, Provider, ProviderTenant, Tenant


@dataclass(frozen=True, slots=True)
class About:
    """What the reader is told by the tenant itself, and about the provider."""

    own: Organisation
    provider: TenantInfo


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is sold to this tenant. `approval` empty: as the offer says.

    `analysts_group`: as found in the provider's own tenant, where the offer names one. `azure`: the scopes,
    the pool where there is one, and the ids found there.
    """

    offer: Offer
    tiers: list[str]
    approval: str = ""
    analysts_group: str = ""
    azure: Mapping[str, Any] = field(default_factory=dict)


SAME_NAME = (
    'a company of this name is here already. If this is another tenant of it, add customer = "{}"; '
    "if it is another company, give it a name that tells them apart"
)
RESERVED = frozenset({"new"})


@dataclass(frozen=True, slots=True)
class Enrolled:
    """`people`: in sentences, who is named now or no longer, by this file."""

    kept: Onboarding
    people: list[str]


def enrol(intake: Intake) -> Enrolled:
    """The file's way: everything at once. Refused where a person must act first.

    Without reviewers in the file those who are named already stay; where nobody is, the approvers review.
    """
    offer = offers.current(intake.offer)
    if not intake.approvers and are_asked(offer.document["planes"]):
        raise wrong("approvers.emails", "at least one address must be given")
    azure = azure_answers(azure_places.scopes(list(intake.azure)), pools.checked(intake.pool))
    chosen = Chosen(offer, offers.tiers(offer, intake.tiers), azure=azure)
    tenant_id = discovered(intake.tenant).tenant_id
    about = let_in(tenant_id)
    found = _found(intake, tenant_id)
    chosen = with_home(chosen, _called(intake, tenant_id), about.provider)
    with transaction.atomic():
        tenant = _tenant(intake, tenant_id, about)
        introduced(tenant, about)
        before = named.now(tenant)
        kept = keep(tenant, chosen, found, "command line")
        return Enrolled(kept, named.told(before, named.now(tenant)))


def _found(intake: Intake, tenant_id: str) -> dict[str, list[Member]]:
    """Everybody the file names, and no reviewers where those there are to stay."""
    approvers = all_members(people(tenant_id, intake.approvers))
    found = {Contact.Role.APPROVER.value: approvers}
    if stay := {} if intake.reviewers else named.reviewers(tenant_id):
        same = [email for email, one in zip(intake.approvers, approvers, strict=True) if one.oid in stay]
        emails = (*stay.values(), *same)
    else:
        emails = intake.reviewers or intake.approvers
        reviewers = all_members(people(tenant_id, intake.reviewers)) if intake.reviewers else approvers
        found[Contact.Role.REVIEWER.value] = reviewers
    if intake.agreement and intake.agreement.by not in emails:
        raise wrong("agreement.by", "it must be one of the reviewers")
    return found


def discovered(domain_or_id: str) -> Discovered:
    """A tenant that is none of our own and lives in our cloud. Needs no credential: web may ask."""
    found = look_up(domain_or_id)
    if _is_ours(found.tenant_id):
        raise Refused("own_tenant", tenant=domain_or_id)
    if found.login != clouds.current().login.lower():
        raise Refused("other_cloud", domain=domain_or_id, name=found.login)
    if part := parts.elsewhere(found.part, clouds.current()):
        raise Refused("other_part", domain=domain_or_id, name=part.called, setting=part.cloud)
    return found


def _is_ours(tenant_id: str) -> bool:
    """The provider may have several; in a tenant of its own it would agree to its own plans."""
    named = ProviderTenant.objects.filter(tenant_id=tenant_id).exists()
    return named or tenant_id == str(settings.PROVIDER_TENANT_ID)


def let_in(tenant_id: str) -> About:
    """Refused unless the reader is let in there with all its roles and finds itself in that very tenant."""
    check_consent(apps.reader(), tenant_id)
    return bridge.run(_about(graph(clouds.current(), apps.reader(), tenant_id), tenant_id))


def check_consent(app: apps.App, tenant_id: str, besides: Collection[str] = ()) -> None:
    """Refused unless our own token for that tenant carries the app's roles."""
    if lacking := consent.missing(app, tenant_id, besides=besides):
        needed = ", ".join(sorted(lacking))
        raise Refused("missing_permission", tenant=tenant_id, permission=needed, app=app.purpose)


async def _about(there: Graph, tenant_id: str) -> About:
    own = await organisation(there)
    if own.id != tenant_id:
        raise Refused("wrong_tenant_token", tenant=tenant_id)
    return About(own, await tenant_by_id(there, str(settings.PROVIDER_TENANT_ID)))


def people(tenant_id: str, emails: Iterable[str]) -> list[Member | Refused]:
    """Each address as an enabled member or as why it is none, in the order given."""
    there = graph(clouds.current(), apps.reader(), tenant_id)

    async def ask_all() -> list[Member | Refused]:
        return list(await asyncio.gather(*(_member(there, email) for email in emails)))

    return bridge.run(ask_all())


async def _member(there: Graph, email: str) -> Member | Refused:
    try:
        return await member(there, email)
    except Refused as refused:
        if "email" not in refused.facts:
            raise
        return refused


def all_members(found: list[Member | Refused]) -> list[Member]:
    """Raises the first refusal."""
    for each in found:
        if isinstance(each, Refused):
            raise each
    return [each for each in found if isinstance(each, Member)]


def with_home(chosen: Chosen, customer: str, ours: TenantInfo) -> Chosen:
    """With what the offer takes from the provider's own tenant, `ours`, as it stands there today."""
    return _with_azure(_with_group(chosen, ours), customer, ours)


def azure_answers(scopes: list[str], pool: str) -> dict[str, Any]:
    return {"scopes": scopes, **({"pool": pool} if pool else {})}


def _with_azure(chosen: Chosen, customer: str, ours: TenantInfo) -> Chosen:
    scopes, pool = chosen.azure.get("scopes"), chosen.azure.get("pool")
    if pool and not (
        delegating.sells(chosen.offer) and lighthouse.takes_pool(chosen.offer.document["lighthouse"])
    ):
        raise wrong("azure.pool", f"no group of {chosen.offer.name} is shared by a pool; leave it out")
    if not delegating.sells(chosen.offer):
        if scopes:
            raise wrong("azure.subscriptions", f"{chosen.offer.name} holds nothing in Azure; leave them out")
        return replace(chosen, azure={})
    if not scopes:
        raise wrong("azure.subscriptions", f"{chosen.offer.name} is for Azure, too: name at least one")
    found = delegating.looked_up(chosen.offer, chosen.tiers, dict(chosen.azure), customer, ours)
    return replace(chosen, azure=found)


def _with_group(chosen: Chosen, home: TenantInfo) -> Chosen:
    """The analysts' group by its name in the offer, its gaps filled."""
    name = chosen.offer.document.get("analysts_group", "")
    if not name or "cross_tenant_access" not in chosen.offer.document["planes"]:
        return chosen
    there = graph(clouds.current(), pens.registered(pens.HOME), home.id)
    found = bridge.run(security_group(there, filled(name, provider.names(home.name))))
    return replace(chosen, analysts_group=found.id)


def introduced(tenant: Tenant, about: About) -> None:
    """The names Microsoft gives the tenant, and the provider's row, see `manage.py provider`."""
    if is_guid(tenant.domain):
        tenant.domain = about.own.initial_domain
    tenant.initial_domain = about.own.initial_domain
    tenant.save(update_fields=["domain", "initial_domain"])
    if not ProviderTenant.objects.filter(purpose=ProviderTenant.Purpose.ANALYSTS).exists():
        name, purpose = about.provider.name, ProviderTenant.Purpose.ANALYSTS
        row = provider.ours() or Provider.objects.create(name=name, brand=name[:60])
        ProviderTenant.objects.create(provider=row, purpose=purpose, tenant_id=about.provider.id, name=name)


def keep(tenant: Tenant, chosen: Chosen, found: named.People, by: str) -> Onboarding:
    """Contacts are exactly those named, of each role that is named; the start date is fixed once."""
    named.keep(tenant, found, by)
    approvers = [m.oid for m in found[Contact.Role.APPROVER]]
    answers: dict[str, Any] = {
        "offer": chosen.offer,
        "tiers": chosen.tiers,
        "approval": chosen.approval,
        "analysts_group": chosen.analysts_group,
        "azure": dict(chosen.azure),
        "approvers": approvers,
        "reviewers": list(named.reviewers(str(tenant.tenant_id))),
    }
    answers |= _said_otherwise(tenant, chosen, approvers)
    kept, fresh = Onboarding.objects.update_or_create(
        tenant=tenant, defaults=answers, create_defaults={**answers, "starts": now().date()}
    )
    delegating.check(kept)
    if fresh:
        ledger.record(by, "kept the answers", tenant.slug, tenant.customer, offer=chosen.offer.slug)
    return kept


def _said_otherwise(tenant: Tenant, chosen: Chosen, approvers: list[str]) -> dict[str, Any]:
    """What means the same as the answers before stays as it was said then: a plan made since still counts."""
    before = Onboarding.objects.filter(tenant=tenant).first()
    if before is None:
        return {}
    same, usual = dict[str, Any](), chosen.offer.document["approval"]
    if (before.approval or usual) == (chosen.approval or usual):
        same["approval"] = before.approval
    if sorted(before.approvers) == sorted(approvers):
        same["approvers"] = before.approvers
    return same


def _tenant(intake: Intake, tenant_id: str, about: About) -> Tenant:
    """The row of the tenant, once; a file under another slug is told so."""
    cloud = clouds.current().name
    known = Tenant.objects.filter(tenant_id=tenant_id, cloud=cloud).first()
    if known is not None and known.slug != intake.slug:
        raise wrong("slug", f"this tenant is already here as {known.slug!r}")
    if known is not None:
        return known
    domain = about.own.initial_domain if is_guid(intake.tenant.lower()) else intake.tenant.lower()
    return tenant_of(_owner(intake), intake.slug, tenant_id, domain)


def _called(intake: Intake, tenant_id: str) -> str:
    """The customer's name as it is here, however the file writes it: groups are named after it."""
    known = Customer.objects.filter(tenants__tenant_id=tenant_id, tenants__cloud=clouds.current().name)
    owner = known.first() or Customer.objects.filter(name__iexact=intake.customer).first()
    return owner.name if owner else intake.customer


def _owner(intake: Intake) -> Customer:
    """The company the file names as its customer, else a new one, which must not be called like another."""
    there = list(Customer.objects.filter(name__iexact=intake.customer)[:2])
    if there and not intake.joins:
        raise wrong("name", SAME_NAME.format(there[0].name))
    if len(there) > 1:
        raise wrong("customer", "several companies are called so; begin this tenant in the wizard")
    return there[0] if there else Customer(name=intake.customer, slug=intake.slug)


def tenant_of(owner: Customer, slug: str, tenant_id: str, domain: str) -> Tenant:
    """Refused where its short name is taken or is a page's. A new owner is saved with it."""
    if slug in RESERVED:
        raise wrong("slug", f"{slug!r} is the name of a page here; give the customer a longer name")
    if Tenant.objects.filter(slug=slug).exists():
        raise wrong("slug", f"{slug!r} is another tenant")
    if owner.pk is None:
        owner.save()
    return Tenant.objects.create(
        customer=owner, slug=slug, tenant_id=tenant_id, cloud=clouds.current().name, domain=domain
    )

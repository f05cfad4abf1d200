"""Pools: customers that are opened together, because groups of ours that are named after it serve all.

A pool is a name among a customer's answers, and so under its plan's number; whoever has the same is in it.
It is never all customers: one activation would open every one of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from onboarding import plans
from onboarding.intake import wrong
from onboarding.models import Onboarding, OwnedObject, Plan, Run, Step
from onboarding.planes import lighthouse
from tenants import ledger
from tenants.microsoft.errors import Refused
from tenants.models import Customer, Tenant

LONGEST = 60
FEW = 3
"""So many customers may all be in one pool; of more, somebody has to be left out."""
ALL = frozenset({"all", "all customers", "every customer", "everybody", "everyone", "any", "default"})
PLAIN = (
    "type a line of 1 to 60 characters that all show, "
    "with a letter or digit, without braces, quotes or secrets"
)
NOT_ALL = "a pool is some customers and never all of them; name what these have in common"
NAMES_ONE = "it names the customer {name}, and all customers of the pool would read it; name what they share"


def checked(typed: str, field: str = "azure.pool", here: Collection[str] | None = None) -> str:
    """A pool's name as it is `here` already, or a new one; "" for none. Refused("wrong_input") with why."""
    name = re.sub(" +", " ", typed).strip()
    if not name:
        return ""
    if not _is_plain(name):
        raise wrong(field, PLAIN)
    if _key(name) in ALL:
        raise wrong(field, NOT_ALL)
    same = (each for each in (known() if here is None else here) if _key(each) == _key(name))
    return next(same, None) or _new(name, field)


def _is_plain(name: str) -> bool:
    """Nothing that would not show, or look like a gap, a quoted end or a secret."""
    odd = not name.isprintable() or set(name) & set("{}“”\"'<>") or ledger.holds_secret(name)
    return not odd and len(name) <= LONGEST and any(each.isalnum() for each in name)


def _new(name: str, field: str) -> str:
    for customer in Customer.objects.values_list("name", flat=True):
        if re.search(rf"(?<!\w){re.escape(_key(customer))}(?!\w)", _key(name)):
            raise wrong(field, NAMES_ONE.format(name=customer))
    return name


def _key(name: str) -> str:
    """Names that differ in nothing but how they are written are one."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def known(besides: Customer | None = None) -> Mapping[str, list[str]]:
    """Each pool with the names of the customers in it, or in it until their change is carried out."""
    return named(answers(besides))


def named(others: Iterable[Onboarding], besides: Customer | None = None) -> Mapping[str, list[str]]:
    """The same of answers that were read before; a pool with nobody else in it is named, too."""
    found = defaultdict[str, set[str]](set)
    for each in others:
        if pool := each.azure.get("pool"):
            found[pool] |= set() if each.tenant.customer == besides else {each.tenant.customer.name}
    return {pool: sorted(found[pool], key=str.casefold) for pool in sorted(found, key=str.casefold)}


def answers(besides: Customer | None = None) -> list[Onboarding]:
    """What other customers were sold for Azure; and, where something stands, what they are held to by now."""
    standing = set(OwnedObject.objects.filter(kind="delegation").values_list("tenant_id", flat=True))
    rows = going_on().select_related("offer", "tenant__customer").exclude(tenant__customer=besides)
    kept = list(rows.exclude(~Q(tenant__in=standing), azure={}))
    return [*kept, *plans.all_as_agreed([each for each in kept if each.tenant_id in standing])]


def going_on() -> QuerySet[Onboarding]:
    """Without those that have ended and left nothing standing, until their answers are given anew."""
    standing = OwnedObject.objects.filter(kind="delegation", tenant=OuterRef("tenant"))
    over = Exists(_ends().filter(opened_at__gt=OuterRef("kept_at"))) | Q(Exists(_ends()), kept_at=None)
    return Onboarding.objects.exclude(Q(over), ~Exists(standing))


def _ends() -> QuerySet[Run]:
    """The last run of an answer's tenant, where it took everything away and all of that was read back."""
    others = Run.objects.exclude(plan__purpose=Plan.Purpose.ACCESS)
    later = others.filter(tenant=OuterRef("tenant"), pk__gt=OuterRef("pk"))
    undone = Step.objects.filter(run=OuterRef("pk")).exclude(state=Step.State.VERIFIED)
    ends = others.filter(plan__purpose=Plan.Purpose.OFFBOARD).exclude(closed_at=None)
    return ends.exclude(Exists(undone)).exclude(Exists(later)).filter(tenant=OuterRef("tenant"))


def stands(tenant: Tenant) -> bool:
    return tenant.owned.filter(kind="delegation").exists()


def sharing(others: Iterable[Onboarding], pool: str) -> Mapping[str, Collection[str]]:
    """By group, the short names of those that may share it: of this pool, with it in the group's name."""
    found = defaultdict[str, set[str]](set)
    for each in others if pool else ():
        if each.azure.get("pool") == pool:
            for group in lighthouse.pooled(plans.answers(each)):
                found[group].add(str(each.tenant.customer.slug))
    return found


def check(kept: Onboarding, others: Collection[Onboarding]) -> None:
    """Refused where the pool would be all customers that have Azure here, once these are more than a few."""
    pool, tenant = kept.azure.get("pool"), kept.tenant
    if not pool or (stands(tenant) and plans.as_agreed(kept).azure.get("pool") == pool):
        return
    named_here = {each.tenant.customer.name for each in others if each.azure}
    there = named(others).get(pool, [])
    if len(named_here) >= FEW and named_here <= set(there):
        raise Refused("pool_of_all", name=pool, count=str(len(named_here) + 1), why=", ".join(there))

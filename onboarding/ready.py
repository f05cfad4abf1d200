"""Readiness of one tenant: every check, asked with what is planned and who is named."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from onboarding import delegating, guarding, pens
from onboarding.engine.plan import Plan
from onboarding.gaps import filled
from onboarding.reason_parts import ENTRA_HOME, LICENCES, OUR_APPS, OVERVIEW, REGISTRATIONS, USERS
from onboarding.words import reasons
from tenants import guest_entry, provider
from tenants.checks import US, Answers, Ask, Check, failed, passed
from tenants.home import CHECKS as HOME_CHECKS
from tenants.microsoft import apps, bridge, clouds
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph, graph
from tenants.models import ProviderTenant, Tenant
from tenants.readiness import CHECKS, approvers, check_all, licence
from tenants.trusting import multitenant_portal, targets

INBOUND, EVERYBODY = "partner_inbound", "AllUsers"
AS_GUESTS = (
    guest_entry.invitations,
    guest_entry.inbound,
    guest_entry.conditional_access,
    guest_entry.security_defaults,
)
ONLY_FOR = {
    "access_packages": frozenset({licence, approvers, *AS_GUESTS}),
    "cross_tenant_access": frozenset(AS_GUESTS),
}
"""Ways in and the checks that some of them alone need; every other check is for all of them."""

PLACES = {
    "licence": LICENCES,
    "initial domain": OVERVIEW,
    "approvers": USERS,
    "our app in our own tenant": REGISTRATIONS,
}


def needed(planes: Collection[str], checks: Sequence[Ask]) -> list[Ask]:
    """Azure Lighthouse makes no guest and hands out no package, so it asks for no licence either."""
    special = frozenset[Ask]().union(*ONLY_FOR.values())
    wanted = frozenset[Ask]().union(*(ONLY_FOR.get(plane, ()) for plane in planes))
    return [each for each in checks if each in wanted or each not in special]


def ask(
    tenant: Tenant,
    plan: Plan,
    named: Iterable[str],
    sold: Mapping[str, Any],
    checks: Sequence[Ask] = CHECKS,
) -> list[Check]:
    """`plan` says which objects have names we would give, `sold` is the offer."""
    ours = ProviderTenant.objects.get(purpose=ProviderTenant.Purpose.ANALYSTS)
    alike = tuple((q.address, c.remote_id) for q in plan.questions for c in q.candidates)
    here, home = str(tenant.tenant_id), str(ours.tenant_id)
    trusts = "cross_tenant_access" in sold["planes"]
    azure = [*guarding.checks(tenant), delegating.roles_check(home)] if "lighthouse" in sold["planes"] else []
    reader = graph(clouds.current(), apps.reader(), here)
    group = filled(sold.get("analysts_group", ""), provider.names(ours.name))
    let_in = _let_in(tenant, plan)
    names = _names(reader, home, let_in) if trusts else {}
    answers = Answers(home, tuple(named), alike, here, trusts, group, let_in, names)
    checks = needed(sold["planes"], checks)
    if not trusts:
        return bridge.run(check_all(reader, answers, checks)) + azure
    found = bridge.run(check_all(reader, answers, [*checks, multitenant_portal]))
    return found + azure + _at_home(home, answers) + [registered("trust")]


def _let_in(tenant: Tenant, plan: Plan) -> tuple[str, ...]:
    """Whom the entry for the provider lets in by the plan, or did by the one before."""
    planned = [each.resource.spec for each in plan.changes if each.resource.kind == INBOUND]
    kept = [row.spec for row in tenant.owned.filter(kind=INBOUND)]
    return tuple(id for spec in (*planned, *kept) for id in targets(spec.get("b2bCollaborationInbound")))


def _names(reader: Graph, home: str, known: Collection[str]) -> dict[str, str]:
    """Of whoever else is let in now, where the provider's own tenant can be asked for them."""
    if not apps.is_registered(pens.HOME):
        return {}
    return bridge.run(_named(reader, graph(clouds.current(), apps.home(), home), home, known))


async def _named(reader: Graph, ours: Graph, home: str, known: Collection[str]) -> dict[str, str]:
    """An id without a name is still told: nothing is held up by a name."""
    found: dict[str, str] = {}
    with suppress(Later, Refused, NotFound, Rejected):
        entry = await guest_entry.partner(reader, home)
        for id in targets(entry.get("b2bCollaborationInbound")):
            if id not in known and id != EVERYBODY:
                group = await ours.get(ours.client.groups.by_group_id(id).to_get_request_information())
                found[id] = str(group.get("displayName", ""))
    return found


def _at_home(home: str, answers: Answers) -> list[Check]:
    """The other half stands in the provider's own tenant."""
    if registered(pens.HOME).state != "pass":
        return [registered(pens.HOME)]
    return bridge.run(check_all(graph(clouds.current(), apps.home(), home), answers, HOME_CHECKS))


def registered(purpose: str) -> Check:
    """Not every portal has an app for every way in."""
    name = f"registration of {OUR_APPS[purpose]} at Microsoft"
    if apps.is_registered(purpose):
        return replace(passed("The portal has it."), name=name)
    words = reasons.words("not_registered", {"app": purpose})
    return replace(failed(words.what, words.next, US), name=name)


def is_ready(checks: Iterable[Check]) -> bool:
    """No check failed. A warning or an unknown is shown and left to the person."""
    return all(check.state != "fail" for check in checks)


def where(check: Check) -> str:
    """The page of Microsoft's on which a check that failed is mended; nothing for one that is well."""
    return "" if check.state == "pass" else PLACES.get(check.name, ENTRA_HOME)

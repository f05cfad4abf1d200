"""Can our analysts get in as guests? What the tenant's own policies say about invitations, B2B and sign-in.

Nothing here is ours to change: each answer says what was found, and what the customer's administrator can do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from tenants import trusting
from tenants.checks import US, Answers, Check, check, failed, passed, warned
from tenants.microsoft.errors import NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph

Policy = Mapping[str, Any]
Reach = Literal["all", "some", "none"]


@check("who may invite guests")
async def invitations(graph: Graph, answers: Answers) -> Check:
    policy = await graph.get(graph.client.policies.authorization_policy.to_get_request_information())
    allowed = policy.get("allowInvitesFrom")
    if allowed == "none":
        return failed(
            "Nobody may invite guests into this tenant, not even an administrator.",
            "Let administrators and guest inviters invite guests (External collaboration settings).",
        )
    if allowed == "everyone":
        return warned(
            "Everybody may invite guests into this tenant, guests included.",
            "Consider letting only administrators and guest inviters do so.",
        )
    return passed(f"Guests may be invited by: {allowed}.")


@check("inbound B2B collaboration")
async def inbound(graph: Graph, answers: Answers) -> Check:
    """The partner entry wins over the default; what it leaves null is inherited."""
    default = await graph.get(
        graph.client.policies.cross_tenant_access_policy.default.to_get_request_information()
    )
    ours = await partner(graph, answers.provider_tenant_id)
    own_words = ours.get("b2bCollaborationInbound")
    found = reach(own_words or default.get("b2bCollaborationInbound"))
    where = "The entry for the provider's tenant" if own_words else "The default for all other tenants"
    if answers.trusts:
        return trusting.inbound(found, own_words, where, answers)
    return _inbound_words(found, where, answers.provider_tenant_id)


@check("conditional access for guests")
async def conditional_access(graph: Graph, answers: Answers) -> Check:
    try:
        policies = await graph.pages(
            graph.client.identity.conditional_access.policies.to_get_request_information()
        )
    except (Rejected, Refused) as error:
        if not _not_licensed(error):
            raise
        return passed(
            "This tenant has no licence for conditional access, so no such policy can stand in the way."
        )
    hits = [policy for policy in policies if _hits(policy, answers.provider_tenant_id)]
    if answers.trusts:
        return trusting.conditional_access(hits)
    names = [str(policy.get("displayName")) for policy in hits]
    if not names:
        return passed("No enabled conditional access policy applies to guests.")
    return warned(
        f"Conditional access policies apply to guests: {', '.join(names)}.",
        "Make sure guests from the provider's tenant can meet them, for instance by trusting its MFA.",
    )


@check("security defaults")
async def security_defaults(graph: Graph, answers: Answers) -> Check:
    builder = graph.client.policies.identity_security_defaults_enforcement_policy
    policy = await graph.get(builder.to_get_request_information())
    if not policy.get("isEnabled"):
        return passed("Security defaults are off.")
    return warned(
        "Security defaults are on: each guest must register MFA in this tenant.",
        "Tell the analysts to expect the registration at their first sign-in.",
        US,
    )


async def partner(graph: Graph, tenant_id: str) -> Policy:
    partners = graph.client.policies.cross_tenant_access_policy.partners
    builder = partners.by_cross_tenant_access_policy_configuration_partner_tenant_id(tenant_id)
    try:
        return await graph.get(builder.to_get_request_information())
    except NotFound:
        return {}


def reach(b2b: Policy | None) -> Reach:
    """How much of "everybody, to every application" a B2B setting lets in."""
    parts = [_part((b2b or {}).get(key)) for key in ("usersAndGroups", "applications")]
    return "none" if "none" in parts else "some" if "some" in parts else "all"


def _part(setting: Policy | None) -> Reach:
    """An absent setting is Microsoft's own default: everything is allowed."""
    if not setting:
        return "all"
    everything = {"AllUsers", "AllApplications"} & {
        target["target"] for target in setting.get("targets") or []
    }
    if setting.get("accessType") == "blocked":
        return "none" if everything or not setting.get("targets") else "some"
    return "all" if everything else "some"


def _inbound_words(found: Reach, where: str, provider: str) -> Check:
    add = f"Add tenant {provider} under Cross-tenant access settings and allow B2B collaboration inbound"
    if found == "none":
        return failed(f"{where} blocks inbound B2B collaboration.", f"{add}.")
    if found == "some":
        return warned(
            f"{where} lets in only some people or applications.",
            f"{add} for the analysts, or make sure that they and My Access are among those let in.",
        )
    return passed(f"{where} lets in B2B guests.")


def _not_licensed(error: Rejected | Refused) -> bool:
    """Microsoft answers 403 here when the tenant has no P1: nothing is wrong with our permissions."""
    if isinstance(error, Refused):
        return error.reason == "no_licence" or "not licensed" in " ".join(map(str, error.facts.values()))
    return error.status == 403 and "not licensed" in error.message


def _hits(policy: Policy, provider: str) -> bool:
    users = (policy.get("conditions") or {}).get("users") or {}
    named = set(users.get("includeUsers") or [])
    hit = bool(named & {"All", "GuestsOrExternalUsers"}) or _covers(
        users.get("includeGuestsOrExternalUsers"), provider
    )
    spared = "GuestsOrExternalUsers" in (users.get("excludeUsers") or []) or _covers(
        users.get("excludeGuestsOrExternalUsers"), provider
    )
    return policy.get("state") == "enabled" and hit and not spared


def _covers(guests: Policy | None, provider: str) -> bool:
    """Whether "guests or external users" means B2B guests from the provider's tenant."""
    if not guests:
        return False
    kinds = str(guests.get("guestOrExternalUserTypes") or "b2bCollaborationGuest").split(",")
    tenants = guests.get("externalTenants") or {}
    everywhere = tenants.get("membershipKind", "all") == "all"
    return "b2bCollaborationGuest" in kinds and (everywhere or provider in (tenants.get("members") or []))

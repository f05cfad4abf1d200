"""Readiness where an offer sets trust between the tenants: what stands in its way, and what it makes good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tenants.checks import Answers, Check, check, failed, passed, warned
from tenants.microsoft.graph import Graph

Policy = Mapping[str, Any]
PREMIUM = frozenset({"41781fb2-bc02-4b7c-bd55-b576c07bb09d", "eec0eb4f-6444-4f95-aba0-50c24d67f998"})
"""Service plans with conditional access: Microsoft Entra ID P1 and P2."""
TRUSTED = frozenset({"mfa", "compliantDevice"})
INSTEAD = (
    "Ask guests for multifactor authentication by a conditional access policy, which takes Microsoft "
    "Entra ID P1, and switch security defaults off then."
)


@check("multitenant portal")
async def multitenant_portal(graph: Graph, answers: Answers) -> Check:
    """Seen in the field: it shows nothing of a tenant in which nobody asked the analyst for MFA."""
    builder = graph.client.policies.identity_security_defaults_enforcement_policy
    defaults = (await graph.get(builder.to_get_request_information())).get("isEnabled")
    skus = await graph.pages(graph.client.subscribed_skus.to_get_request_information())
    licensed = any(_is_premium(sku) for sku in skus)
    if not licensed:
        guard = "only security defaults" if defaults else "nothing"
        return warned(
            f"The tenant has no Microsoft Entra ID P1, so {guard} can ask guests for multifactor "
            "authentication. Analysts who are not asked may see nothing of this tenant in Microsoft's "
            "multitenant portal.",
            INSTEAD,
        )
    if defaults:
        return warned(
            "Security defaults are on. They do not ask guests at each sign-in, and Microsoft's multitenant "
            "portal may then show nothing of this tenant.",
            INSTEAD,
        )
    return passed("Conditional access can ask guests for multifactor authentication, and trust it.")


def conditional_access(hits: Sequence[Policy]) -> Check:
    """Of enabled policies that apply to guests: whether trust is enough to meet them."""
    blocking, others = _named(hits, _blocks), _named(hits, _asks_for_more)
    if blocking:
        return failed(
            f"Conditional access policies block guests: {', '.join(blocking)}.",
            "Exclude B2B guests of the provider's tenant from them, if analysts are to come in.",
        )
    if others:
        return warned(
            f"Conditional access policies ask guests for what trust does not give: {', '.join(others)}.",
            "Make sure analysts can meet them; trust covers multifactor authentication and compliant "
            "devices.",
        )
    if not hits:
        return passed("No enabled conditional access policy applies to guests.")
    names = ", ".join(str(policy.get("displayName")) for policy in hits)
    return passed(f"Trust in the provider's tenant meets what these policies ask of guests: {names}.")


def inbound(found: str, own: Policy | None, where: str, answers: Answers) -> Check:
    """What keeps guests out by default is what the entry is for; an entry of the customer's own is not.

    Who comes in today and is not in the analysts' group is locked out by the plan, so that is said first.
    """
    if found == "none" and own:
        return warned(
            f"{where} blocks inbound B2B collaboration. The plan shows what it changes there.",
            "Decide whether the analysts' group may come in; nothing is changed without the agreement.",
        )
    others = [each for each in targets(own) if each not in answers.let_in]
    if targets(own) and not others:
        return passed(f"{where} lets in the analysts' group and nobody else.")
    if found != "none":
        return warned(f"{where} lets in {_listed(others, answers)}. {_locked_out(answers)}", DECIDE)
    return passed(
        f"The entry that this offer sets lets in the analysts' group. Now: {where.lower()} decides."
    )


DECIDE = (
    "Ask who else of the provider's tenant works here as a guest. Whoever is to stay has to be put into the "
    "analysts' group by the provider first, or the offer has to do without trust. The reviewer who agrees to "
    "the plan decides; nothing is changed before."
)


def targets(b2b: Policy | None) -> list[str]:
    """Groups and people whom a setting lets in, by object id, or everybody by that word."""
    who = (b2b or {}).get("usersAndGroups") or {}
    if who.get("accessType") != "allowed":
        return []
    return [str(each["target"]) for each in who.get("targets") or ()]


def _listed(ids: Sequence[str], answers: Answers) -> str:
    if not ids or "AllUsers" in ids:
        return "people of the provider's tenant without naming a group"
    return ", ".join(f"{answers.names[id]} ({id})" if id in answers.names else id for id in ids)


def _locked_out(answers: Answers) -> str:
    return (
        f"After the plan only the group {answers.analysts_group or 'of the analysts'} of the provider's "
        "tenant comes in: other guests of that tenant keep their accounts here, and can no longer sign in."
    )


def _is_premium(sku: Policy) -> bool:
    plans = sku.get("servicePlans") or ()
    usable = sku.get("capabilityStatus") in ("Enabled", "Warning")
    return usable and any(
        plan.get("servicePlanId") in PREMIUM and plan.get("provisioningStatus") == "Success" for plan in plans
    )


def _named(policies: Sequence[Policy], which: Any) -> list[str]:
    return [str(policy.get("displayName")) for policy in policies if which(policy)]


def _controls(policy: Policy) -> tuple[str, set[str], bool]:
    grant = policy.get("grantControls") or {}
    more = grant.get("customAuthenticationFactors") or grant.get("termsOfUse")
    asked = set(grant.get("builtInControls") or ())
    return str(grant.get("operator") or "OR"), asked, bool(more or grant.get("authenticationStrength"))


def _blocks(policy: Policy) -> bool:
    return "block" in _controls(policy)[1]


def _asks_for_more(policy: Policy) -> bool:
    """One of several is enough where the operator is OR."""
    operator, asked, more = _controls(policy)
    if operator == "OR" and asked & TRUSTED:
        return False
    return more or not asked <= TRUSTED

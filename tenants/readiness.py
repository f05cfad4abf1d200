"""Is a tenant ready to be set up? Every question asked at once, each answered in words.

A check is one small function from the tenant's Graph and the wizard's answers to a `Check`. To ask one thing
more, write it and put it into CHECKS.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from tenants import guest_entry
from tenants.checks import US, Answers, Ask, Check, check, failed, passed, warned
from tenants.directory import Member, member, organisation
from tenants.microsoft.errors import Refused
from tenants.microsoft.graph import Graph

__all__ = ["CHECKS", "Answers", "Check", "check_all"]

P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
GOVERNANCE = "e866a266-3cff-43a3-acca-0c90a7e00c8b"

PEOPLE = {
    "no_such_person": "{email} is nobody in this tenant",
    "person_is_guest": "{email} is a guest in this tenant",
    "person_is_disabled": "{email} is disabled",
    "person_is_ambiguous": "{email} fits more than one person",
}


@check("licence")
async def licence(graph: Graph, answers: Answers) -> Check:
    """By service plan, never by product name: a plan comes in dozens of products."""
    skus = await graph.pages(graph.client.subscribed_skus.to_get_request_information())
    usable = [sku for sku in skus if _carries_governance(sku)]
    if any(sku["capabilityStatus"] == "Enabled" for sku in usable):
        return passed("The tenant has Microsoft Entra ID P2 or ID Governance.")
    if usable:
        return warned(
            "The licence for access packages has run out and is in its grace period.",
            "Renew Microsoft Entra ID P2 or ID Governance before the grace period ends.",
        )
    return failed(
        "The tenant has no usable licence for access packages.",
        "Buy or start a trial of Microsoft Entra ID P2 or ID Governance; it can take 8 hours to show.",
    )


@check("initial domain")
async def initial_domain(graph: Graph, answers: Answers) -> Check:
    own = await organisation(graph)
    if own.initial_domain:
        return passed(
            f"The tenant is {own.name}. Its first domain, of which links to My Access are made, is "
            f"{own.initial_domain}."
        )
    return failed("The tenant names no initial domain.", "Make sure that the tenant id is the right one.", US)


@check("approvers")
async def approvers(graph: Graph, answers: Answers) -> Check:
    """At least one enabled member; two, each with a mailbox, are better."""
    if not answers.approvers:
        return failed("No approver is named.", "Name at least one person of the customer, better two.", US)
    found = await asyncio.gather(*(_person(graph, email) for email in answers.approvers))
    wrong = [each for each in found if isinstance(each, str)]
    if wrong:
        return failed(f"{'; '.join(wrong)}.", "Name enabled members of the customer's own tenant.", US)
    return _approvers_words([each for each in found if isinstance(each, Member)])


@check("names that are taken")
async def lookalikes(graph: Graph, answers: Answers) -> Check:
    if not answers.lookalikes:
        return passed("Nothing in the tenant has a name we would give.")
    listed = ", ".join(f"{name} ({id})" for name, id in answers.lookalikes)
    return warned(
        f"Objects with names we would give exist already: {listed}.",
        "Decide for each whether to take it over; nothing found is taken over by itself.",
        US,
    )


CHECKS = (
    licence,
    initial_domain,
    approvers,
    guest_entry.invitations,
    guest_entry.inbound,
    guest_entry.conditional_access,
    guest_entry.security_defaults,
    lookalikes,
)


BEFORE_PEOPLE = tuple(ask for ask in CHECKS if ask is not approvers)
"""What can be asked while nobody is named yet."""


async def check_all(graph: Graph, answers: Answers, checks: Sequence[Ask] = CHECKS) -> list[Check]:
    """Every check, all at once, in the order given."""
    return list(await asyncio.gather(*(ask(graph, answers) for ask in checks)))


def _carries_governance(sku: Mapping[str, Any]) -> bool:
    units = sku.get("prepaidUnits") or {}
    paid = (units.get("enabled") or 0) + (units.get("warning") or 0) > 0
    return (
        paid
        and sku.get("capabilityStatus") in ("Enabled", "Warning")
        and any(
            plan.get("servicePlanId") in (P2, GOVERNANCE) and plan.get("provisioningStatus") == "Success"
            for plan in sku.get("servicePlans") or []
        )
    )


async def _person(graph: Graph, email: str) -> Member | str:
    """The person, or a few words why this address cannot approve."""
    try:
        return await member(graph, email)
    except Refused as refused:
        if refused.reason not in PEOPLE:
            raise
        return PEOPLE[refused.reason].format(email=email)


def _approvers_words(people: list[Member]) -> Check:
    without = [person.upn for person in people if not person.has_mailbox]
    if without:
        return warned(
            f"No mailbox: {', '.join(without)}.",
            "Requests are announced by e-mail; give them a mailbox or name somebody else.",
        )
    if len({person.oid for person in people}) == 1:
        return warned("Only one person can approve.", "Name a second approver for holidays and illness.", US)
    return passed(f"{len(people)} enabled members can approve.")

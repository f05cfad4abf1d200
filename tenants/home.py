"""What is asked of the provider's own tenant: the analysts' group, our app's rights, who may go where.

A check is as in readiness.py; but here an administrator of the provider can carry out the remedy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenants.checks import US, Answers, Check, check, failed, passed, warned
from tenants.consent import HOME_PERMISSIONS, TRUST_PERMISSIONS
from tenants.guest_entry import partner, reach
from tenants.microsoft import credentials
from tenants.microsoft.errors import Refused
from tenants.microsoft.graph import Graph
from tenants.microsoft.queries import groups_named

CONSENT = "Grant it admin consent in the provider's own tenant, under App registrations, API permissions."
OUTBOUND = "b2bCollaborationOutbound"
KIND = ("securityEnabled", "groupTypes")


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    name: str


async def security_group(graph: Graph, name: str) -> Group:
    """The one security group of this name: offers name it, and nobody types an id."""
    found = await graph.pages(groups_named(graph, name, ["id", "displayName", *KIND]))
    if len(found) != 1:
        why = "there is none of this name" if not found else f"{len(found)} groups have this name"
        raise Refused("no_analysts_group", name=name, why=why)
    if why := _unfit(found[0]):
        raise Refused("no_analysts_group", name=name, why=why)
    return Group(found[0]["id"], found[0]["displayName"])


def _unfit(group: Mapping[str, Any]) -> str:
    """A Microsoft 365 group can be security-enabled; Azure Lighthouse takes none all the same (facts A3)."""
    kinds = group.get("groupTypes")
    if kinds is None:
        return "Microsoft does not say of which kind it is"
    if "Unified" in kinds:
        return "it is a Microsoft 365 group, and only a security group can be used"
    return "" if group.get("securityEnabled") else "it is no security group"


@check("our app in our own tenant")
async def app(graph: Graph, answers: Answers) -> Check:
    """By our own token, as everywhere. It is asked where trust is sold."""
    try:
        roles = await asyncio.to_thread(credentials.roles, graph.app, graph.tenant_id, graph.cloud)
    except Refused as refused:
        if refused.reason != "no_admin_consent":
            raise
        return failed("Our app is not let into the provider's own tenant.", CONSENT, US)
    if lacking := sorted((HOME_PERMISSIONS | TRUST_PERMISSIONS) - roles):
        return failed(f"Our app lacks {', '.join(lacking)} in the provider's own tenant.", CONSENT, US)
    return passed("Our app can read and write the provider's side of the trust.")


@check("the analysts' group")
async def group(graph: Graph, answers: Answers) -> Check:
    try:
        found = await security_group(graph, answers.analysts_group)
    except Refused as refused:
        if refused.reason != "no_analysts_group":
            raise
        why = refused.facts["why"]
        return failed(
            f"The group {answers.analysts_group} of the provider's own tenant cannot be used: {why}.",
            "Make a new version of the offer that names exactly one security group.",
            US,
        )
    return passed(
        f"Analysts are the members of the group {found.name} ({found.id}) in the provider's tenant."
    )


@check("guests from our own tenant")
async def outbound(graph: Graph, answers: Answers) -> Check:
    """The provider may keep its own people from being guests anywhere."""
    policy = graph.client.policies.cross_tenant_access_policy
    default = await graph.get(policy.default.to_get_request_information())
    theirs = (await partner(graph, answers.tenant_id)).get(OUTBOUND)
    allowed = reach(theirs or default.get(OUTBOUND))
    where = "entry for the customer" if theirs else "default for other tenants"
    change = "Allow B2B collaboration outbound for the analysts' group under Cross-tenant access settings."
    if allowed == "none":
        return failed(f"The provider's own {where} lets nobody be a guest there.", change, US)
    if allowed == "some":
        return warned(f"The provider's own {where} lets only some people or applications out.", change, US)
    return passed("The provider's own tenant lets its people be guests of the customer.")


CHECKS = (app, group, outbound)

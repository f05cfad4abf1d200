"""Looking up people and tenants in one customer's directory.

An e-mail address typed into the wizard decides nothing: it is resolved here, once, to an object id of an
enabled *member* of that tenant. Guests and people synchronised from another tenant are turned away, since
somebody we brought in ourselves must never be able to approve us.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tenants.microsoft.errors import NotFound, Refused
from tenants.microsoft.graph import Graph
from tenants.microsoft.queries import quoted, users_where

SELECT = [
    "id",
    "displayName",
    "mail",
    "userPrincipalName",
    "userType",
    "accountEnabled",
    "onPremisesSyncEnabled",
    "externalUserState",
]


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the tenant, as its directory knows them."""

    oid: str
    name: str
    mail: str | None
    upn: str
    enabled: bool
    user_type: str
    has_mailbox: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    """The tenant about itself. `initial_domain` is "" where it names none."""

    id: str
    name: str
    initial_domain: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TenantInfo:
    """What any tenant may know about another one."""

    id: str
    name: str
    domain: str


async def members(graph: Graph, emails: Iterable[str]) -> list[Member]:
    """Each address as an enabled member, in the order given; Refused names the first that is none."""
    looked_up = await asyncio.gather(*(member(graph, email) for email in emails), return_exceptions=True)
    for result in looked_up:
        if isinstance(result, BaseException):
            raise result
    return [result for result in looked_up if isinstance(result, Member)]


async def member(graph: Graph, email: str) -> Member:
    """The one enabled member with this address."""
    email = email.strip()
    users = await _users(graph, email)
    where = {"email": email, "domain": email.rpartition("@")[2]}
    if not users:
        raise Refused("no_such_person", **where)
    if len(users) > 1:
        raise Refused("person_is_ambiguous", **where)
    return _enabled_member(users[0], where)


async def organisation(graph: Graph) -> Organisation:
    """The tenant's own id, name and verified domains."""
    found = (await graph.pages(graph.client.organization.to_get_request_information()))[0]
    domains = found.get("verifiedDomains") or []
    initial = [domain["name"] for domain in domains if domain.get("isInitial")]
    return Organisation(
        found["id"],
        found.get("displayName") or "",
        initial[0] if initial else "",
        tuple(domain["name"] for domain in domains),
    )


async def tenant_by_id(graph: Graph, tenant_id: str) -> TenantInfo:
    """The tenant with this id."""
    builder = graph.client.tenant_relationships.find_tenant_information_by_tenant_id_with_tenant_id(
        quoted(tenant_id)
    )
    return await _tenant(graph, builder.to_get_request_information(), tenant_id)


async def tenant_by_domain(graph: Graph, domain: str) -> TenantInfo:
    """Whose tenant a domain belongs to."""
    builder = graph.client.tenant_relationships.find_tenant_information_by_domain_name_with_domain_name(
        quoted(domain)
    )
    return await _tenant(graph, builder.to_get_request_information(), domain)


async def _tenant(graph: Graph, request: Any, asked: str) -> TenantInfo:
    """The SDK keeps the name in a place that all such requests share: of two at once both would ask one."""
    request.path_parameters = dict(request.path_parameters)
    try:
        found = await graph.get(request)
    except NotFound:
        raise Refused("no_such_tenant", domain=asked) from None
    return TenantInfo(found["tenantId"], found.get("displayName") or "", found.get("defaultDomainName") or "")


async def _users(graph: Graph, email: str) -> list[dict[str, Any]]:
    """Everybody with this mail or sign-in name; the same person may have both."""
    asked = [users_where(graph, name, email, SELECT) for name in ("mail", "userPrincipalName")]
    found = await asyncio.gather(*(graph.pages(request) for request in asked))
    return list({user["id"]: user for users in found for user in users}.values())


def _enabled_member(user: Mapping[str, Any], where: dict[str, str]) -> Member:
    if _from_outside(user):
        raise Refused("person_is_guest", **where)
    if not user.get("accountEnabled"):
        raise Refused("person_is_disabled", **where)
    return Member(
        oid=user["id"],
        name=user.get("displayName") or "",
        mail=user.get("mail"),
        upn=user["userPrincipalName"],
        enabled=True,
        user_type=user.get("userType") or "Member",
        has_mailbox=bool(user.get("mail")),
    )


def _from_outside(user: Mapping[str, Any]) -> bool:
    """Cross-tenant synchronisation makes *members* whose home is elsewhere: their UPN tells."""
    upn = str(user.get("userPrincipalName") or "")
    return user.get("userType") == "Guest" or "#EXT#" in upn.upper() or bool(user.get("externalUserState"))

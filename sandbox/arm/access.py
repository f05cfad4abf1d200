"""Who may do what in a subscription: by role assignments of its own tenant, or by a delegation.

Only the token's tenant, object id and its groups count. A right inherited downwards: what is given at a
subscription holds in its groups and resources.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.arm import delegations, roles
from sandbox.arm.calls import Call, beneath, same, subscription_scope
from sandbox.arm.errors import ArmError, denied
from sandbox.cloud import Cloud
from sandbox.tokens import Principal


def check(call: Call, action: str, scope: str) -> None:
    if not allows(call.cloud, call.who, call.tid, action, scope):
        raise denied(name_of(call.who), call.who.oid or "", action, scope)


def name_of(who: Principal) -> str:
    return who.app_id or who.oid or ""


def allows(cloud: Cloud, who: Principal, tid: str, action: str, scope: str) -> bool:
    given = held(cloud, who, tid)
    return any(role.allows(action) for where, role in given if beneath(scope, where))


def sees(cloud: Cloud, who: Principal, tid: str, subscription: str) -> bool:
    """A subscription is listed for whoever holds anything in it, however deep."""
    return any(
        beneath(where, subscription) or beneath(subscription, where) for where, _ in held(cloud, who, tid)
    )


def held(cloud: Cloud, who: Principal, tid: str) -> Iterator[tuple[str, roles.Role]]:
    """(scope, role) of everything the caller holds in a tenant's subscriptions."""
    ids = identities(cloud, who)
    if who.tid != tid:
        yield from delegations.held(cloud, who.tid, ids, tid)
        return
    for each in cloud.store.all(tid, "roleAssignments"):
        given = each["properties"]
        role = roles.BY_ID.get(given["roleDefinitionId"].rpartition("/")[2].lower())
        if role and given["principalId"].lower() in ids:
            yield given["scope"], role


def identities(cloud: Cloud, who: Principal) -> set[str]:
    """The caller's object id and all security groups it is in, also through other groups."""
    groups = cloud.store.all(who.tid, "groups")
    known = {(who.oid or "").lower()}
    while (
        found := {
            group["id"].lower()
            for group in groups
            if group.get("securityEnabled")
            and not known.isdisjoint(m.lower() for m in group.get("members", []))
        }
        - known
    ):
        known |= found
    return known


def wrong_tenant(call: Call) -> ArmError:
    """The subscription is there, but in a tenant the token is not of, and not delegated to it."""
    base = "https://sts.windows.net"
    words = (
        f"The access token is from the wrong issuer '{base}/{call.who.tid}/'. It must match the tenant "
        f"'{base}/{call.tid}/' associated with this subscription. Please use the authority (URL) "
        f"'{call.cloud.origin}/{call.tid}' to get the token."
    )
    header = f'Bearer authorization_uri="{call.cloud.origin}/{call.tid}", error="invalid_token"'
    return ArmError(401, "InvalidAuthenticationTokenTenant", words, headers={"WWW-Authenticate": header})


def check_tenant(call: Call) -> None:
    own, subscription = same(call.who.tid, call.tid), subscription_scope(call.scope)
    if not own and not delegations.is_delegated(call.cloud, call.tid, subscription, call.who.tid):
        raise wrong_tenant(call)

"""How a customer stops one grant by hand: the role it takes, the place, and the ids to look for.

Roles are the least that Microsoft names: Graph's pages "Create accessPackageAssignmentRequest", "Remove
member", "Remove group owner", "Delete a user" and "Delete servicePrincipal".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from access import links
from tenants.microsoft import clouds
from tenants.models import Tenant

About = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stop:
    """`copy` is what is searched for there."""

    role: str
    url: str
    steps: tuple[str, ...]
    copy: str


def stop(tenant: Tenant, about: About) -> Stop:
    return STOPS[about["sort"]](tenant, about)


def _assignment(tenant: Tenant, about: About) -> Stop:
    return Stop(
        "An Identity Governance Administrator, or the package's assignment manager.",
        place("entitlement", tenant),
        (
            "Open Entitlement management, Access packages.",
            f"Open the package “{about['through']}” ({about['ids']['package']}), then Assignments.",
            f"Find {about['name']} ({about['address']}), tick the assignment, choose Remove, and confirm.",
        ),
        about["ids"]["package"],
    )


def _member(tenant: Tenant, about: About) -> Stop:
    return _in_group(tenant, about, "Members")


def _owner(tenant: Tenant, about: About) -> Stop:
    return _in_group(tenant, about, "Owners")


def _in_group(tenant: Tenant, about: About, list_name: str) -> Stop:
    return Stop(
        "A Groups Administrator or User Administrator.",
        place("entra", tenant),
        (
            f"Open Groups, All groups, and search for the group's id: {about['ids']['group']}.",
            f"Open the group “{about['through']}”, then {list_name}.",
            f"Find {about['name']} ({about['ids']['object']}), tick it, and choose Remove.",
        ),
        about["ids"]["group"],
    )


def _guest(tenant: Tenant, about: About) -> Stop:
    return Stop(
        "A User Administrator.",
        place("entra", tenant),
        (
            f"Open Users, All users, and search for the user's id: {about['ids']['user']}.",
            f"Open {about['name']} ({about['address']}), and look at Groups and Assigned roles first.",
            "Choose Delete. The account can be brought back for 30 days.",
        ),
        about["ids"]["user"],
    )


def _app(tenant: Tenant, about: About) -> Stop:
    return Stop(
        "A Cloud Application Administrator or Application Administrator.",
        place("apps", tenant),
        (
            f"In Enterprise applications search for the application's id: {about['ids']['app']}.",
            "Open it, then Properties, Delete, and confirm. "
            "Without the reader app nothing is read back here, without the set-up app nothing ends here.",
        ),
        about["ids"]["app"],
    )


def _left(tenant: Tenant, about: About) -> Stop:
    """After an end nothing is lost with it."""
    app = _app(tenant, about)
    return Stop(app.role, app.url, (app.steps[0], "Open it, then Properties, Delete, and confirm."), app.copy)


def _trust(tenant: Tenant, about: About) -> Stop:
    return Stop(
        "A Security Administrator.",
        place("cross-tenant", tenant),
        (
            f"In Organizational settings find the organisation {about['ids']['partner']}.",
            "Look at what else is set there: others may need it. Then delete the organisation, "
            "or set its inbound settings to inherited.",
        ),
        about["ids"]["partner"],
    )


def _delegation(tenant: Tenant, about: About) -> Stop:
    return Stop(
        "An Owner of the subscription.",
        place("service-providers", tenant),
        (
            "Choose Delegations. Where another page opened: search for Service providers first.",
            f"Find {about['through']} and the scope that stands under What. "
            f"Its id is {about['ids']['delegation']}.",
            "Choose the bin, and confirm. All roles of that delegation end together.",
        ),
        about["ids"]["delegation"],
    )


STOPS: dict[str, Callable[[Tenant, About], Stop]] = {
    "assignment": _assignment,
    "member": _member,
    "owner": _owner,
    "guest": _guest,
    "app": _app,
    "left": _left,
    "trust": _trust,
    "delegation": _delegation,
}


def place(slug: str, tenant: Tenant) -> str:
    known = {"tid": str(tenant.tenant_id), "domain": tenant.initial_domain}
    return links.url_if_any(slug, clouds.current(), **known)

"""Finding tenants, registrations, service principals and people, as the login pages need them."""

from __future__ import annotations

import re
import uuid
from typing import Any

from sandbox.cloud import Cloud
from sandbox.errors import LoginError

ANY_TENANT = {"common", "organizations"}


def tenant(cloud: Cloud, name: str) -> dict[str, Any]:
    """By id or by any of its domains."""
    for found in cloud.store.tenants():
        domains = [domain["name"].lower() for domain in found.get("domains", [])]
        if name.lower() in [found["id"], *domains]:
            return found
    raise LoginError(400, "invalid_tenant", 90002, f"Tenant '{name}' not found.")


def tenants(cloud: Cloud, name: str) -> list[dict[str, Any]]:
    return cloud.store.tenants() if name in ANY_TENANT else [tenant(cloud, name)]


def application(cloud: Cloud, app_id: str) -> dict[str, Any]:
    found = cloud.store.get("", "applications", app_id)
    if not found:
        raise unknown_application(app_id, "any directory")
    return found


def unknown_application(app_id: str, where: str) -> LoginError:
    text = f"Application with identifier '{app_id}' was not found in the directory '{where}'."
    return LoginError(400, "unauthorized_client", 700016, text)


def registered(app: dict[str, Any], redirect_uri: str) -> str:
    if without_port(redirect_uri) not in map(without_port, app.get("redirectUris", [])):
        text = "The redirect URI specified in the request does not match those of the application."
        raise LoginError(400, "invalid_request", 50011, text)
    return redirect_uri


def without_port(redirect_uri: str) -> str:
    """Microsoft does not compare the port of http://localhost (RFC 8252, 7.3), of nothing else."""
    return re.sub(r"\Ahttp://localhost:\d+(?=/|\Z)", "http://localhost", redirect_uri)


def check_audience(app: dict[str, Any], tid: str) -> None:
    if app.get("signInAudience") == "AzureADMyOrg" and tid != app["tenant"]:
        text = f"Application '{app['id']}' is not configured as a multi-tenant application."
        raise LoginError(400, "unauthorized_client", 50194, text)


def service_principal(cloud: Cloud, tid: str, app_id: str) -> dict[str, Any] | None:
    found = (sp for sp in cloud.store.all(tid, "servicePrincipals") if sp["appId"] == app_id)
    return next(found, None)


def grant(cloud: Cloud, tid: str, app: dict[str, Any]) -> dict[str, Any]:
    """An administrator consents to everything the registration asks for; again is harmless."""
    known = service_principal(cloud, tid, app["id"]) or {"id": str(uuid.uuid4())}
    fixed = {"accountEnabled": True, "servicePrincipalType": "Application"}
    names = {"appId": app["id"], "displayName": app["displayName"], "appOwnerOrganizationId": app["tenant"]}
    return cloud.store.put(
        tid, "servicePrincipals", {**known, **fixed, **names, "roles": sorted(app["roles"])}
    )


def members(cloud: Cloud, tid: str) -> list[dict[str, Any]]:
    """People who sign in here; guests sign in at home."""
    return [user for user in cloud.store.all(tid, "users") if user.get("userType") != "Guest"]


def admins(cloud: Cloud, tid: str) -> list[dict[str, Any]]:
    return [user for user in members(cloud, tid) if user.get("isAdmin")]


def person(cloud: Cloud, choice: str) -> tuple[str, dict[str, Any]]:
    """`choice` is "tid/oid", the value of a button."""
    tid, _, oid = choice.partition("/")
    user = cloud.store.get(tid, "users", oid)
    if not user:
        raise LoginError(400, "invalid_grant", 50034, "The user account does not exist in the directory.")
    return tid, user


def label(where: dict[str, Any], user: dict[str, Any]) -> str:
    return f"{user.get('displayName', user['id'])} ({where['displayName']})"


def app_roles(cloud: Cloud, tid: str, app_id: str, oid: str) -> list[str]:
    """Kept as appRoleAssignments: {id, appId, principalId, value}."""
    given = cloud.store.all(tid, "appRoleAssignments")
    return sorted(a["value"] for a in given if a["appId"] == app_id and a["principalId"] == oid)

"""Admin consent: the page that lets an application into a tenant.

Whoever opens it decides in *their* tenant; the way back names that tenant and repeats the state, and neither
proves anything to the portal (facts 10, 16.33).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import directory, session, tokens
from sandbox.cloud import Cloud
from sandbox.errors import LoginError
from sandbox.pages import button, form, listing, page, paragraph

REFUSED = "AADSTS65004: User declined to consent to access the app."
ASKED = ("client_id", "redirect_uri", "state", "scope")
NAMES = {
    "CrossTenantInformation.ReadBasic.All": "Read cross-tenant basic information",
    "Domain.Read.All": "Read domains",
    "EntitlementManagement.Read.All": "Read all entitlement management resources",
    "EntitlementManagement.ReadWrite.All": "Read and write all entitlement management resources",
    "Group.Read.All": "Read all groups",
    "Group.ReadWrite.All": "Read and write all groups",
    "GroupMember.ReadWrite.All": "Read and write all group memberships",
    "GroupMember.Read.All": "Read all group memberships",
    "Organization.Read.All": "Read organization information",
    "Policy.Read.All": "Read your organization's policies",
    "Policy.ReadWrite.CrossTenantAccess": "Read and write your organization's cross tenant access policies",
    "User.Read.All": "Read all users' full profiles",
}
MEANING = (
    "If you accept, this app gets these permissions for all users of your organisation, without a signed-in "
    "user, until an administrator removes it."
)


def routes(cloud: Cloud) -> list[BaseRoute]:
    async def ask(request: Request) -> Response:
        return question(cloud, request, check(cloud, dict(request.query_params)))

    async def decide(request: Request) -> Response:
        given = {name: str(value) for name, value in (await request.form()).items()}
        asked, admin = check(cloud, given), given.get("admin", "")
        answer = decision(cloud, request.path_params["tenant"], asked, admin)
        return answer if admin == "nobody" else session.remember(cloud, answer, admin)

    paths = ("/{tenant}/v2.0/adminconsent", "/{tenant}/adminconsent")
    asking = [Route(path, ask, methods=["GET"]) for path in paths]
    return [*asking, *(Route(path, decide, methods=["POST"]) for path in paths)]


def check(cloud: Cloud, given: dict[str, str]) -> dict[str, str]:
    app = directory.application(cloud, given.get("client_id", ""))
    directory.registered(app, given.get("redirect_uri", ""))
    return {name: given[name] for name in ASKED if given.get(name)}


def question(cloud: Cloud, request: Request, asked: dict[str, str]) -> Response:
    app = directory.application(cloud, asked["client_id"])
    tenants = directory.tenants(cloud, request.path_params["tenant"])
    who = session.choices(cloud, tenants, "admin", "Accept as ", admins=True)
    inner = who + button("admin", "nobody", "Cancel", look="plain")
    body = wanted(cloud, app) + form(request.url.path, asked, inner)
    title = f"Permissions requested by {app['displayName']}"
    return page(title, body, header=session.header(cloud, request))


def wanted(cloud: Cloud, app: dict[str, Any]) -> str:
    maker = directory.tenant(cloud, app["tenant"])["displayName"]
    roles = [f"{NAMES[role]} ({role})" if role in NAMES else role for role in app["roles"]]
    return paragraph(f"{app['displayName']} by {maker} asks for:") + listing(roles) + paragraph(MEANING)


def decision(cloud: Cloud, name: str, asked: dict[str, str], admin: str) -> Response:
    if admin == "nobody":
        return back(asked, {"error": "access_denied", "error_description": REFUSED})
    tid, app = administrator(cloud, name, admin), directory.application(cloud, asked["client_id"])
    directory.check_audience(app, tid)
    known = directory.service_principal(cloud, tid, app["id"])
    granted = directory.grant(cloud, tid, app)
    if not known:
        cloud.begin_to_count(tid, "servicePrincipals", granted["id"])
    scope = asked.get("scope", f"{tokens.GRAPH}/.default")
    return back(asked, {"admin_consent": "True", "tenant": tid, "scope": scope})


def administrator(cloud: Cloud, name: str, choice: str) -> str:
    """The tenant decided for; only its own administrators decide."""
    tid, user = directory.person(cloud, choice)
    if tid not in [where["id"] for where in directory.tenants(cloud, name)]:
        raise LoginError(400, "invalid_request", 50020, "The user account does not exist in this tenant.")
    if not user.get("isAdmin"):
        raise LoginError(403, "access_denied", 90094, "The grant requires administrator permission.")
    return tid


def back(asked: dict[str, Any], result: dict[str, str]) -> Response:
    result |= {"state": asked["state"]} if "state" in asked else {}
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    return RedirectResponse(asked["redirect_uri"] + joint + urlencode(result), 303)

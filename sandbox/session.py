"""Who is signed in to the sandbox in this browser: a cookie with a token the sandbox signed for itself.

Signing in takes a click on a name; there are no passwords. Windows of one browser share the cookie, as
Microsoft's do: for several people at once take several browsers, profiles or private windows.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import jwt
from starlette.requests import Request
from starlette.responses import Response

from sandbox import directory, tokens
from sandbox.cloud import Cloud
from sandbox.errors import LoginError
from sandbox.pages import button, form, paragraph
from sandbox.store import Object

COOKIE = "__Host-sandbox"
AUDIENCE = "sandbox:session"
LIFETIME = 8 * 3600
WINDOWS = (
    "Several people at once need several browsers, profiles or private windows: "
    "the windows of one browser share a sign-in."
)


def remember(cloud: Cloud, answer: Response, choice: str, proved: int | None = None) -> Response:
    """`choice` is "tid/oid", as a button has it; `proved` is when they signed in, if that was before."""
    tid, user = directory.person(cloud, choice)
    at = proved or now(cloud)
    token = tokens.sign(cloud, {"aud": AUDIENCE, "tid": tid, "oid": user["id"], "auth_time": at}, LIFETIME)
    answer.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="lax")
    return answer


def forget(answer: Response) -> Response:
    answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")
    return answer


def now(cloud: Cloud) -> int:
    return int(cloud.clock.now().timestamp())


def person(cloud: Cloud, request: Request) -> tuple[str, Object] | None:
    """The tenant and the person signed in; None where nobody is, or no longer."""
    claims = _claims(cloud, request)
    try:
        return directory.person(cloud, f"{claims['tid']}/{claims['oid']}") if claims else None
    except LoginError:
        return None


def proved(cloud: Cloud, request: Request, choice: str, max_age: int | None) -> int:
    """When the person chosen proved who they are: earlier, if that is not too long ago; else now."""
    claims = _claims(cloud, request)
    if claims.get("tid", "") + "/" + claims.get("oid", "") != choice:
        return now(cloud)
    before = int(claims["auth_time"])
    return now(cloud) if max_age is not None and now(cloud) - before > max_age else before


def _claims(cloud: Cloud, request: Request) -> dict[str, str]:
    try:
        return tokens.read(request.cookies.get(COOKIE, ""), cloud, AUDIENCE)
    except jwt.InvalidTokenError:
        return {}


def header(cloud: Cloud, request: Request) -> str:
    """Who is signed in, and the way out."""
    found = person(cloud, request)
    if not found:
        return "<header><p>Nobody is signed in here.</p></header>"
    tid, user = found
    out = form(f"/{tid}/oauth2/v2.0/logout", {}, '<button class="plain">Sign out</button>')
    who = escape(directory.label(directory.tenant(cloud, tid), user))
    about = f'<strong>{who}</strong> <span class="soft">{escape(role(user))}</span>'
    return f"<header><p>Signed in as {about}</p>{out}</header>"


def choices(cloud: Cloud, tenants: Iterable[Object], name: str, verb: str = "", admins: bool = False) -> str:
    """A button for every person of these tenants, under their tenant's name."""
    return "".join(_people(cloud, tenant, name, verb, admins) for tenant in tenants)


def _people(cloud: Cloud, tenant: Object, name: str, verb: str, admins: bool) -> str:
    found = (directory.admins if admins else directory.members)(cloud, tenant["id"])
    buttons = [person_button(tenant, user, name, verb) for user in found]
    nobody = "" if buttons else paragraph("Nobody here can do this.", "soft")
    return f"<h2>{escape(tenant['displayName'])}</h2>{nobody}{''.join(buttons)}"


def person_button(tenant: Object, user: Object, name: str, verb: str = "") -> str:
    about = f"{role(user)}, {user.get('userPrincipalName', '')}"
    whole = verb + directory.label(tenant, user)
    return button(name, f"{tenant['id']}/{user['id']}", whole, about, "person")


def role(user: Object) -> str:
    title = str(user.get("jobTitle") or "No job title")
    return f"{title}, administrator" if user.get("isAdmin") and title != "Administrator" else title

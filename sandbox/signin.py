"""Signing in: a page to choose a person, an authorization code with PKCE, an id_token, refresh.

Codes and refresh tokens are tokens the sandbox signs for itself, so nothing has to be kept but which codes
are spent.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlencode

import jwt
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import choosing, directory, microsofts, session, tokens
from sandbox.cloud import Cloud
from sandbox.credentials import challenge_of
from sandbox.errors import LoginError
from sandbox.pages import button, form, page, paragraph

TO_WHOM = ("client_id", "redirect_uri", "state", "response_mode")
ASKED = (*TO_WHOM, "nonce", "scope", "code_challenge", "prompt", "max_age", "login_hint", "domain_hint")
CHOOSE = "{} asks who you are. Choose a person; there are no passwords here."
NOBODY = "A silent sign-in request was sent but no user is signed in."
ELSEWHERE = "The user account does not exist in this tenant and cannot be asked for another."
SIGNED_OUT = "Nobody is signed in to the sandbox in this browser any more. You can close this window."


def routes(cloud: Cloud) -> list[BaseRoute]:
    async def authorize(request: Request) -> Response:
        asked = check(cloud, dict(request.query_params))
        return (
            silent(cloud, request, asked) if asked.get("prompt") == "none" else choose(cloud, request, asked)
        )

    async def chosen(request: Request) -> Response:
        given = {name: str(value) for name, value in (await request.form()).items()}
        asked = check(cloud, {**given, "response_type": "code", "code_challenge_method": "S256"})
        if given.get("person") == "nobody":
            return answer(asked, {"error": "access_denied", "error_description": "AADSTS65004: declined."})
        choice = given.get("person", "")
        allowed(cloud, request.path_params["tenant"], choice)
        at = session.proved(cloud, request, choice, max_age(asked))
        return session.remember(cloud, answer(asked, {"code": code(cloud, asked, choice, at)}), choice, at)

    async def logout(request: Request) -> Response:
        return session.forget(page("You have signed out", paragraph(SIGNED_OUT)))

    path = "/{tenant}/oauth2/v2.0/"
    return [
        Route(f"{path}authorize", authorize, methods=["GET"]),
        Route(f"{path}authorize", chosen, methods=["POST"]),
        Route(f"{path}logout", logout, methods=["GET", "POST"]),
    ]


def check(cloud: Cloud, query: dict[str, str]) -> dict[str, str]:
    """What was asked, once it may be asked."""
    app = directory.application(cloud, query.get("client_id", ""))
    directory.registered(app, query.get("redirect_uri", ""))
    if query.get("response_type") != "code":
        raise LoginError(400, "unsupported_response_type", 70005, "Only the response type 'code' is known.")
    if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
        raise LoginError(400, "invalid_request", 501491, "The code challenge method must be S256.")
    return {name: query[name] for name in ASKED if query.get(name)}


def allowed(cloud: Cloud, name: str, choice: str) -> None:
    tid, user = directory.person(cloud, choice)
    if (
        tid not in [where["id"] for where in directory.tenants(cloud, name)]
        or user.get("userType") == "Guest"
    ):
        raise LoginError(400, "invalid_grant", 50020, "The user account does not exist in this tenant.")


def silent(cloud: Cloud, request: Request, asked: dict[str, str]) -> Response:
    """`prompt=none`: no page. `login_required` where not the one person is signed in that was hinted at."""
    found, hint = session.person(cloud, request), asked.get("login_hint", "")
    if found is None or (hint and str(found[1].get("userPrincipalName", "")).lower() != hint.lower()):
        return answer(asked, {"error": "login_required", "error_description": f"AADSTS50058: {NOBODY}"})
    choice = f"{found[0]}/{found[1]['id']}"
    try:
        allowed(cloud, request.path_params["tenant"], choice)
    except LoginError:
        return answer(
            asked, {"error": "interaction_required", "error_description": f"AADSTS50020: {ELSEWHERE}"}
        )
    at = session.proved(cloud, request, choice, None)
    return answer(asked, {"code": code(cloud, asked, choice, at)})


def choose(cloud: Cloud, request: Request, asked: dict[str, str]) -> Response:
    app = directory.application(cloud, asked["client_id"])
    tenants = directory.tenants(cloud, request.path_params["tenant"])
    people = choosing.folded(cloud, request, tenants, asked, app["tenant"])
    inner = people + button("person", "nobody", "Cancel", look="plain")
    asks = paragraph(CHOOSE.format(app["displayName"]))
    body = asks + form(request.url.path, asked, inner) + paragraph(session.WINDOWS, "soft")
    return page("Sign in", body, header=session.header(cloud, request))


def answer(asked: dict[str, str], result: dict[str, str]) -> Response:
    """By redirect, or by a form the person sends on: the page has no scripts."""
    result |= {"state": asked["state"]} if "state" in asked else {}
    if asked.get("response_mode") == "form_post":
        return page("Continue", form(asked["redirect_uri"], result, "<button>Continue</button>"))
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    return RedirectResponse(asked["redirect_uri"] + joint + urlencode(result), 303)


def max_age(asked: dict[str, str]) -> int | None:
    """Seconds; `prompt=login` takes no earlier sign-in at all."""
    if asked.get("prompt") == "login":
        return -1
    return int(asked["max_age"]) if asked.get("max_age", "").isdigit() else None


def code(cloud: Cloud, asked: dict[str, str], choice: str, proved: int) -> str:
    tid, user = directory.person(cloud, choice)
    own = {"aud": "sandbox:code", "tid": tid, "oid": user["id"], "auth_time": proved}
    return tokens.sign(cloud, {"asked": asked, **own}, lifetime=600)


def redeem(cloud: Cloud, app: dict[str, Any], given: dict[str, str]) -> dict[str, object]:
    claims = _read(cloud, given.get("code", ""), "sandbox:code")
    asked = claims["asked"]
    if claims["uti"] in cloud.spent:
        raise _bad_grant(54005, "The code was already redeemed.")
    if (asked["client_id"], asked["redirect_uri"]) != (app["id"], given.get("redirect_uri")):
        raise _bad_grant(50011, "The code was issued to another application or address.")
    if asked.get("code_challenge", "") != _challenge(given):
        raise _bad_grant(501481, "The code_verifier does not match the code_challenge.")
    cloud.spent.add(claims["uti"])
    return issue(cloud, app, claims, asked)


def refresh(cloud: Cloud, app: dict[str, Any], given: dict[str, str]) -> dict[str, object]:
    claims = _read(cloud, given.get("refresh_token", ""), "sandbox:refresh")
    if claims["asked"]["client_id"] != app["id"]:
        raise _bad_grant(700005, "The refresh token was issued to another application.")
    scope = given.get("scope") or claims["asked"].get("scope", "openid profile")
    return issue(cloud, app, claims, {**claims["asked"], "nonce": "", "scope": scope})


def issue(
    cloud: Cloud, app: dict[str, Any], claims: dict[str, Any], asked: dict[str, str]
) -> dict[str, object]:
    microsofts.check(cloud, app, claims, asked)
    tid, user = directory.person(cloud, f"{claims['tid']}/{claims['oid']}")
    kept = {name: claims[name] for name in ("tid", "oid", "auth_time")}
    again = tokens.sign(cloud, {"aud": "sandbox:refresh", "asked": asked, **kept}, lifetime=90 * 86400)
    scope = asked.get("scope", "openid profile")
    return {
        "token_type": "Bearer",
        "scope": scope,
        "expires_in": 3599,
        "access_token": tokens.person_token(cloud, tid, user, app["id"], scope, audience(scope)),
        "refresh_token": again,
        "id_token": id_token(cloud, app, claims, asked.get("nonce", "")),
        "client_info": _client_info(tid, user["id"]),
    }


def audience(scope: str) -> str:
    """An access token is for one resource; that of Azure only where a scope names it."""
    azure = (f"{tokens.ARM}/", f"{tokens.OLD_ARM}/")
    return tokens.ARM if any(each.startswith(azure) for each in scope.split()) else tokens.GRAPH


def id_token(cloud: Cloud, app: dict[str, Any], claims: dict[str, Any], nonce: str) -> str:
    tid, user = directory.person(cloud, f"{claims['tid']}/{claims['oid']}")
    body = {
        "aud": app["id"],
        "iss": tokens.issuer(cloud, tid),
        "tid": tid,
        "oid": user["id"],
        "sub": hashlib.sha256(f"{app['id']}/{user['id']}".encode()).hexdigest()[:43],
        "name": user.get("displayName", ""),
        "preferred_username": user.get("userPrincipalName", ""),
        "ver": "2.0",
    }
    added = {"auth_time": claims["auth_time"], "acct": int(user.get("userType") == "Guest")}
    body |= {name: added[name] for name in app.get("optionalClaims", []) if name in added}
    roles = directory.app_roles(cloud, tid, app["id"], user["id"])
    optional: dict[str, Any] = {"nonce": nonce, "roles": roles}
    return tokens.sign(cloud, {**body, **{name: value for name, value in optional.items() if value}})


def _challenge(given: dict[str, str]) -> str:
    return challenge_of(given["code_verifier"]) if given.get("code_verifier") else ""


def _read(cloud: Cloud, token: str, audience: str) -> dict[str, Any]:
    try:
        return tokens.read(token, cloud, audience)
    except jwt.InvalidTokenError:
        raise _bad_grant(70008, "The provided code or refresh token is expired or not valid.") from None


def _bad_grant(number: int, text: str) -> LoginError:
    return LoginError(400, "invalid_grant", number, text)


def _client_info(tid: str, oid: str) -> str:
    """What msal makes account ids from."""
    body = json.dumps({"uid": oid, "utid": tid}).encode()
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()

"""Signing in on another device: the program shows a code, a person types it here and says who they are.

It is how the Azure CLI signs a person in where it cannot open a browser. The code is bound to nobody: whoever
talks somebody else into typing it is signed in as them, so the page says which program asks.
"""

from __future__ import annotations

import secrets

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import directory, session, signin, tokens
from sandbox.cloud import Cloud
from sandbox.errors import LoginError
from sandbox.pages import button, form, page, paragraph
from sandbox.store import Object

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
LETTERS = "BCDFGHJKLMNPQRSTVWXYZ"
LIFETIME = 900
NOBODY = "nobody"
FIELD = '<label for="code">Code</label><input id="code" name="code" autocomplete="off" required>'
ASKS = "{} asks, on another device, who you are. Go on only if it was you who started it there."


def routes(cloud: Cloud) -> list[BaseRoute]:
    async def begin(request: Request) -> Response:
        given = {name: str(value) for name, value in (await request.form()).items()}
        return JSONResponse(start(cloud, request.path_params["tenant"], given))

    async def ask(request: Request) -> Response:
        return page("Enter the code", form("/devicelogin", {}, FIELD + "<button>Next</button>"))

    async def decide(request: Request) -> Response:
        given = {name: str(value) for name, value in (await request.form()).items()}
        claims = waiting(cloud, given.get("code", "").strip().upper())
        if "person" not in given:
            return who(cloud, request, claims)
        return settle(cloud, claims, given["person"])

    return [
        Route("/{tenant}/oauth2/v2.0/devicecode", begin, methods=["POST"]),
        Route("/devicelogin", ask, methods=["GET"]),
        Route("/devicelogin", decide, methods=["POST"]),
    ]


def start(cloud: Cloud, name: str, given: dict[str, str]) -> Object:
    app = directory.application(cloud, given.get("client_id", ""))
    directory.tenants(cloud, name)
    code = "".join(secrets.choice(LETTERS) for _ in range(9))
    asked = {"client_id": app["id"], "scope": given.get("scope", "")}
    own = {"aud": "sandbox:device", "tenant": name, "code": code, "asked": asked}
    device = tokens.sign(cloud, own, LIFETIME)
    cloud.devices[code] = {"device": device, "choice": ""}
    where = f"{cloud.origin}/devicelogin"
    words = (
        f"To sign in, use a web browser to open the page {where} and enter the code {code} to authenticate."
    )
    times = {"expires_in": LIFETIME, "interval": 1, "message": words}
    return {"user_code": code, "device_code": device, "verification_uri": where, **times}


def waiting(cloud: Cloud, code: str) -> Object:
    held = cloud.devices.get(code, {"device": "", "choice": ""})
    claims = _read(cloud, held["device"])
    if held["choice"]:
        raise LoginError(400, "invalid_grant", 70008, "The code was already used.")
    return claims


def who(cloud: Cloud, request: Request, claims: Object) -> Response:
    app = directory.application(cloud, claims["asked"]["client_id"])
    people = session.choices(cloud, directory.tenants(cloud, claims["tenant"]), "person")
    inner = people + button("person", NOBODY, "Cancel", look="plain")
    asks = paragraph(ASKS.format(app["displayName"]))
    body = asks + form("/devicelogin", {"code": claims["code"]}, inner)
    return page("Sign in on another device", body, header=session.header(cloud, request))


def settle(cloud: Cloud, claims: Object, choice: str) -> Response:
    if choice != NOBODY:
        signin.allowed(cloud, claims["tenant"], choice)
    cloud.devices[claims["code"]]["choice"] = choice
    if choice == NOBODY:
        return page("Not signed in", paragraph("Nobody was signed in on the other device."))
    done = page(
        "You are signed in", paragraph("You are signed in on the other device. You can close this window.")
    )
    return session.remember(cloud, done, choice)


def redeem(cloud: Cloud, app: Object, given: dict[str, str]) -> dict[str, object]:
    """What the program asks every second until somebody has typed the code."""
    claims = _read(cloud, given.get("device_code", ""))
    choice = cloud.devices.get(claims["code"], {}).get("choice")
    if claims["asked"]["client_id"] != app["id"] or choice is None:
        raise LoginError(400, "invalid_grant", 70008, "The device code is not valid here.")
    if not choice:
        raise LoginError(400, "authorization_pending", 70016, "The user has not yet entered the code.")
    del cloud.devices[claims["code"]]
    if choice == NOBODY:
        raise LoginError(400, "authorization_declined", 65004, "User declined to sign in.")
    tid, _, oid = choice.partition("/")
    person = {"tid": tid, "oid": oid, "auth_time": session.now(cloud)}
    return signin.issue(cloud, app, person, claims["asked"])


def _read(cloud: Cloud, token: str) -> Object:
    try:
        return tokens.read(token, cloud, "sandbox:device")
    except jwt.InvalidTokenError:
        raise LoginError(400, "expired_token", 70020, "The code is wrong, or it has expired.") from None

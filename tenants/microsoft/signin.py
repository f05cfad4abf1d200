"""People's sign-in at Microsoft: authorization code with PKCE, through msal and our own transport.

What msal is told lives in `Flow`, which the person's browser keeps, signed, until it comes back. Tokens are
never kept: each answer is taken by an msal of its own, and of what it gets only the id token leaves here; the
access token too, where a `Wanted` asked for one. A refresh token is never asked for.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from django.conf import settings
from msal.application import ConfidentialClientApplication

from tenants.id_token import NotLetIn
from tenants.microsoft import transport
from tenants.microsoft.apps import App
from tenants.microsoft.clouds import Cloud
from tenants.microsoft.errors import Later

Flow: TypeAlias = dict[str, Any]
KEPT = ("state", "redirect_uri", "scope", "code_verifier", "nonce", "claims_challenge")
SAID = ("code", "state", "error", "error_description", "client_info", "session_state")
CODE = re.compile(r"AADSTS\d+")
ASKS = ("login_required", "interaction_required", "consent_required", "account_selection_required")
"""What Microsoft answers where it was not to ask the person anything, and would have to."""
DOWN = ("server_error", "temporarily_unavailable")
REASONS = {"access_denied": "declined", **dict.fromkeys(ASKS, "asks"), **dict.fromkeys(DOWN, "no_answer")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An access token for one thing in one tenant, by an account that the person chooses there."""

    scope: str
    tenant_id: str


@dataclass(frozen=True, slots=True)
class Tokens:
    id_token: str = field(repr=False)
    access_token: str = field(repr=False)
    seconds: float


def begin(
    cloud: Cloud,
    app: App,
    back: str,
    *,
    max_age: int | None = None,
    about: str = "",
    wanted: Wanted | None = None,
    silently: str | None = None,
    hints: Mapping[str, str] | None = None,
) -> tuple[str, Flow]:
    """Where to send the person, and what is needed when they come back to `back`. Raises Later.

    `max_age` (seconds) asks for a sign-in no older. `about` goes into the nonce, so the token commits to it.
    `silently`: as whom (a sign-in name, or "") they come back without being asked anything, or not at all.
    `hints`: `login_hint`, `domain_hint` so that Microsoft need not ask who comes; `prompt` so that it does.
    """
    how: dict[str, Any] = {name: hint for name, hint in (hints or {}).items() if hint}
    how |= {"prompt": "login", "max_age": max_age} if max_age is not None else {}
    how |= {"prompt": "none", "login_hint": silently or None} if silently is not None else {}
    scopes, how = ([wanted.scope], {"prompt": "select_account", **how}) if wanted else ([], how)
    try:
        flow = client(cloud, app, wanted).initiate_auth_code_flow(scopes, redirect_uri=back, **how)
    except (requests.RequestException, transport.ForeignHost, ValueError):
        raise Later(5, "the sign-in service does not answer properly") from None
    if about:
        flow = committed(flow, about)
    return flow["auth_uri"], {name: flow[name] for name in KEPT if flow.get(name)}


def committed(flow: Flow, about: str) -> Flow:
    """msal sends sha256(nonce) on the wire; with `about` inside, the token that comes back is about it."""
    nonce = f"{secrets.token_urlsafe(16)}.{about}"
    parts = urlsplit(flow["auth_uri"])
    query = dict(parse_qsl(parts.query)) | {"nonce": on_the_wire(nonce)}
    return {**flow, "nonce": nonce, "auth_uri": parts._replace(query=urlencode(query)).geturl()}


def on_the_wire(nonce: str) -> str:
    """The nonce as the id token will hold it."""
    return hashlib.sha256(nonce.encode("ascii")).hexdigest()


def finish(cloud: Cloud, app: App, flow: Flow, answer: dict[str, str]) -> str:
    """The id token, unchecked: tenants/id_token.py decides. Raises NotLetIn or Later, without their texts."""
    return str(_redeemed(cloud, app, flow, answer, None)["id_token"])


def finish_with_access(cloud: Cloud, app: App, flow: Flow, answer: dict[str, str], wanted: Wanted) -> Tokens:
    """Both tokens, unchecked likewise."""
    found = _redeemed(cloud, app, flow, answer, wanted)
    if not found.get("access_token"):
        raise NotLetIn("bad_token")
    return Tokens(str(found["id_token"]), str(found["access_token"]), float(found.get("expires_in") or 0))


def _redeemed(
    cloud: Cloud, app: App, flow: Flow, answer: dict[str, str], wanted: Wanted | None
) -> dict[str, Any]:
    """msal writes the whole id token into some of its errors, so nothing of an error is kept but its kind."""
    said = {name: answer[name] for name in SAID if name in answer}
    try:
        result: dict[str, Any] = client(cloud, app, wanted).acquire_token_by_auth_code_flow(flow, said)
    except ValueError:
        raise NotLetIn("start_again") from None
    except RuntimeError:
        raise NotLetIn("bad_token") from None
    except (requests.RequestException, transport.ForeignHost):
        raise Later(5, "the sign-in service does not answer") from None
    if "id_token" not in result:
        raise refused(result)
    return result


def refused(result: dict[str, Any]) -> NotLetIn:
    """Microsoft's error as one of ours, with its AADSTS code, which helps whoever is asked for help."""
    found = CODE.search(str(result.get("error_description", "")))
    reason = REASONS.get(str(result.get("error")), "refused_by_microsoft")
    return NotLetIn(reason, found.group() if found else "")


def client(cloud: Cloud, app: App, wanted: Wanted | None = None) -> Any:
    """A new one each time: its cache of tokens goes with it. No refresh token is asked for."""
    where = wanted.tenant_id if wanted else settings.SIGNIN_TENANT_ID or "organizations"
    return ConfidentialClientApplication(  # type: ignore[no-untyped-call]
        app.client_id,
        client_credential=proof(app),
        authority=f"{cloud.login}/{where}",
        instance_discovery=False,
        http_client=transport.PinnedSession(cloud),
        exclude_scopes=["offline_access"],
    )


def proof(app: App) -> str | dict[str, str]:
    if not app.certificate_file:
        return app.client_secret
    pem = Path(app.certificate_file).read_text(encoding="ascii")
    return {"private_key": pem, "public_certificate": pem}

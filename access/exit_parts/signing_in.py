"""Your own sign-in, in your own browser. The token stays in this process and is written nowhere."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import secrets
import sys
import threading
import time
import urllib.parse
import urllib.request
import webbrowser
from typing import Any

from access.exit_parts.web import Refused, send
from access.exit_parts.words import KIT, plain

GRAPH_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
"""Microsoft Graph Command Line Tools, what Connect-MgGraph signs in with, too."""
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
READS = "EntitlementManagement.Read.All Application.Read.All Policy.Read.All User.Read.All"
WRITES = (
    "EntitlementManagement.ReadWrite.All Application.ReadWrite.All Policy.Read.All "
    "Policy.ReadWrite.CrossTenantAccess User.ReadWrite.All"
)
SIGN_IN_HAS = 300
BY_CODE = "urn:ietf:params:oauth:grant-type:device_code"
SEEN = b"You are signed in. Go back to where the script runs; this window can be closed."


class Waiting(http.server.ThreadingHTTPServer):
    """One answer from the browser, on this machine only. Browsers also open connections and say nothing."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Returned)
        self.answer: dict[str, str] = {}
        self.arrived = threading.Event()


class Returned(http.server.BaseHTTPRequestHandler):
    server: Waiting

    def do_GET(self) -> None:
        said = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(SEEN)
        if "state" in said and not self.server.arrived.is_set():
            self.server.answer = said
            self.server.arrived.set()

    def log_message(self, *_: Any) -> None:
        """The address holds a code that nobody else should see."""


def sign_in(client: str, scope: str) -> str:
    """An access token of this tenant, for what was asked and no more."""
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(24)
    with Waiting() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        back = f"http://localhost:{server.server_port}"
        address = asked(client, scope + " openid", back, state, verifier)
        print("Sign in as an administrator of", plain(KIT["domain"]), "in the browser on this machine.")
        print("If none opens, open this address:\n  " + address, flush=True)
        webbrowser.open(address)
        server.arrived.wait(SIGN_IN_HAS)
        server.shutdown()
    code = returned(server.answer, state)
    given = {"client_id": client, "grant_type": "authorization_code", "code": code}
    return token({**given, "redirect_uri": back, "code_verifier": verifier})


def sign_in_by_code(client: str, scope: str) -> str:
    """Where no browser can come back to this machine, as in Azure Cloud Shell. Many tenants block it."""
    form = {"client_id": client, "scope": scope + " openid"}
    given = ask("devicecode", form)
    print(plain(given["message"], 400), flush=True)
    step, until = float(given.get("interval", 5)), time.monotonic() + min(int(given["expires_in"]), 900)
    while time.monotonic() < until:
        time.sleep(step)
        try:
            return token({**form, "grant_type": BY_CODE, "device_code": given["device_code"]})
        except Refused as no:
            if no.code not in ("authorization_pending", "slow_down"):
                raise
            step += 5 if no.code == "slow_down" else 0
    raise Refused(0, "no sign-in", "nobody entered the code in time")


def ask(where: str, form: dict[str, str]) -> Any:
    url = f"{KIT['login']}/{KIT['tenant']}/oauth2/v2.0/{where}"
    data = urllib.parse.urlencode(form).encode()
    return send(urllib.request.Request(url, data, method="POST"))  # noqa: S310


def asked(client: str, scope: str, back: str, state: str, verifier: str) -> str:
    proof = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": client,
        "response_type": "code",
        "redirect_uri": back,
        "scope": scope,
        "state": state,
        "code_challenge": proof,
        "code_challenge_method": "S256",
        "prompt": "select_account",
    }
    return f"{KIT['login']}/{KIT['tenant']}/oauth2/v2.0/authorize?{urllib.parse.urlencode(query)}"


def returned(answer: dict[str, str], state: str) -> str:
    if not answer:
        raise Refused(0, "no sign-in", f"nobody signed in within {SIGN_IN_HAS} seconds")
    if not secrets.compare_digest(answer.get("state", ""), state):
        raise Refused(0, "strange answer", "the browser's answer belongs to another sign-in")
    if "code" not in answer:
        raise Refused(0, answer.get("error", ""), answer.get("error_description", "no code came back"))
    return answer["code"]


def token(form: dict[str, str]) -> str:
    given = ask("token", form)
    where = claims(given["id_token"]).get("tid")
    if where != KIT["tenant"]:
        sys.exit(
            f"Nothing was done: you signed in to tenant {plain(where)}, this kit is for {KIT['tenant']}."
        )
    return str(given["access_token"])


def claims(id_token: str) -> dict[str, Any]:
    """Straight from the sign-in service over TLS, so its signature adds nothing."""
    middle = id_token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found

"""Our tokens: one credential a (cloud, app, tenant), and no token is used whose `tid` is another tenant's.

azure-identity's sync credential is asked off the loop and one flight at a time, so fifty first calls make one
token request. What we may do in a tenant is read from our own token's roles, and from nothing else.
"""

from __future__ import annotations

import asyncio
import re
import threading
from functools import partial
from typing import Any, TypeAlias

import jwt
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.identity import ClientAssertionCredential, ClientSecretCredential

from tenants.microsoft import assertions, discovery, transport
from tenants.microsoft.apps import App
from tenants.microsoft.clouds import Cloud, current
from tenants.microsoft.errors import Later, Refused

Credential: TypeAlias = ClientAssertionCredential | ClientSecretCredential
Key: TypeAlias = tuple[Cloud, App, str]

NO_CONSENT = {"AADSTS700016", "AADSTS7000229", "AADSTS65001", "AADSTS500011", "AADSTS7000112"}
NO_TENANT = {"AADSTS90002", "AADSTS900023", "AADSTS90072"}
OUR_FAULT = {"AADSTS7000215", "AADSTS7000222", "AADSTS700027", "AADSTS7000216", "AADSTS700030"}
LATER_SECONDS = 5.0

_held: dict[Key, Held] = {}
_lock = threading.Lock()


class Held:
    """One tenant's credential and the lock that makes its token requests one flight.

    Whoever waited for a flight that failed hears how it ended and begins none: fifty that wait would ask a
    service fifty times that has just said no, or wait for it fifty times.
    """

    def __init__(self, cloud: Cloud, app: App, tenant_id: str) -> None:
        self.cloud, self.app, self.tenant_id = cloud, app, tenant_id
        self.credential = credential(cloud, app, tenant_id)
        self.flight = threading.Lock()
        self.failed: dict[str, Refused | Later] = {}
        self.checked = ""

    def token(self, scope: str) -> str:
        with self.flight:
            if scope in self.failed:
                raise again(self.failed[scope])
            try:
                token = self.ask(scope)
            except (Refused, Later) as failed:
                self.failed[scope] = failed
                raise
        if token != self.checked:
            check_tenant(token, self.tenant_id)
            self.checked = token
        return token

    def ask(self, scope: str) -> str:
        """azure-identity trips over what is no token and no error of Microsoft's, such as a proxy's page."""
        try:
            return self.credential.get_token(scope).token
        except ClientAuthenticationError as error:
            raise self.explained(error) from None
        except AzureError:
            raise Later(LATER_SECONDS, "the sign-in service does not answer") from None
        except (KeyError, TypeError, ValueError, transport.ForeignHost):
            raise Later(LATER_SECONDS, "the sign-in service did not answer properly") from None

    def explained(self, error: ClientAuthenticationError) -> Refused | Later:
        """MSAL says the same of an unknown tenant and of a hiccup; the discovery page tells them apart."""
        if "authority configuration" not in str(error):
            return explained(error, self.app, self.tenant_id)
        try:
            discovery.discover(self.tenant_id, self.cloud)
        except (Refused, Later) as found:
            return found
        return Later(LATER_SECONDS, "the sign-in service did not answer properly")


def credential(cloud: Cloud, app: App, tenant_id: str) -> Credential:
    """Instance discovery would only ask login.microsoftonline.com whether our own list is right."""
    how: dict[str, Any] = {
        "authority": cloud.login,
        "disable_instance_discovery": True,
        "transport": transport.sign_in(cloud),
        "use_env_settings": False,  # no proxy from the environment
        "retry_total": 0,
    }
    if app.certificate_file:
        proof = partial(assertions.assertion, cloud, app, tenant_id)
        return ClientAssertionCredential(tenant_id, app.client_id, proof, **how)
    return ClientSecretCredential(tenant_id, app.client_id, app.client_secret, **how)


def again(failed: Refused | Later) -> Refused | Later:
    """The same news, for one more caller: each notes on its own what it may have done before."""
    if isinstance(failed, Refused):
        return Refused(failed.reason, **failed.facts)
    return Later(failed.seconds, failed.why)


def explained(error: ClientAuthenticationError, app: App, tenant_id: str) -> Refused | Later:
    """Microsoft's AADSTS code as one of our two kinds of bad news. The text itself is not kept."""
    found = re.search(r"AADSTS\d+", str(error))
    code = found.group() if found else ""
    if code in NO_CONSENT:
        return Refused("no_admin_consent", app=app.purpose, tenant=tenant_id, code=code)
    if code in NO_TENANT:
        return Refused("no_such_tenant", tenant=tenant_id, domain=tenant_id)
    if code in OUR_FAULT or "invalid_client" in str(error):
        return Refused("bad_credential", app=app.purpose, tenant=tenant_id, code=code)
    if code and not transient(error):
        return Refused("bad_credential", app=app.purpose, tenant=tenant_id, code=code)
    return Later(LATER_SECONDS, "the sign-in service does not answer properly")


def transient(error: ClientAuthenticationError) -> bool:
    """Throttled or down, by the status or by the word that OAuth has for it."""
    status = error.status_code or 0
    return status == 429 or status >= 500 or "temporarily_unavailable" in str(error)


def claims(token: str) -> dict[str, Any]:
    """What a token says. Not proof of anything: the service that reads it checks its signature."""
    try:
        found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise Later(LATER_SECONDS, "the sign-in service gave a token that cannot be read") from None
    return found


def check_tenant(token: str, tenant_id: str) -> None:
    if str(claims(token).get("tid", "")).lower() != tenant_id.lower():
        raise Refused("wrong_tenant_token", tenant=tenant_id)


def held(cloud: Cloud, app: App, tenant_id: str) -> Held:
    key = (cloud, app, tenant_id)
    with _lock:
        if key not in _held:
            _held[key] = Held(cloud, app, tenant_id)
        return _held[key]


def token_now(cloud: Cloud, app: App, tenant_id: str, scope: str = "") -> str:
    """A token of exactly this tenant, for Graph or the scope that is named; from the cache while it is good.

    A refusal is not remembered: MSAL answers a repeated bad request from memory for a minute, in which
    consent may have been given.
    """
    try:
        return held(cloud, app, tenant_id).token(scope or cloud.graph_scope)
    except (Refused, Later):
        drop(cloud, app, tenant_id)
        raise


async def token(cloud: Cloud, app: App, tenant_id: str, scope: str = "") -> str:
    return await asyncio.to_thread(token_now, cloud, app, tenant_id, scope)


def drop(cloud: Cloud, app: App, tenant_id: str) -> None:
    with _lock:
        _held.pop((cloud, app, tenant_id), None)


def forget(app: App, tenant_id: str, cloud: Cloud | None = None) -> None:
    """After consent was given or taken: the next token is a new one."""
    drop(cloud or current(), app, tenant_id)


def object_id(cloud: Cloud, app: App, tenant_id: str) -> str:
    """Of our app's service principal in that tenant, by our own token: no permission is needed to know it."""
    return str(claims(token_now(cloud, app, tenant_id))["oid"])


def roles(app: App, tenant_id: str, cloud: Cloud | None = None) -> frozenset[str]:
    """The application permissions in our own token for that tenant. Consent is believed only through this."""
    return frozenset(claims(token_now(cloud or current(), app, tenant_id)).get("roles", ()))

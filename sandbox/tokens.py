"""The tokens the sandbox signs, and who a Graph call comes from.

An application's roles are written into its access token when it is issued; Graph believes the token, not the
tenant. So a token from before a consent goes on lacking the new roles, as in Microsoft's cloud (facts 16.15).
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import uuid
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request

from sandbox.cloud import Cloud
from sandbox.errors import GraphError

GRAPH = "https://graph.microsoft.com"
ARM = "https://management.azure.com"
OLD_ARM = "https://management.core.windows.net"
"""Azure's other name, of before; scopes may say it."""
LIFETIME = 3600
UNTIMED: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
"""PyJWT looks at the machine's clock; tests move the cloud's."""


@dataclasses.dataclass(frozen=True)
class Principal:
    """Who a token speaks for. `oid` is the service principal's id, or that of the person who signed in."""

    tid: str
    app_id: str
    roles: frozenset[str]
    oid: str | None = None
    is_app: bool = True
    scopes: frozenset[str] = frozenset()
    """Of a person's token: what the app may do in their name."""


def issuer(cloud: Cloud, tid: str) -> str:
    return f"{cloud.origin}/{tid}/v2.0"


def sign(cloud: Cloud, claims: dict[str, Any], lifetime: int = LIFETIME) -> str:
    """`claims` with the times of the cloud's clock, as an RS256 token."""
    now = int(cloud.clock.now().timestamp())
    key = _private(cloud.signing_key)
    times = {"iat": now, "nbf": now, "exp": now + lifetime}
    body = {**times, **claims, "uti": uuid.uuid4().hex}
    return jwt.encode(body, key, algorithm="RS256", headers={"kid": _kid(key)})


def app_token(cloud: Cloud, tid: str, service_principal: dict[str, Any], audience: str) -> str:
    claims = {"aud": audience, "iss": issuer(cloud, tid), "tid": tid, "ver": "2.0", "idtyp": "app"}
    who = {"appid": service_principal["appId"], "azp": service_principal["appId"]}
    oid = {"oid": service_principal["id"], "sub": service_principal["id"]}
    return sign(cloud, {**claims, **who, **oid, "roles": sorted(service_principal.get("roles", []))})


def person_token(
    cloud: Cloud, tid: str, user: dict[str, Any], app_id: str, scopes: str, audience: str = GRAPH
) -> str:
    """Delegated: it carries scopes, and no roles that Graph would accept from an application."""
    claims = {"aud": audience, "iss": issuer(cloud, tid), "tid": tid, "ver": "2.0", "idtyp": "user"}
    who = {"appid": app_id, "azp": app_id, "oid": user["id"], "sub": user["id"], "scp": scopes}
    return sign(cloud, {**claims, **who})


def principal(request: Request, cloud: Cloud, audience: str = GRAPH) -> Principal:
    """Who calls; GraphError 401 unless the token is ours, for this audience and not over."""
    claims = _claims(_bearer(request), cloud, audience)
    roles = frozenset(claims.get("roles", []))
    is_app = claims.get("idtyp") == "app"
    scopes = frozenset(claims.get("scp", "").split())
    return Principal(claims["tid"], claims.get("appid", ""), roles, claims.get("oid"), is_app, scopes)


def jwks(cloud: Cloud, tid: str) -> dict[str, Any]:
    key = _private(cloud.signing_key)
    public: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    own = {"kid": _kid(key), "use": "sig", "alg": "RS256", "issuer": issuer(cloud, tid)}
    return {"keys": [{**public, **own}]}


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthenticated("Access token is empty.")
    return token


def read(token: str, cloud: Cloud, audience: str) -> dict[str, Any]:
    """The claims of a token of ours; jwt.InvalidTokenError if forged, for somebody else, or over."""
    claims = dict(_signed(token, cloud.signing_key, audience))
    if claims["exp"] <= cloud.clock.now().timestamp():
        raise jwt.ExpiredSignatureError
    return claims


@lru_cache(maxsize=64)
def _signed(token: str, pem: bytes, audience: str) -> dict[str, Any]:
    """Kept, for every call brings its token, and PyJWT reads one letter by letter."""
    public = _private(pem).public_key()
    claims: dict[str, Any] = jwt.decode(
        token, public, algorithms=["RS256"], audience=audience, options=UNTIMED
    )
    return claims


def _claims(token: str, cloud: Cloud, audience: str) -> dict[str, Any]:
    try:
        return read(token, cloud, audience)
    except jwt.ExpiredSignatureError:
        raise _unauthenticated("Lifetime validation failed, the token is expired.") from None
    except jwt.InvalidAudienceError:
        raise _unauthenticated("Access token validation failure. Invalid audience.") from None
    except jwt.InvalidTokenError:
        raise _unauthenticated("Access token validation failure. Invalid signature.") from None


def _unauthenticated(message: str) -> GraphError:
    return GraphError(
        401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": 'Bearer realm=""'}
    )


@lru_cache(maxsize=8)
def _private(pem: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101
    return key


@lru_cache(maxsize=8)
def _kid(key: rsa.RSAPrivateKey) -> str:
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()[:27]

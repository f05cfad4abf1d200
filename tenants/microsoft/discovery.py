"""Which tenant a domain belongs to: asked of the cloud's public discovery page, without a credential.

Safe for the web process: the host comes from the cloud, and what was typed can only be a domain or a GUID.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from tenants.microsoft import transport
from tenants.microsoft.clouds import Cloud, current
from tenants.microsoft.errors import Later, Refused

DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\Z")
ISSUER = re.compile(r"(https://[a-z0-9.:-]+)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/v2\.0/?\Z")
LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Discovered:
    """What the discovery page says. `part` is in no documentation we know, and often empty; see parts.py."""

    tenant_id: str
    login: str
    part: str


def discover(domain_or_id: str, cloud: Cloud | None = None) -> str:
    """The tenant's id. Refused("not_a_domain"), Refused("no_such_tenant") or Later."""
    return look_up(domain_or_id, cloud).tenant_id


def look_up(domain_or_id: str, cloud: Cloud | None = None) -> Discovered:
    """All the page says of the tenant; refusals as in `discover`."""
    asked = clean(domain_or_id)
    said = configuration(cloud or current(), asked)
    found = ISSUER.match(str(said.get("issuer", "")).lower())
    if not found:
        raise Later(5, "the discovery page names no tenant")
    if is_guid(asked) and found[2] != asked:
        raise Refused("no_such_tenant", domain=asked)
    return Discovered(found[2], found[1], str(said.get("tenant_region_sub_scope") or "")[:20])


def clean(text: str) -> str:
    asked = text.strip().lower()
    if is_guid(asked) or DOMAIN.match(asked):
        return asked
    raise Refused("not_a_domain", domain=text[:100])


def is_guid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def configuration(cloud: Cloud, asked: str) -> dict[str, Any]:
    status, body = fetch(cloud, f"{cloud.login}/{asked}/v2.0/.well-known/openid-configuration")
    if status in (400, 404):
        raise Refused("no_such_tenant", domain=asked)
    try:
        found = json.loads(body) if status == 200 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Later(5, f"the discovery page answers {status}")
    return found


def fetch(cloud: Cloud, url: str) -> tuple[int, bytes]:
    """Status and body, no redirect, no more than LARGEST."""
    client = httpx.Client(
        verify=transport.context(cloud.ca), trust_env=False, timeout=httpx.Timeout(10, connect=5)
    )
    body = b""
    try:
        with client, client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    break
            return response.status_code, body
    except httpx.TransportError as error:
        raise Later(5, f"the discovery page does not answer ({type(error).__name__})") from None

"""Azure deployments of one subscription, in the name of a person who signed in for it.

The token is that person's: it comes from outside, is of exactly one tenant, and cannot be had anew; when it
ends its person has to sign in again. What Azure says to a deployment lies deep in the body of an error, so
`Rejected` carries the whole.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tenants.microsoft import answers, credentials, fences, lists, transport
from tenants.microsoft.clouds import Cloud
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected

Json = dict[str, Any]
VERSION = "2022-09-01"
SUBSCRIPTIONS = "2022-12-01"
DEADLINE = 30.0
DEPLOYMENTS = "providers/Microsoft.Resources/deployments"
FOREIGN = "InvalidAuthenticationTokenTenant"
PASSING = (408, 424, 429)


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is None while Azure works on it; then `where` is the address to ask, not before `seconds`."""

    body: Json | None
    where: str = ""
    seconds: float = 0


class Deploying:
    """Raises Refused wrong_tenant_token at once where the token is of another tenant."""

    def __init__(self, cloud: Cloud, token: str, tenant_id: str, subscription: str) -> None:
        credentials.check_tenant(token, tenant_id)
        self.cloud, self.tenant_id = cloud, tenant_id
        self.base = f"{cloud.arm}/subscriptions/{subscription}"
        self._token = token

    async def owner(self) -> str:
        """The id of the tenant that the subscription belongs to."""
        found = await self._json("GET", self._url("", SUBSCRIPTIONS))
        return str(found.get("tenantId", "")).lower()

    async def validate(self, name: str, body: Json) -> Answer:
        return await self._asked("POST", self._url(f"{DEPLOYMENTS}/{name}/validate"), body)

    async def what_if(self, name: str, body: Json) -> Answer:
        return await self._asked("POST", self._url(f"{DEPLOYMENTS}/{name}/whatIf"), body)

    async def look(self, where: str) -> Answer:
        """At what it still works on. An address of another host is not asked."""
        return await self._asked("GET", where)

    async def deploy(self, name: str, body: Json) -> None:
        """Sent again, the same under the same name is the same deployment."""
        await self._send("PUT", self._url(f"{DEPLOYMENTS}/{name}"), body)

    async def state(self, name: str) -> Json | None:
        """None where Azure knows no deployment of that name."""
        try:
            return await self._json("GET", self._url(f"{DEPLOYMENTS}/{name}"))
        except NotFound:
            return None

    async def operations(self, name: str) -> list[Json]:
        values: list[Json] = []
        seen: set[str] = set()
        link = self._url(f"{DEPLOYMENTS}/{name}/operations")
        while link:
            lists.check_link(link, self._is_ours(link), seen)
            page = await self._json("GET", link)
            values += lists.items(page)
            link = page.get("nextLink") or ""
        return values

    def _url(self, path: str, version: str = VERSION) -> str:
        return str(httpx.URL(f"{self.base}/{path}".rstrip("/"), params={"api-version": version}))

    def _is_ours(self, link: Any) -> bool:
        try:
            url = httpx.URL(link)
        except (httpx.InvalidURL, TypeError):
            return False
        return transport.origin(url) == transport.origin(httpx.URL(self.cloud.arm)) and not url.userinfo

    async def _asked(self, method: str, url: str, body: Json | None = None) -> Answer:
        response = await self._send(method, url, body)
        if response.status_code != 202:
            return Answer(_object(response))
        where = response.headers.get("Location", "") or (url if method == "GET" else "")
        if not where:
            raise Later(answers.LATER_SECONDS, "the answer names no place to look")
        if not self._is_ours(where):
            raise Rejected(0, "foreignHost", "Azure names an address elsewhere for its answer")
        return Answer(None, where, answers.retry_after(response))

    async def _json(self, method: str, url: str) -> Json:
        return _object(await self._send(method, url))

    async def _send(self, method: str, url: str, body: Json | None = None) -> httpx.Response:
        call, writing = f"{method} {httpx.URL(url).path}", method == "PUT"
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with asyncio.timeout(fences.longest(DEADLINE, writing=writing)):
                response = await transport.azure(self.cloud).request(method, url, json=body, headers=headers)
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            raise answers.lost(error, call=call, writing=writing) from None
        except transport.ForeignHost as error:
            raise Rejected(0, "foreignHost", str(error)) from None
        if response.is_success:
            return response
        raise self._failure(response, call, writing)

    def _failure(self, response: httpx.Response, call: str, writing: bool) -> Exception:
        """Passing trouble as everywhere. A refusal keeps all of Azure's words: the useful ones lie deep."""
        status = response.status_code
        if status in PASSING or status >= 500:
            return answers.failure(response, tenant_id=self.tenant_id, call=call, writing=writing)
        said = answers.said(response)
        if said.is_cut:
            return answers.cut(call, status)
        if status == 401:
            return Refused("delegation_elsewhere" if said.code == FOREIGN else "deploy_signed_out", id="")
        if status == 404 and said.code == "DeploymentNotFound":
            return NotFound(f"{call}: {said.code}")
        return Rejected(status, said.code, said.message, said.body)


def _object(response: httpx.Response) -> Json:
    try:
        found = json.loads(response.content)
    except ValueError:
        found = None
    if not isinstance(found, Mapping):
        raise Later(answers.LATER_SECONDS, "the answer is not JSON")
    return dict(found)

"""Azure Resource Manager, as one app of ours sees it from one tenant.

JSON goes in and comes out raw, through the same guard and with the same four errors as Graph. Azure's SDKs
would bring a package a resource provider; we need three verbs. Only tenants.microsoft.errors leave this file.
"""

from __future__ import annotations

import asyncio
import os
import re
from functools import lru_cache
from typing import Any

import httpx

from tenants.microsoft import answers, credentials, fences, lists, transport
from tenants.microsoft.apps import App
from tenants.microsoft.clouds import Cloud
from tenants.microsoft.errors import Rejected

Json = dict[str, Any]
DEADLINE = 40.0
AT_ONCE = 8
PATH = re.compile(r"(/[\w.()-]+)+")
"""Of an id as Azure writes it; anything else would be a name that tries to be a path."""


class Azure:
    """`tenant_id` is the tenant the token is of: what it sees elsewhere was delegated to it."""

    def __init__(self, cloud: Cloud, app: App, tenant_id: str, http: httpx.AsyncClient) -> None:
        self.cloud, self.app, self.tenant_id, self.http = cloud, app, tenant_id, http
        self.places = asyncio.Semaphore(AT_ONCE)

    async def get(self, path: str, version: str, **query: str) -> Json:
        """One JSON object."""
        return await self._call("GET", self._url(path, version, query)) or {}

    async def pages(self, path: str, version: str, **query: str) -> list[Json]:
        """Every page's `value`. A page that cannot be read fails the whole: half a list is no list."""
        values: list[Json] = []
        seen: set[str] = set()
        link = self._url(path, version, query)
        while link:
            lists.check_link(link, self._is_ours(link), seen)
            page = await self._call("GET", link) or {}
            values += lists.items(page)
            link = page.get("nextLink") or ""
        return values

    async def delete(self, path: str, version: str) -> None:
        """Asked for; Azure may take its time, so it is read back until it is gone."""
        await self._call("DELETE", self._url(path, version, {}))

    def _url(self, path: str, version: str, query: dict[str, str]) -> str:
        if not PATH.fullmatch(path) or ".." in path.split("/"):
            raise ValueError(f"{path!r} is no path of Azure")
        asked = {f"${name}": value for name, value in query.items()} | {"api-version": version}
        return str(httpx.URL(f"{self.cloud.arm}{path}", params=asked))

    async def _call(self, method: str, url: str) -> Json | None:
        """A 401 is met once with a new token: the old one may be from before the delegation."""
        call, writing = f"{method} {httpx.URL(url).path}", method != "GET"
        response = await self._send(method, url, call, writing)
        if response.status_code == 401:
            credentials.forget(self.app, self.tenant_id, self.cloud)
            response = await self._send(method, url, call, writing)
        return answers.read(response, tenant_id=self.tenant_id, call=call, writing=writing)

    async def _send(self, method: str, url: str, call: str, writing: bool) -> httpx.Response:
        token = await credentials.token(self.cloud, self.app, self.tenant_id, self.cloud.arm_scope)
        limit = fences.longest(DEADLINE, writing=writing)
        try:
            async with self.places, asyncio.timeout(limit):
                return await self.http.request(method, url, headers={"Authorization": f"Bearer {token}"})
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            raise answers.lost(error, call=call, writing=writing) from None
        except transport.ForeignHost as error:
            raise Rejected(0, "foreignHost", str(error)) from None

    def _is_ours(self, link: Any) -> bool:
        """Only this cloud's Azure."""
        if not isinstance(link, str):
            return False
        try:
            url = httpx.URL(link)
        except httpx.InvalidURL:
            return False
        return transport.origin(url) == transport.origin(httpx.URL(self.cloud.arm)) and not url.userinfo


def azure(cloud: Cloud, app: App, tenant_id: str) -> Azure:
    """This process's Azure for that tenant; made once. Its calls run on the bridge's loop."""
    return _azure(cloud, app, tenant_id, os.getpid())


@lru_cache(maxsize=64)
def _azure(cloud: Cloud, app: App, tenant_id: str, pid: int) -> Azure:
    return Azure(cloud, app, tenant_id, transport.azure(cloud))

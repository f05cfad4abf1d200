"""One tenant's Graph, through Microsoft's SDK.

The SDK's builders make the request and its adapter, authentication and middleware send it; the JSON is read
raw: the SDK models lose `null`, write durations wrongly and take ten times as long (facts/sdk.md §3.3, 7).
Only tenants.microsoft.errors leave this file.
"""

from __future__ import annotations

import asyncio
import json
import os
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from kiota_abstractions.authentication import AuthenticationProvider
from kiota_abstractions.method import Method
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_abstractions.request_information import RequestInformation
from kiota_http.middleware.options import ResponseHandlerOption
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.entity import Entity

from tenants.microsoft import answers, credentials, fences, lists, transport
from tenants.microsoft.apps import App
from tenants.microsoft.clouds import Cloud
from tenants.microsoft.errors import Refused, Rejected

log = structlog.get_logger()
Json = Any
DEADLINE = 40.0
AT_ONCE = 8


def fast_entities() -> None:
    """As shipped, every Entity read runs 1,190 import statements and needs none of them (9 ms each)."""

    def fields(self: Any) -> dict[str, Any]:
        return {
            "id": lambda node: setattr(self, "id", node.get_str_value()),
            "@odata.type": lambda node: setattr(self, "odata_type", node.get_str_value()),
        }

    Entity.get_field_deserializers = fields


fast_entities()


class TenantToken(AuthenticationProvider):
    """Puts this tenant's own token on a request, and only on one that goes to this cloud's Graph."""

    def __init__(self, cloud: Cloud, app: App, tenant_id: str) -> None:
        self.cloud, self.app, self.tenant_id = cloud, app, tenant_id

    async def authenticate_request(
        self, request: RequestInformation, additional_authentication_context: dict[str, Any] | None = None
    ) -> None:
        request.headers.remove("Authorization")
        if transport.origin(httpx.URL(request.url)) != transport.origin(httpx.URL(self.cloud.graph)):
            raise transport.ForeignHost("refused to sign a request to another host")
        token = await credentials.token(self.cloud, self.app, self.tenant_id)
        request.headers.add("Authorization", f"Bearer {token}")


class Graph:
    """`client` is for builders only: `client.groups.by_group_id(x).to_get_request_information()`."""

    def __init__(self, cloud: Cloud, app: App, tenant_id: str, http: httpx.AsyncClient) -> None:
        self.cloud, self.app, self.tenant_id = cloud, app, tenant_id
        self.adapter = GraphRequestAdapter(TenantToken(cloud, app, tenant_id), http)
        self.adapter.base_url = cloud.graph_v1
        self.client = GraphServiceClient(request_adapter=self.adapter)
        self.places = asyncio.Semaphore(AT_ONCE)

    async def get(self, request: RequestInformation) -> dict[str, Any]:
        """One JSON object."""
        return await self._call(request) or {}

    async def pages(self, request: RequestInformation) -> list[dict[str, Any]]:
        """Every page's `value`. A page that cannot be read fails the whole: half a list is no list."""
        values: list[dict[str, Any]] = []
        seen: set[str] = set()
        page = await self.get(request)
        while True:
            values += lists.items(page)
            link = page.get("@odata.nextLink")
            if not link:
                return values
            lists.check_link(link, is_ours(link, self.cloud), seen)
            page = await self.get(following(request, link))

    async def write(self, request: RequestInformation, body: Json | None = None) -> dict[str, Any] | None:
        """Send a POST, PATCH, PUT or DELETE; the answer's object, or None where it has no body."""
        if body is not None:
            request.headers.remove("Content-Type")
            request.set_stream_content(json.dumps(body).encode(), "application/json")
        return await self._call(request)

    async def _call(self, request: RequestInformation) -> dict[str, Any] | None:
        """A 401 is met once with a new token: the old one may be from before the consent."""
        self._fill_in(request)
        response = await self._send(request)
        if response.status_code == 401:
            credentials.forget(self.app, self.tenant_id, self.cloud)
            response = await self._send(request)
        try:
            return answers.read(
                response, tenant_id=self.tenant_id, call=name(request), writing=is_write(request)
            )
        except Refused as refused:
            refused.facts["app"] = self.app.purpose
            raise

    def _fill_in(self, request: RequestInformation) -> None:
        """The address, once: the SDK does it anew each time it looks, letter by letter, half of a call."""
        request.path_parameters = {**request.path_parameters, "baseurl": self.adapter.base_url}
        request.url = request.url

    async def _send(self, request: RequestInformation) -> httpx.Response:
        limit = fences.longest(DEADLINE, writing=is_write(request))
        try:
            async with self.places, asyncio.timeout(limit):
                return await self._native(request)
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            if is_write(request):
                log.warning("a write has no answer", call=name(request), why=type(error).__name__)
            raise answers.lost(error, call=name(request), writing=is_write(request)) from None
        except transport.ForeignHost as error:
            raise Rejected(0, "foreignHost", str(error)) from None

    async def _native(self, request: RequestInformation) -> httpx.Response:
        request.add_request_options([ResponseHandlerOption(NativeResponseHandler())])
        response = await self.adapter.send_primitive_async(request, "bytes", {})
        assert isinstance(response, httpx.Response)  # noqa: S101  what the native handler hands back
        return response


def is_ours(link: Any, cloud: Cloud) -> bool:
    """Only this cloud's Graph v1.0."""
    if not isinstance(link, str):
        return False
    try:
        parts = urlsplit(link)
        same = transport.origin(httpx.URL(link)) == transport.origin(httpx.URL(cloud.graph))
    except (ValueError, httpx.InvalidURL):
        return False
    path = parts.path.lower()
    return (
        same
        and not parts.username
        and path.startswith("/v1.0/")
        and not ({"..", "%2e%2e"} & set(path.split("/")))
    )


def following(request: RequestInformation, link: str) -> RequestInformation:
    """The next page, asked with the first one's headers (ConsistencyLevel, Prefer)."""
    following = RequestInformation(method=Method.GET)
    following.url = link
    following.headers.add_all(request.headers)
    return following


def is_write(request: RequestInformation) -> bool:
    return request.http_method != Method.GET


def name(request: RequestInformation) -> str:
    """For people and logs: the method and the path, without the query."""
    method = request.http_method.value if request.http_method else ""
    return f"{method} {urlsplit(request.url).path.removeprefix('/v1.0')}"


def graph(cloud: Cloud, app: App, tenant_id: str) -> Graph:
    """This process's Graph for that tenant; made once. Its calls run on the bridge's loop."""
    return _graph(cloud, app, tenant_id, os.getpid())


@lru_cache(maxsize=256)
def _graph(cloud: Cloud, app: App, tenant_id: str, pid: int) -> Graph:
    return Graph(cloud, app, tenant_id, transport.client(cloud))

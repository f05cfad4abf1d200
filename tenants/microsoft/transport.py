"""The one way out. What leaves with our token leaves to this cloud's Graph or Azure, by a client of each.

The guard sits below all of Kiota's middleware, so a redirect, a rewritten URL or a link from an answer cannot
pass it. Certificate roots are given to each client; REQUESTS_CA_BUNDLE, SSL_CERT_FILE and the proxy
variables of the environment are not asked.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import httpx
import requests
from azure.core.pipeline.transport import RequestsTransport
from kiota_http.middleware.options import RedirectHandlerOption, RetryHandlerOption
from msgraph.graph_request_adapter import options as graph_options
from msgraph_core.graph_client_factory import GraphClientFactory
from requests.adapters import HTTPAdapter

from tenants.microsoft import fences
from tenants.microsoft.clouds import Cloud

TIMEOUT = httpx.Timeout(30, connect=5)
LARGEST = 8 * 1024 * 1024
MOST_TOKENS_AT_ONCE = 32
"""As many threads as asyncio starts for them at most."""
QUIET: dict[str, Any] = {
    RetryHandlerOption.get_key(): RetryHandlerOption(max_retries=0),  # ours sleeps in the database instead
    RedirectHandlerOption.get_key(): RedirectHandlerOption(max_redirect=0, should_redirect=False),
}


class ForeignHost(Exception):
    """A request was about to leave this cloud. Nothing was sent."""


class TooLarge(httpx.TransportError):
    """An answer went past the limit and was dropped."""


def origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or 443


class Guarded(httpx.AsyncBaseTransport):
    """Sends to one origin only and reads no more than LARGEST bytes of an answer."""

    def __init__(self, inner: httpx.AsyncBaseTransport, allowed: str) -> None:
        self.inner = inner
        self.allowed = origin(httpx.URL(allowed))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if origin(request.url) != self.allowed:
            raise ForeignHost(f"refused to send to {request.url.scheme}://{request.url.netloc.decode()}")
        if (fence := fences.of(request)) is not None:
            fence.check()
            request.extensions = {**request.extensions, "trace": fence.look}
        response = await self.inner.handle_async_request(request)
        if response.is_redirect:
            response.headers.pop("Location", None)  # nobody above us may follow it, or trip over it
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101  an async transport's is
        response.stream = Limited(response.stream)
        return response

    async def aclose(self) -> None:
        await self.inner.aclose()


class Limited(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self.inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self.inner:
            size += len(chunk)
            if size > LARGEST:
                raise TooLarge("the answer is too large")
            yield chunk

    async def aclose(self) -> None:
        await self.inner.aclose()


@lru_cache(maxsize=8)
def context(ca: str) -> ssl.SSLContext:
    """One a process: reading the roots takes 23 ms."""
    return ssl.create_default_context(cafile=ca)


def client(cloud: Cloud) -> httpx.AsyncClient:
    """The process's one client for this cloud; every tenant's Graph shares its connections."""
    return _client(cloud, os.getpid())


@lru_cache(maxsize=8)
def _client(cloud: Cloud, pid: int) -> httpx.AsyncClient:
    return wired(cloud, httpx.AsyncHTTPTransport(verify=context(cloud.ca), http2=True, trust_env=False))


def wired(cloud: Cloud, inner: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    """The SDK's middleware around the guard around `inner`."""
    made: httpx.AsyncClient = GraphClientFactory.create_with_default_middleware(
        client=bare(cloud.graph_v1, Guarded(inner, cloud.graph)), options={**graph_options, **QUIET}
    )
    return made


def azure(cloud: Cloud) -> httpx.AsyncClient:
    """The process's one client for this cloud's Azure Resource Manager."""
    return _azure(cloud, os.getpid())


@lru_cache(maxsize=8)
def _azure(cloud: Cloud, pid: int) -> httpx.AsyncClient:
    inner = httpx.AsyncHTTPTransport(verify=context(cloud.ca), http2=True, trust_env=False)
    return bare(cloud.arm, Guarded(inner, cloud.arm))


def bare(base: str, guarded: Guarded) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=base,
        transport=guarded,
        timeout=TIMEOUT,
        trust_env=False,
        follow_redirects=False,
        headers={"Accept-Encoding": "identity"},  # so that the limit counts what is kept
    )


async def close(cloud: Cloud) -> None:
    """Close the pool itself: AsyncClient.aclose() does not reach through Kiota's transport."""
    made = client(cloud)
    await guard(made).aclose()
    _client.cache_clear()


def guard(made: httpx.AsyncClient) -> Guarded:
    found = made._transport.transport  # type: ignore[attr-defined]  # Kiota's, which hides ours
    assert isinstance(found, Guarded)  # noqa: S101
    return found


def sign_in(cloud: Cloud) -> RequestsTransport:
    """The process's one way to this cloud's sign-in service: all tenants' credentials share its connections.

    One of its own keeps one open for each tenant and app, until the process may open no more. Sharing it is
    the Azure SDK's own advice: devblogs.microsoft.com/azure-sdk/transport-sharing-in-azure-sdk-for-python.
    """
    return _sign_in(cloud, os.getpid())


@lru_cache(maxsize=8)
def _sign_in(cloud: Cloud, pid: int) -> RequestsTransport:
    session = PinnedSession(cloud)
    session.mount("https://", HTTPAdapter(pool_maxsize=MOST_TOKENS_AT_ONCE))
    return RequestsTransport(
        session=session,
        session_owner=False,
        connection_verify=cloud.ca,
        connection_timeout=5,
        read_timeout=20,
    )


class PinnedSession(requests.Session):
    """For msal. requests lets REQUESTS_CA_BUNDLE override Session.verify; a per-request verify wins.

    It keeps no cookie: what the sign-in service says to one tenant is not told to it for the next.
    """

    def __init__(self, cloud: Cloud, timeout: float = 10) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.ca = cloud.ca
        self.allowed = origin(httpx.URL(cloud.login))
        self.timeout = timeout

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Raises ForeignHost where a discovery page sends us to another host."""
        if origin(httpx.URL(url if isinstance(url, str) else url.decode())) != self.allowed:
            raise ForeignHost("refused to sign in at another host")
        kwargs.setdefault("verify", self.ca)
        kwargs.setdefault("timeout", self.timeout)
        kwargs["allow_redirects"] = False
        return super().request(method, url, *args, **kwargs)

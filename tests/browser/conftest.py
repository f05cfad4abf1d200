"""A real browser on a live server. What it complains about, and what it asks of others, fails the test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils.timezone import now
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, Route, expect

from tenants import sessions
from tests.browser import chromium
from tests.cast import Cast, assemble

# Playwright's loop runs in the test's own thread, where Django would refuse its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# A machine that also runs the other tests may be slow; what is expected is waited for, so this costs nothing.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium.path(), "args": list(chromium.QUIET)}


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser found wrong in any page of the test."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def cast(live_server: Any) -> Cast:
    return assemble()


@pytest.fixture
def signed_in(page: Page, cast: Cast, live_server: Any) -> Callable[[str], Page]:
    """The page of somebody from the cast, without the round trip to Microsoft."""

    def sit(name: str) -> Page:
        if name == "anonymous":
            return page
        key = sessions.begin(cast.people[name], cast.roles[name], now())
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}]
        )
        return page

    return sit


@pytest.fixture
def context(context: BrowserContext, live_server: Any, complaints: list[str]) -> BrowserContext:
    return watched(context, live_server.url, complaints)


def watched(context: BrowserContext, home: str, complaints: list[str], *more: str) -> BrowserContext:
    """Console errors (so also what the CSP stopped), script errors, files that are missing, answers that
    failed, and requests elsewhere than home: of each page in it, whoever opens it."""
    ours = tuple(f"{origin}/" for origin in (home, *more))

    def heard(message: ConsoleMessage) -> None:
        # A page that answers 404 or 403 on purpose is no complaint; `answered` hears of what is.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            complaints.append(message.text)

    def answered(response: Response) -> None:
        missing = response.status >= 400 and "/static/" in response.url
        if missing or response.status >= 500:
            complaints.append(f"{response.status} from {response.url}")

    def asked(route: Route) -> None:
        if route.request.url.startswith((*ours, "data:")):
            route.continue_()
        else:
            complaints.append(f"asked for {route.request.url}")
            route.abort()

    context.on("console", heard)
    context.on("response", answered)
    context.on("weberror", lambda thrown: complaints.append(str(thrown.error)))
    context.route("**/*", asked)
    return context

"""Calls to Microsoft: https only, no redirects, never to another host than the one asked."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

TRIES = 6
TIMEOUT = 60
ONCE_MORE = (429, 500, 502, 503, 504)


class Refused(Exception):
    """Microsoft said no, or did not answer (status 0)."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(f"{status} {code}: {words}" if status else words)
        self.status = status
        self.code = code


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


OPENER = urllib.request.build_opener(NoRedirects)


def call(token: str, method: str, url: str, body: Any = None) -> Any:
    """What was answered, as JSON; None for an empty answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": "Bearer " + token, "Accept": "application/json"}
    if data is not None or method == "POST":
        headers["Content-Type"] = "application/json"
    if method == "POST" and data is None:
        data = b""
    return send(urllib.request.Request(url, data, headers, method=method))  # noqa: S310


def send(request: urllib.request.Request) -> Any:
    for number in range(1, TRIES + 1):
        try:
            with OPENER.open(request, timeout=TIMEOUT) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code not in ONCE_MORE or number == TRIES:
                raise refused(error) from None
            time.sleep(pause(error.headers.get("Retry-After", ""), number))
        except (OSError, ValueError) as error:
            if number == TRIES or request.get_method() == "POST":
                words = f"{request.host} gave no answer that can be read ({type(error).__name__})"
                raise Refused(0, "no answer", words) from None
            time.sleep(pause("", number))


def pause(asked: str, number: int) -> float:
    return float(min(int(asked), 60)) if asked.isdigit() else min(0.2 * 2**number, 20.0)


def refused(error: urllib.error.HTTPError) -> Refused:
    """Graph, Azure and the sign-in service each have a shape of their own for bad news."""
    try:
        said = json.loads(error.read())
        inner = said["error"]
    except (OSError, ValueError, KeyError, TypeError):
        return Refused(error.code, "", error.reason or "")
    if isinstance(inner, str):
        return Refused(error.code, inner, str(said.get("error_description", "")))
    return Refused(error.code, str(inner.get("code", "")), str(inner.get("message", "")))


def pages(token: str, url: str) -> Iterator[dict[str, Any]]:
    """Every item of a list. A next page on another host is not asked: it would be given the token."""
    origin = "/".join(url.split("/")[:3]) + "/"
    while url:
        if not url.startswith(origin):
            raise Refused(0, "strange answer", "The next page is said to be on another host.")
        page = call(token, "GET", url)
        if not isinstance(page, dict) or not isinstance(page.get("value"), list):
            raise Refused(0, "strange answer", "The answer holds no list.")
        yield from page["value"]
        url = page.get("@odata.nextLink") or page.get("nextLink") or ""


def read(token: str, url: str) -> Any:
    """None only when the service says that it is gone."""
    try:
        return call(token, "GET", url)
    except Refused as no:
        if no.status != 404:
            raise
        return None

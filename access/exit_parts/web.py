"""Calls to Microsoft: https only, no redirects, never to another host than the one asked."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

TRIES = 6
TIMEOUT = 60
ONCE_MORE = (429, 500, 502, 503, 504)
ODD = (LookupError, TypeError, ValueError, AttributeError)
"""What comes of an answer that is not in the shape that is documented."""
ODD_WORDS = "the answer is not in the shape that Microsoft documents"


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


class Held:
    """A sign-in that may end while there is still much to do: then it is asked for once more."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self.ask = ask
        self.text = ask()
        self.works = True

    def renew(self) -> None:
        """Not again before anything worked: a refusal is none that a sign-in mends."""
        self.works = False
        print("Your sign-in has ended. Sign in once more, and it goes on where it was.", flush=True)
        self.text = self.ask()


def call(token: Held | str, method: str, url: str, body: Any = None) -> Any:
    """What was answered, as JSON; None for an empty answer."""
    if isinstance(token, str):
        return called(token, method, url, body)
    try:
        answer = called(token.text, method, url, body)
    except Refused as no:
        if no.status != 401 or not token.works:
            raise
        token.renew()
        answer = called(token.text, method, url, body)
    token.works = True
    return answer


def called(token: str, method: str, url: str, body: Any) -> Any:
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


def pages(token: Held | str, url: str) -> Iterator[dict[str, Any]]:
    """Every item of a list. A next page on another host is not asked: it would be given the token."""
    origin, seen = "/".join(url.split("/")[:3]) + "/", set()
    while url:
        if not str(url).startswith(origin):
            raise Refused(0, "strange answer", "The next page is said to be on another host.")
        if url in seen:
            raise Refused(0, "strange answer", "The list leads back to a page that was read already.")
        seen.add(url)
        page = call(token, "GET", url)
        if not isinstance(page, dict) or not isinstance(page.get("value"), list):
            raise Refused(0, "strange answer", "The answer holds no list.")
        yield from page["value"]
        url = page.get("@odata.nextLink") or page.get("nextLink") or ""


def read(token: Held | str, url: str) -> Any:
    """None only when the service says that it is gone."""
    try:
        return call(token, "GET", url)
    except Refused as no:
        if no.status != 404:
            raise
        return None

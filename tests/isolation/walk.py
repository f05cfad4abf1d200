"""What is asked of one URL. Each gives what it found wrong, so that the walk itself can be tested."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery.signals import before_task_publish
from django.test import Client

from tenants.people import Role
from tests.cast import Cast
from tests.isolation import world
from tests.isolation.every_url import Url

EVERYWHERE = {"northwind", "contoso"}
SEES: dict[str, dict[Role, set[str]]] = {
    "anonymous": {},
    "alice": {Role.ADMIN: EVERYWHERE},
    "audrey": {Role.AUDITOR: EVERYWHERE},
    "ann": {Role.ANALYST: {"northwind"}},
    "bob": {Role.ANALYST: set()},
    "rita": {Role.REVIEWER: {"northwind"}},
    "rolf": {Role.REVIEWER: {"contoso"}},
    "mallory": {},
}
"""Who is what, and for which tenants."""
HEADERS: tuple[dict[str, str], ...] = ({}, {"HX-Request": "true"})
OTHERS = "access-control-"
TWICE = re.compile(
    r"&lt;/?(?:a|b|br|code|div|em|li|p|small|span|strong|time|ul)\b|&amp;(?:#\w+|amp|lt|gt|quot);"
)
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def may(url: Url, who: str, slug: str) -> bool:
    """Whether the door lets this visitor at this tenant; where none is named, in at all."""
    roles = url.door.roles if url.door else ()
    theirs = [SEES[who][role] for role in roles if role in SEES[who]]
    return any(slug in tenants for tenants in theirs) if url.bound else bool(theirs)


def paths(url: Url, cast: Cast) -> Iterator[tuple[str, str]]:
    """(slug, path) for each tenant; once where the URL is about none."""
    for slug in sorted(EVERYWHERE) if url.bound else ["northwind"]:
        yield slug, url.filled(world.values(getattr(cast, slug)))


def found_without_right(url: Url, cast: Cast) -> Iterator[str]:
    """Anything but "not there" for those who have no right, and any trace of what they did."""
    clients = {who: cast.client(who) for who in SEES}
    before, places = world.snapshot(), list(paths(url, cast))
    for who, client in clients.items():
        for slug, path in places:
            if may(url, who, slug):
                continue
            for method in ("GET", "HEAD", "OPTIONS", *WRITES):
                for headers in HEADERS if method in ("GET", "POST") else HEADERS[:1]:
                    answer = client.generic(method, path, headers=headers)
                    if not refused(answer, who, method, headers):
                        yield f"{who} {method} {path} {headers}: {answer.status_code}"
    yield from changes(before, f"without a right at {url.route}")


def refused(answer: Any, who: str, method: str, headers: dict[str, str]) -> bool:
    """404 for who is signed in; for strangers the way to the sign-in, whatever stands there."""
    if any(mark in text(answer) for mark in world.MARKS.values()):
        return False
    if who != "anonymous" or answer.status_code == 405:
        return answer.status_code in (404, 405)
    sent = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or text(answer)
    status = 200 if headers else 302 if method in ("GET", "HEAD") else 403
    return answer.status_code == status and (method == "HEAD" or "/signin/?next=" in sent)


def found_reading(url: Url, cast: Cast) -> Iterator[str]:
    """A tenant shown to who may not see it, a right not given, any change that a GET makes or rings for."""
    clients = {who: cast.client(who) for who in SEES}
    before = world.snapshot()
    with bells() as rung:
        yield from _shown(url, cast, clients)
    yield from (f"{bell} was rung by reading {url.route}" for bell in rung)
    yield from changes(before, f"by reading {url.route}")


def _shown(url: Url, cast: Cast, clients: dict[str, Client]) -> Iterator[str]:
    places = list(paths(url, cast))
    for who, client in clients.items():
        hidden = EVERYWHERE - set[str]().union(*SEES[who].values())
        for slug, path in places:
            for headers in HEADERS:
                answer = client.get(path, headers=headers)
                if may(url, who, slug) and answer.status_code in (403, 404):
                    yield f"{who} may see {path} and gets {answer.status_code}"
                if not url.is_signed and any(name.lower().startswith(OTHERS) for name in answer.headers):
                    yield f"{path} is for another site's script"
                shown = hidden - {slug} if url.is_signed else hidden
                if any(world.MARKS[other] in text(answer) for other in shown):
                    yield f"{who} sees another tenant at {path}"
                yield from (f"{who} reads {raw} at {path}" for raw in escaped_twice(answer))


def escaped_twice(answer: Any) -> Iterator[str]:
    """What a reader of a page sees as code."""
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        yield from sorted({found[0] for found in TWICE.finditer(text(answer))})


@contextmanager
def bells() -> Iterator[list[str]]:
    """The messages that go to the queue meanwhile, by the name of their task."""
    rung: list[str] = []

    def hear(sender: str = "", **_: Any) -> None:
        rung.append(sender)

    before_task_publish.connect(hear, weak=False)
    try:
        yield rung
    finally:
        before_task_publish.disconnect(hear)


def found_without_token(url: Url, cast: Cast) -> Iterator[str]:
    """A write that is taken without the form's token, from who may write and who may not."""
    clients = {
        who: cast.client(who, enforce_csrf_checks=True) for who in ("anonymous", "alice", "ann", "rita")
    }
    before, places = world.snapshot(), list(paths(url, cast))
    for who, client in clients.items():
        for _, path in places:
            for method in WRITES:
                answer = client.generic(method, path)
                if answer.status_code not in (403, 405):
                    yield f"{who} {method} {path} without a token: {answer.status_code}"
    yield from changes(before, f"without a token at {url.route}")


def found_under_another(url: Url, cast: Cast) -> Iterator[str]:
    """One tenant's object under the other's address, also for who may see both."""
    mixed = url.filled({**world.values(cast.contoso), "slug": "northwind"})
    for who in ("alice", "audrey", "rita") if url.is_nested else ():
        for method in ("GET", "POST"):
            status = cast.client(who).generic(method, mixed).status_code
            if status not in (404, 405):
                yield f"{who} {method} {mixed}: {status}"


def changes(before: dict[str, str], when: str) -> Iterator[str]:
    after = world.snapshot()
    yield from (f"{table} changed {when}" for table in before if before[table] != after[table])


def text(answer: Any) -> str:
    """A stream can be read once only; it is kept. Of a zip it is what is in it that counts."""
    if not hasattr(answer, "walked"):
        whole = b"".join(answer) if answer.streaming else answer.content
        answer.walked = unpacked(whole) if whole.startswith(b"PK") else whole
    return str(answer.walked.decode())


def unpacked(whole: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(whole)) as pack:
        return b"\n".join(pack.read(name) for name in pack.namelist())

"""No page escapes: whatever the URLs serve as a whole page is one of those the browser looks at."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import resolve

from tests.browser.pages import PAGES
from tests.isolation import world
from tests.isolation.every_url import urls


def looked_at() -> set[str]:
    paths = (
        path.format(run=1, over=1, plan="a", agreed="b", review=1, deployment=1, strange=2).partition("?")[0]
        for _, path in PAGES.values()
        if "no-such" not in path
    )
    return {resolve(path).route for path in paths}


def is_page(client: Client, path: str) -> bool:
    answer = client.get(path)
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.status_code == 200 and html and not answer.streaming and b"<html" in answer.content


@pytest.mark.django_db
def test_every_page_is_looked_at() -> None:
    cast = world.build()
    values, seen = world.values(cast.northwind), looked_at()
    clients = [cast.client(who) for who in ("alice", "ann", "rita", "anonymous")]
    missing = [
        url.route
        for url in urls()
        if url.route.removeprefix("/") not in seen
        and any(is_page(client, url.filled(values)) for client in clients)
    ]
    assert missing == []

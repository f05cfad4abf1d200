"""The few HTML pages people meet: plain forms, everything escaped, no scripts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from starlette.responses import HTMLResponse

STYLE = "body{font:16px system-ui;max-width:36rem;margin:3rem auto}button{display:block;margin:.5rem 0}"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """`body` is HTML already escaped; `title` is not."""
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
    return HTMLResponse(
        f"{head}<style>{STYLE}</style><main><h1>{escape(title)}</h1>{body}</main></html>", status, HEADERS
    )


def form(action: str, hidden: Mapping[str, str], inner: str) -> str:
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    return f'<form method="post" action="{escape(action)}">{fields}{inner}</form>'


def button(name: str, value: str, label: str) -> str:
    return f'<button name="{escape(name)}" value="{escape(value)}">{escape(label)}</button>'


def listing(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"

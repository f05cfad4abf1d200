"""The few HTML pages people meet: plain forms, all escaped, no scripts, and a band that says what this is."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse

STYLE = (Path(__file__).parent / "pages.css").read_text(encoding="utf-8")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
BAND = "Sandbox: this is not Microsoft. Nobody here is real, and nothing here has any effect elsewhere."
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} - sandbox, not Microsoft</title><style>{style}</style></head>
<body><aside class="band">{band}</aside>{header}<main><h1>{title}</h1>{body}</main></body></html>"""


def page(title: str, body: str, status: int = 200, header: str = "") -> HTMLResponse:
    """`body` and `header` are HTML already escaped; `title` is not."""
    text = PAGE.format(title=escape(title), style=STYLE, band=BAND, header=header, body=body)
    return HTMLResponse(text, status, HEADERS)


def form(action: str, hidden: Mapping[str, str], inner: str) -> str:
    """Without an action it is sent to the page's own address, what follows # included."""
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    where = f' action="{escape(action)}"' if action else ""
    return f'<form method="post"{where}>{fields}{inner}</form>'


def button(name: str, value: str, label: str, more: str = "", look: str = "") -> str:
    """`more` is a second line, in small."""
    small = f"<small>{escape(more)}</small>" if more else ""
    given = f' class="{escape(look)}"' if look else ""
    return f'<button name="{escape(name)}" value="{escape(value)}"{given}>{escape(label)}{small}</button>'


def listing(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def paragraph(words: str, look: str = "") -> str:
    return f'<p class="{look}">{escape(words)}</p>' if look else f"<p>{escape(words)}</p>"

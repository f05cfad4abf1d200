"""Walk a plain HTML form as a person would: read the fields, press a button."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import httpx
import jwt


class Form(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.buttons: dict[str, tuple[str, str]] = {}
        self.pressed: tuple[str, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        elif tag == "input" and "name" in given:
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "button" and "name" in given:
            self.pressed = (given["name"], given["value"])

    def handle_data(self, data: str) -> None:
        if self.pressed:
            self.buttons[data], self.pressed = self.pressed, None


def press(http: httpx.Client, page: httpx.Response, label: str) -> httpx.Response:
    form = Form(page.text)
    name, value = form.buttons[label]
    return http.post(form.action, data={**form.fields, name: value})


def query(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 303, answer.text
    return dict(httpx.URL(answer.headers["location"]).params)


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))

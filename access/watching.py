"""A page that waits for the worker asks again by itself.

It gets nothing where nothing is new, else the page, of which htmx takes the part that waited. Without script
the browser loads it anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HTMX_STOP_POLLING

from onboarding import heartbeat
from onboarding.models import Inquiry
from tenants.guards import Request, wants_a_part

Context = Callable[[], dict[str, Any]]
READING = "It is being read."
READ = "It was read. What was found stands on the page."
NOT_READ = "It could not be read. The page says why."
KEPT = "It is kept, and nothing is lost. The provider's worker is not running."


@dataclass(frozen=True, slots=True)
class Watch:
    """`url` waits for one more parameter; `stamp` is another one when there is something new to see.

    `said` is for who does not see the page change.
    """

    url: str
    is_on: bool
    stamp: str
    said: str = ""
    asleep: heartbeat.Asleep | None = None


def of(url: str, asked: Inquiry | None, *more: object, said: str = READING) -> Watch:
    """Of one question to the tenant; `more` is what else the page waits for, if anything."""
    url += "&" if "?" in url else "?"
    is_open = asked is not None and asked.is_open
    if not is_open and not any(more):
        return Watch(url, False, "over", NOT_READ if asked and asked.reason else READ)
    asleep = heartbeat.asleep()
    stamp = f"{asked.pk if asked else 0}.{is_open:d}.{asleep is None:d}." + ".".join(map(str, more))
    return Watch(url, True, stamp, KEPT if asleep else said, asleep)


def show(request: Request, template: str, watch: Watch, context: Context) -> HttpResponse:
    """What takes long to put together is not, where nothing is new."""
    part = wants_a_part(request)
    if part and watch.is_on and request.GET.get("seen") == watch.stamp:
        response = HttpResponse(status=204)
    else:
        response = render(request, template, {**context(), "watch": watch, "is_part": part})
    if part and not watch.is_on:
        response.status_code = HTMX_STOP_POLLING
    patch_vary_headers(response, ("HX-Request",))
    return response

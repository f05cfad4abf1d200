"""Puts the visitor on the request, and answers for what the guards raise.

The page of somebody signed in is theirs alone: it is stored nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HTMX_STOP_POLLING, HttpResponseClientRedirect, reselect, reswap, retarget

from tenants import sessions
from tenants.guards import Request, SignedOut, Stale, Visitor
from tenants.rates import TooMany

SAFE = ("GET", "HEAD")
LONGEST = 600
"""Of an address to come back to; in a cookie each character takes up to four."""


class Visitors:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.visitor = SimpleLazyObject(partial(visitor_of, request))  # type: ignore[assignment]
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            patch_cache_control(response, private=True, no_store=True)
            patch_vary_headers(response, ("Cookie",))
        return response

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        if isinstance(error, SignedOut):
            return sent_to_sign_in(request)
        if isinstance(error, Stale):
            return sent_to_sign_in(request, error.kept, fresh="1")
        if isinstance(error, TooMany):
            return wait_a_little(request, error)
        return None


def visitor_of(request: Request) -> Visitor:
    """Looked up when first asked for, so that health checks and errors need no database."""
    sign_in = sessions.find(key_of(request), acting=request.method not in SAFE)
    if sign_in and not is_polling(request):
        sessions.touch(sign_in)
    return Visitor(sign_in)


def key_of(request: Request) -> str:
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


def looks_by_itself(request: Request) -> bool:
    """A part that asks whether there is something newer than what was seen; nobody has pressed anything."""
    return bool(request.htmx) and "seen" in request.GET


def is_polling(request: Request) -> bool:
    """A page left open asks for its fragments by itself, or without script for itself (`?again`).

    That keeps nobody signed in.
    """
    return (bool(request.htmx) or "again" in request.GET) and request.method in SAFE


def sent_to_sign_in(request: Request, kept: Mapping[str, str] | None = None, **why: str) -> HttpResponse:
    """A page: there and back. A fragment: the whole window. An act: it was not done, said plainly.

    `kept`: what was chosen there goes along in the address.
    """
    here = with_kept(place(request), kept) if kept else place(request)
    renews = not why and sessions.to_renew(key_of(request)) is not None
    if renews and looks_by_itself(request):
        return stands_still(request, here)
    address = f"{reverse('signin-renew' if renews else 'signin')}?{urlencode({'next': here, **why})}"
    if request.htmx:
        return HttpResponseClientRedirect(address)
    if request.method in SAFE:
        return redirect(address)
    return render(request, "signin/not_done.html", {"address": address, "why": why, "kept": kept}, status=403)


def stands_still(request: Request, here: str) -> HttpResponse:
    """The page waits for its person, with all that is on it, and says that it does."""
    said = render(request, "portal/_stands_still.html", {"here": here}, status=HTMX_STOP_POLLING)
    return reselect(reswap(retarget(said, "#stands-still"), "innerHTML"), ".stands-still")


def place(request: Request) -> str:
    """Where the person is, as a path: the page they see, not the form's or fragment's own address.

    Microsoft's code, with which somebody came back too late, is left out: it reaches no page.
    """
    seen = request.htmx.current_url or request.headers.get("Referer", "")
    if request.method in SAFE and not request.htmx:
        return request.path if "code" in request.GET else request.get_full_path()
    if not url_has_allowed_host_and_scheme(seen, {request.get_host()}):
        return "/"
    parts = urlsplit(seen)
    return local(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def with_kept(address: str, kept: Mapping[str, str]) -> str:
    path, _, query = address.partition("?")
    return local(f"{path}?{urlencode({**dict(parse_qsl(query)), **kept})}")


def local(address: str) -> str:
    """A path of ours, else "/": never another site, not even one written as //host or /\\host."""
    good = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return short(address) if good and "\\" not in address else "/"


def short(address: str) -> str:
    """It goes into a cookie, of which browsers drop what is above 4,096 bytes: rather without its search."""
    fitting = (each for each in (address, address.partition("?")[0]) if len(iri_to_uri(each)) <= LONGEST)
    return next(fitting, "/")


def wait_a_little(request: Request, error: TooMany) -> HttpResponse:
    response = render(request, "signin/too_many.html", {"seconds": error.seconds}, status=429)
    response["Retry-After"] = str(error.seconds)
    return response

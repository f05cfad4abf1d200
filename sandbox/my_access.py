"""My Access: one page where a person of any tenant asks for a package and an approver decides.

There is no sign-in; one picks who one is from a list. What is allowed stands in graph/self_service.py.
"""

from __future__ import annotations

import html
import urllib.parse
from collections.abc import Callable, Iterable

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.cloud import Cloud
from sandbox.graph import work
from sandbox.graph.self_service import No, decide, request_package
from sandbox.store import Object

__all__ = ["No", "decide", "request_package", "routes"]

PATH = "/myaccess/@{domain}"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>My Access - {name}</title>
<h1>My Access</h1><p>{name}</p>
<h2>Packages</h2>{packages}
<h2>Requests</h2>{requests}</html>"""
ASK = """<form method="post" action="/myaccess/@{domain}/requests"><strong>{name}</strong>
<input type="hidden" name="package" value="{id}">
<label>Who are you? <select name="who">{people}</select></label>
<label>Why? <input name="words"></label> <button>Request</button></form>"""
JUDGE = """<form method="post" action="/myaccess/@{domain}/decisions">{name}: {state}
<input type="hidden" name="request" value="{id}">
<label>Who are you? <select name="who">{people}</select></label>
<button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button></form>"""


def routes(cloud: Cloud) -> list[BaseRoute]:
    async def show(request: Request) -> Response:
        return _answer(lambda: _page(cloud, request.path_params["domain"]))

    async def ask(request: Request) -> Response:
        form = await _form(request)
        return _answer(lambda: _ask(cloud, request.path_params["domain"], form))

    async def judge(request: Request) -> Response:
        form = await _form(request)
        return _answer(lambda: _judge(cloud, request.path_params["domain"], form))

    return [
        Route(PATH, show),
        Route("/@{domain}", show),  # the durable link of a package, as Microsoft writes it
        Route(f"{PATH}/requests", ask, methods=["POST"]),
        Route(f"{PATH}/decisions", judge, methods=["POST"]),
    ]


def _answer(make: Callable[[], Response]) -> Response:
    try:
        return make()
    except No as no:
        return PlainTextResponse(str(no), no.status)


async def _form(request: Request) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl((await request.body()).decode()))


def _ask(cloud: Cloud, domain: str, form: dict[str, str]) -> Response:
    home, _, person = form.get("who", "").partition("/")
    tid = _tenant(cloud, domain)["id"]
    request_package(cloud, tid, form.get("package", ""), home, person, form.get("words", ""))
    return RedirectResponse(f"/myaccess/@{domain}", 303)


def _judge(cloud: Cloud, domain: str, form: dict[str, str]) -> Response:
    tid, who = _tenant(cloud, domain)["id"], form.get("who", "").rpartition("/")[2]
    decide(cloud, tid, form.get("request", ""), who, approve=form.get("decision") == "approve")
    return RedirectResponse(f"/myaccess/@{domain}", 303)


def _tenant(cloud: Cloud, domain: str) -> Object:
    for tenant in cloud.store.tenants():
        if any(each["name"] == domain for each in tenant["domains"]):
            return tenant
    raise No(404, "There is no such directory.")


def _page(cloud: Cloud, domain: str) -> Response:
    tenant = _tenant(cloud, domain)
    tid = tenant["id"]
    work.tick(cloud, tid)
    everybody = _people(cloud, cloud.store.tenants())
    asking = (_filled(ASK, domain, each, everybody) for each in cloud.store.all(tid, "accessPackages"))
    own = _people(cloud, [tenant])
    judging = (
        _filled(JUDGE, domain, _named(each), own) for each in cloud.store.all(tid, "assignmentRequests")
    )
    name = html.escape(tenant["displayName"])
    return HTMLResponse(PAGE.format(name=name, packages="".join(asking), requests="".join(judging)))


def _named(request: Object) -> Object:
    return {**request, "displayName": request["requestor"]["displayName"]}


def _filled(template: str, domain: str, item: Object, people: str) -> str:
    values = {"name": item["displayName"], "id": item["id"], "state": item.get("state", ""), "domain": domain}
    return template.format(people=people, **{name: html.escape(value) for name, value in values.items()})


def _people(cloud: Cloud, tenants: Iterable[Object]) -> str:
    return "".join(_option(t["id"], user) for t in tenants for user in cloud.store.all(t["id"], "users"))


def _option(tid: str, user: Object) -> str:
    words = f"{user.get('displayName', '')} ({user.get('mail') or user.get('userPrincipalName', '')})"
    return f'<option value="{html.escape(tid)}/{html.escape(user["id"])}">{html.escape(words)}</option>'

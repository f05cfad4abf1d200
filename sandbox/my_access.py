"""My Access: a tenant's page where people of any tenant ask for packages and approvers decide.

A package's link is https://<host>/@<domain>#/access-packages/<id>, as Microsoft writes it. Without the hint,
@<domain>, people land in their own tenant's My Access, whatever the rest of the link says (facts 3.4, 16.21).
What follows # never reaches a server, so the page holds all of a tenant's packages and the browser goes to
the one meant.
What is allowed stands in graph/self_service.py and graph/approvals.py.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import directory, my_access_page, my_access_reviews, session
from sandbox.cloud import Cloud
from sandbox.errors import LoginError
from sandbox.graph.approvals import No, decide
from sandbox.graph.self_service import request_package
from sandbox.pages import page, paragraph
from sandbox.store import Object

Given = dict[str, str]
Act = Callable[[Cloud, Object, tuple[str, Object], Given], None]


def routes(cloud: Cloud) -> list[BaseRoute]:
    async def show(request: Request) -> Response:
        return _answer(lambda: my_access_page.show(cloud, request, _hinted(cloud, request)))

    async def sign_in(request: Request) -> Response:
        """Back to the same address: the browser still knows what followed #."""
        choice = (await _form(request)).get("person", "")
        return session.remember(cloud, RedirectResponse(request.url.path, 303), choice)

    def acting(act: Act) -> Callable[..., object]:
        async def door(request: Request) -> Response:
            form = await _form(request)
            return _answer(lambda: _acted(cloud, request, form, act))

        return door

    def below(path: str) -> list[BaseRoute]:
        return [
            Route(path or "/", show),
            Route(path or "/", sign_in, methods=["POST"]),
            Route(f"{path}/requests", acting(_ask), methods=["POST"]),
            Route(f"{path}/decisions", acting(_judge), methods=["POST"]),
            Route(f"{path}/reviews", acting(_review), methods=["POST"]),
        ]

    return [*below("/@{domain}"), *below("")]


def _answer(make: Callable[[], Response]) -> Response:
    try:
        return make()
    except No as no:
        return page("This did not work", paragraph(str(no)), no.status)


async def _form(request: Request) -> Given:
    return {name: str(value) for name, value in (await request.form()).items()}


def _acted(cloud: Cloud, request: Request, form: Given, act: Act) -> Response:
    """What a person did, and their page again."""
    who = session.person(cloud, request)
    if not who:
        raise No(401, "Sign in first.")
    act(cloud, _hinted(cloud, request) or directory.tenant(cloud, who[0]), who, form)
    return RedirectResponse(request.url.path.rpartition("/")[0] or "/", 303)


def _ask(cloud: Cloud, tenant: Object, who: tuple[str, Object], form: Given) -> None:
    home, person = who
    request_package(cloud, tenant["id"], form.get("package", ""), home, person["id"], form.get("words", ""))


def _judge(cloud: Cloud, tenant: Object, who: tuple[str, Object], form: Given) -> None:
    """Approvers decide as their tenant of the package knows them."""
    here = my_access_page.known_here(cloud, tenant["id"], who[1])
    approve = form.get("decision") == "approve"
    decide(cloud, tenant["id"], form.get("request", ""), here, approve=approve, words=form.get("words", ""))


def _review(cloud: Cloud, tenant: Object, who: tuple[str, Object], form: Given) -> None:
    here = my_access_page.known_here(cloud, tenant["id"], who[1])
    my_access_reviews.judge(cloud, tenant["id"], here, form)


def _hinted(cloud: Cloud, request: Request) -> Object | None:
    """The tenant that the link's hint names; None where it has none."""
    hint = request.path_params.get("domain")
    if hint is None:
        return None
    try:
        return directory.tenant(cloud, hint)
    except LoginError:
        raise No(404, "There is no such directory.") from None

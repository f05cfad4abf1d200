"""How every kind speaks to Graph: a request from one of the SDK's builders, with its query and its method."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation

from tenants.microsoft import queries
from tenants.microsoft.errors import InProgress, Later, NotFound, Refused

T = TypeVar("T")
SOON = 5.0


def ask(builder: Any, **query: str) -> RequestInformation:
    """A GET: ask(client.groups, filter="…", select="id,displayName")."""
    request = RequestInformation(Method.GET, builder.url_template, dict(builder.path_parameters))
    request.query_parameters = {f"%24{name}": value for name, value in query.items() if value}
    request.headers.try_add("Accept", "application/json")
    return request


def send(method: Method, builder: Any) -> RequestInformation:
    """A write. Its body is given to Graph.write as plain JSON: the SDK's models would spoil it."""
    request = RequestInformation(method, builder.url_template, dict(builder.path_parameters))
    request.headers.try_add("Accept", "application/json")
    return request


def quoted(text: str) -> str:
    """A string within $filter."""
    return f"'{queries.quoted(text)}'"


def made(answer: Mapping[str, Any] | None, what: str) -> str:
    """The id of what a POST made. Without one it is looked for: it may well be there."""
    if not answer or not answer.get("id"):
        raise Later(SOON, f"the answer does not tell the id of the {what}", maybe_done=True)
    return str(answer["id"])


async def once_replicated(call: Awaitable[T], what: str) -> T:
    """What a create needs is not there: it exists in our rows, so it is only not replicated yet."""
    try:
        return await call
    except NotFound:
        raise InProgress(SOON, f"{what} is not replicated yet") from None


@contextmanager
def once_accepted() -> Iterator[None]:
    """Around the read after a write: without an answer to it we do not know that nothing was made."""
    try:
        yield
    except (Later, Refused) as no:
        no.maybe_done = True
        raise


async def unless_gone(call: Awaitable[T]) -> T | None:
    try:
        return await call
    except NotFound:
        return None

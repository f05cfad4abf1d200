"""What a readiness check is: one question to a tenant, answered with a state and words.

A check that could not read says "unknown": unreadable is neither a pass nor a failing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph

State: TypeAlias = Literal["pass", "warn", "fail", "unknown"]

CUSTOMER = "an administrator of the customer"
NOBODY = "nobody"
US = "us"


@dataclass(frozen=True, slots=True)
class Check:
    """One answer. `found` and `remedy` are sentences; `who` can carry out the remedy."""

    name: str
    state: State
    found: str
    remedy: str
    who: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What the wizard knows that checks need. `lookalikes` are (name, id) of objects found already."""

    provider_tenant_id: str
    approvers: tuple[str, ...] = ()
    lookalikes: tuple[tuple[str, str], ...] = ()
    tenant_id: str = ""
    trusts: bool = False
    """Whether the offer sets trust between the two tenants."""
    analysts_group: str = ""
    """By its name in the provider's own tenant."""
    let_in: tuple[str, ...] = ()
    """Object ids of the provider's tenant that the plan lets in as guests, or that ours already does."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of groups of the provider's tenant, by object id, where they could be read."""


Ask: TypeAlias = Callable[[Graph, Answers], Awaitable[Check]]


def check(name: str) -> Callable[[Ask], Ask]:
    """Give a check its name and turn what keeps it from reading into "unknown"."""

    def wrap(ask: Ask) -> Ask:
        async def asked(graph: Graph, answers: Answers) -> Check:
            try:
                return replace(await ask(graph, answers), name=name)
            except (Later, Refused, NotFound, Rejected) as error:
                return replace(unreadable(error), name=name)

        asked.__name__ = getattr(ask, "__name__", name)
        return asked

    return wrap


def passed(found: str) -> Check:
    return Check("", "pass", found, "Nothing to do.", NOBODY)


def warned(found: str, remedy: str, who: str = CUSTOMER) -> Check:
    return Check("", "warn", found, remedy, who)


def failed(found: str, remedy: str, who: str = CUSTOMER) -> Check:
    return Check("", "fail", found, remedy, who)


def unreadable(error: Exception) -> Check:
    """Throttled or not ready: wait. Anything else needs the reader's permissions looked at."""
    if isinstance(error, Later):
        return Check(
            "", "unknown", f"Microsoft did not answer yet: {error.why}.", "Check again in a minute.", US
        )
    remedy = "Make sure the reader app still has its permissions in this tenant, then check again."
    return Check("", "unknown", f"This could not be read: {cause(error)}.", remedy, CUSTOMER)


def cause(error: Exception) -> str:
    """Part of a sentence: why something could not be read."""
    if isinstance(error, Later):
        return f"Microsoft did not answer yet: {error.why}"
    if isinstance(error, Refused):
        return error.reason.replace("_", " ")
    if isinstance(error, Rejected):
        return f"Microsoft answered {error.status} {error.code}"
    return "Microsoft knows no such object"

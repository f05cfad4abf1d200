"""The small part of OData the portal speaks: $filter, $select, $expand, $top and opaque next links.

Each kind says which filters Microsoft documents for it; any other is refused (facts 16.4).
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import functools
import re
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.cloud import Cloud
from sandbox.graph.calls import Call, Reply, bad
from sandbox.store import Object

OPTIONS = {"$filter", "$select", "$expand", "$top", "$count", "$skiptoken"}
TERM = re.compile(
    r"(?P<path>[\w/]+)\s+(?P<op>eq)\s+(?P<value>'(?:[^']|'')*'|true|false|[\w-]+)"
    r"|(?P<fn>startswith|contains)\((?P<path2>[\w/.]+),\s*(?P<value2>'(?:[^']|'')*')\)",
)


@dataclasses.dataclass(frozen=True)
class Kind:
    """How one sort of object is shown. `follow` finds what each navigation property leads to, when asked."""

    collection: str
    model: Any
    filters: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    """What is shown without $select; empty means everything."""
    follow: Mapping[str, Follow] = dataclasses.field(default_factory=dict)
    type: str = ""
    """Its @odata.type, where it stands among others."""
    models: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """Of an abstract sort: its models by the @odata.type each object says."""


Follow = Callable[[Cloud, str, Object], tuple[Kind, Any]]
Tree = dict[str, dict[str, str]]
"""$expand: property → its own options."""


@functools.cache
def fields(model: Any) -> frozenset[str]:
    return frozenset(name for name in model().get_field_deserializers() if name != "@odata.type")


def parse_filter(text: str, allowed: frozenset[str]) -> list[tuple[str, str, str]]:
    """[(operator, path, value)], all of which must hold."""
    terms, rest = [], text.strip()
    while rest:
        found = TERM.match(rest)
        if not found:
            raise bad(f"Invalid filter clause: {text}", "BadRequest")
        terms.append(_term(found, allowed))
        rest = rest[found.end() :].strip()
        if rest and not rest.startswith("and "):
            raise bad(f"Invalid filter clause: {text}", "BadRequest")
        rest = rest.removeprefix("and ").strip()
    return terms


def _term(found: re.Match[str], allowed: frozenset[str]) -> tuple[str, str, str]:
    op = found["op"] or found["fn"]
    path, value = found["path"] or found["path2"], found["value"] or found["value2"]
    if f"{op} {path}" not in allowed:
        raise bad(
            f"Unsupported or invalid query filter clause specified for property '{path}'.", "InvalidFilter"
        )
    return op, path, value[1:-1].replace("''", "'") if value.startswith("'") else value


def holds(item: Object, terms: list[tuple[str, str, str]]) -> bool:
    return all(_matches(op, look(item, path), value) for op, path, value in terms)


def look(item: Any, path: str) -> str:
    for step in path.split("/"):
        if step.startswith("microsoft.graph."):
            continue  # a cast: the object is taken as one of this sort
        item = item.get(step) if isinstance(item, dict) else None
    return ("true" if item else "false") if isinstance(item, bool) else str(item or "")


def _matches(op: str, have: str, want: str) -> bool:
    have, want = have.casefold(), want.casefold()
    return {"eq": have == want, "startswith": have.startswith(want), "contains": want in have}[op]


def split(text: str, mark: str) -> list[str]:
    """Cut at `mark`, but not within parentheses."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def parse_expand(text: str) -> Tree:
    tree: Tree = {}
    for part in split(text, ","):
        name, _, inner = part.partition("(")
        options = split(inner.removesuffix(")"), ";")
        tree[name] = dict(option.split("=", 1) for option in options if "=" in option)
    return tree


def show(call: Call, kind: Kind, item: Object, options: Mapping[str, str] | None = None) -> Object:
    """One stored object as an answer has it: the selected properties, and navigation only where expanded."""
    options = options or {}
    known = fields(kind.models.get(item.get("@odata.type", ""), kind.model))
    plain = known - set(kind.follow)
    chosen = frozenset(split(options.get("$select", ""), ",")) or (kind.shown or plain)
    if unknown := chosen - known:
        raise bad(
            f"Could not find a property named '{min(unknown)}' on type '{kind.collection}'.", "BadRequest"
        )
    result = {name: item[name] for name in item if name in chosen & plain or (kind.models and "@" in name)}
    for name, inner in parse_expand(options.get("$expand", "")).items():
        result[name] = _expanded(call, kind, item, name, inner)
    return result


def _expanded(call: Call, kind: Kind, item: Object, name: str, options: dict[str, str]) -> Any:
    if name not in kind.follow:
        raise bad(
            f"Could not find a navigation property named '{name}' on '{kind.collection}'.", "BadRequest"
        )
    inner, found = kind.follow[name](call.cloud, call.tid, item)
    if isinstance(found, list):
        return [show(call, inner, each, options) for each in found]
    return show(call, inner, found, options) if found else None


def context(call: Call, kind: Kind, one: bool = False) -> str:
    return f"{call.cloud.origin}/v1.0/$metadata#{kind.collection}" + ("/$entity" if one else "")


def check_options(call: Call) -> None:
    if unknown := {name for name in call.query if name.startswith("$")} - OPTIONS:
        raise bad(f"The query option '{min(unknown)}' is not supported here.", "BadRequest")


def one(call: Call, kind: Kind, item: Object) -> Reply:
    check_options(call)
    return Reply(200, {"@odata.context": context(call, kind, True), **show(call, kind, item, call.query)})


def created(call: Call, kind: Kind, item: Object) -> Reply:
    body = {"@odata.context": context(call, kind, True), **show(call, kind, item)}
    return Reply(201, body, f"{call.cloud.origin}{call.path.split('(')[0]}/{item['id']}")


def listing(call: Call, kind: Kind, items: list[Object]) -> Reply:
    """One page of what passes the filter; the rest is behind an opaque link."""
    check_options(call)
    terms = parse_filter(call.query.get("$filter", ""), kind.filters)
    found = [item for item in items if holds(item, terms)]
    start = _start(call.query.get("$skiptoken", ""))
    end = start + _size(call)
    body: Object = {"@odata.context": context(call, kind)}
    if call.query.get("$count") == "true":
        body["@odata.count"] = len(found)
    if end < len(found):
        body["@odata.nextLink"] = _next(call, end)
    body["value"] = [show(call, kind, item, call.query) for item in found[start:end]]
    return Reply(200, body)


def _size(call: Call) -> int:
    top = call.query.get("$top", "999")
    if not top.isdigit() or not 1 <= int(top) <= 999:
        raise bad("Invalid page size specified: it must be between 1 and 999.")
    return min(int(top), call.cloud.habits.page_size)


def _start(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token)) if token else 0
    except (ValueError, binascii.Error):
        raise bad("Skip token is not valid.", "BadRequest") from None


def _next(call: Call, start: int) -> str:
    token = base64.urlsafe_b64encode(f"{start:09}".encode()).decode()
    query = {**call.query, "$skiptoken": token}
    return f"{call.cloud.origin}{urllib.parse.quote(call.path)}?{urllib.parse.urlencode(query)}"

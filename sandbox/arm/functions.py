"""The functions of templates that need nothing but their arguments."""

from __future__ import annotations

import json
import math
import re
import uuid
from collections.abc import Callable
from functools import reduce
from typing import Any

from sandbox.arm.expressions import Function, Lazy, Wrong

NAMESPACE = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
"""Of guid(), which is a UUID version 5 of its arguments joined with hyphens (facts A1.5)."""


def guid(*parts: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "-".join(parts)))


def concat(*parts: Any) -> Any:
    if any(isinstance(each, list) for each in parts):
        return [item for each in parts for item in each]
    return "".join(string(each) for each in parts)


def string(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def form(text: str, *values: Any) -> str:
    return re.sub(r"\{(\d+)(?::[^}]*)?\}", lambda found: string(values[int(found[1])]), text)


def contains(where: Any, what: Any) -> bool:
    if isinstance(where, dict):
        return str(what).casefold() in [name.casefold() for name in where]
    return what in where


def union(*parts: Any) -> Any:
    if all(isinstance(each, dict) for each in parts):
        return reduce(lambda one, other: {**one, **other}, parts, {})
    return list({json.dumps(item, sort_keys=True): item for each in parts for item in each}.values())


def replace(text: str, old: str, new: str) -> str:
    return text.replace(old, new)


def substring(text: str, start: int, length: int | None = None) -> str:
    return text[start:] if length is None else text[start : start + length]


def split(text: str, marks: Any) -> list[str]:
    return re.split("|".join(map(re.escape, marks if isinstance(marks, list) else [marks])), text)


def array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def pairs(*values: Any) -> dict[str, Any]:
    return dict(zip(values[::2], values[1::2], strict=True))


def items(value: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": value[name]} for name in sorted(value)]


def boolean(value: Any) -> bool:
    return value.lower() == "true" if isinstance(value, str) else bool(value)


def either(*values: Any) -> Any:
    return next((each for each in values if each is not None), None)


def numbers(start: int, count: int) -> list[int]:
    return list(range(start, start + count))


PLAIN: dict[str, Callable[..., Any]] = {
    "guid": guid, "concat": concat, "format": form, "string": string, "int": int, "bool": boolean,
    "array": array, "createarray": lambda *given: list(given), "createobject": pairs, "items": items,
    "length": len, "empty": lambda value: not value, "contains": contains, "union": union, "coalesce": either,
    "first": lambda value: value[0] if value else None, "last": lambda value: value[-1] if value else None,
    "take": lambda value, count: value[:max(count, 0)], "skip": lambda value, count: value[max(count, 0):],
    "tolower": str.lower, "toupper": str.upper, "trim": str.strip, "replace": replace, "split": split,
    "substring": substring, "join": lambda value, mark: mark.join(map(string, value)),
    "startswith": lambda text, start: text.lower().startswith(start.lower()),
    "endswith": lambda text, end: text.lower().endswith(end.lower()),
    "equals": lambda one, other: one == other, "not": lambda value: not value,
    "less": lambda one, other: one < other, "lessorequals": lambda one, other: one <= other,
    "greater": lambda one, other: one > other, "greaterorequals": lambda one, other: one >= other,
    "add": lambda one, other: one + other, "sub": lambda one, other: one - other,
    "mul": lambda one, other: one * other, "div": lambda one, other: math.trunc(one / other),
    "mod": lambda one, other: one - other * math.trunc(one / other), "min": min, "max": max, "range": numbers,
    "json": json.loads,
    "true": lambda: True, "false": lambda: False, "null": lambda: None,
}  # fmt: skip


def _if(args: list[Lazy]) -> Any:
    test, yes, no = args
    return yes() if test() else no()


LAZY: dict[str, Function] = {
    "if": _if,
    "and": lambda args: all(each() for each in args),
    "or": lambda args: any(each() for each in args),
}


def eager(name: str, function: Callable[..., Any]) -> Function:
    def called(args: list[Lazy]) -> Any:
        given = [each() for each in args]
        try:
            return function(*given)
        except (TypeError, ValueError, AttributeError, IndexError, KeyError, ArithmeticError):
            words = "arguments do not fit. Please see https://aka.ms/arm-functions for usage details."
            raise Wrong(f"Unable to evaluate template language function '{name}': the {words}") from None

    return called


FUNCTIONS: dict[str, Function] = {**LAZY, **{name: eager(name, each) for name, each in PLAIN.items()}}

"""Of what form a body must be, before anything in it is understood.

A shape is written as the body would be: {"name!": str, "people": [str], "more": {"*": ANY}}. A name with !
must be there, * is any name. Null counts as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ANY: Any = object
NAMES = {str: "String", int: "Integer", bool: "Boolean", dict: "Object", list: "Array"}


class Misfit(Exception):
    """Says where, and what should be there."""


def check(given: Any, shape: Any, path: str = "") -> None:
    if given is None or shape is ANY:
        return
    if isinstance(shape, dict):
        _check_object(given, shape, path)
    elif isinstance(shape, list):
        for index, each in enumerate(_as(given, list, path)):
            check(_there(each, str(index), path), shape[0], f"{path}[{index}]")
    else:
        _as(given, shape, path)


def _check_object(given: Any, shape: Mapping[str, Any], path: str) -> None:
    for name, each in _as(given, dict, path).items():
        inner = shape.get(name, shape.get(f"{name}!", shape.get("*", ANY)))
        check(each, inner, f"{path}.{name}" if path else name)
    required = {name[:-1] for name in shape if name.endswith("!")} | (set(given) if "*" in shape else set())
    for name in sorted(required):
        _there(given.get(name), name, path)


def _as(given: Any, type: type, path: str) -> Any:
    if not isinstance(given, type) or (type is int and isinstance(given, bool)):
        raise Misfit(f"Error converting value to type '{NAMES[type]}'. Path '{path}', line 1, position 1.")
    return given


def _there(given: Any, name: str, path: str) -> Any:
    if given is None:
        raise Misfit(f"Required property '{name}' not found in JSON. Path '{path}', line 1, position 1.")
    return given

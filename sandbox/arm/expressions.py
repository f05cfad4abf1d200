"""The language between square brackets in templates: calls, strings, numbers, `.property` and `[index]`.

"[concat('a', 'b')]" is an expression, "[[x]" is the text "[x]", anything else is itself.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<name>[A-Za-z_]\w*)|(?P<mark>[()\[\],.]))"
)


class Wrong(Exception):
    """The expression cannot be read, or has no value; says why in Azure's manner."""


@dataclasses.dataclass(frozen=True)
class Value:
    value: Any


@dataclasses.dataclass(frozen=True)
class Do:
    name: str
    args: tuple[Node, ...]


@dataclasses.dataclass(frozen=True)
class Step:
    """`.name` or `[index]` of what comes before."""

    of: Node
    key: Node


Node = Value | Do | Step
Function = Callable[[list["Lazy"]], Any]
Lazy = Callable[[], Any]
"""Arguments are worked out when they are needed: if() takes only one of its two."""


def is_expression(text: str) -> bool:
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def plain(text: str) -> str:
    return text[1:] if text.startswith("[[") else text


class Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._tokens(text[1:-1]))

    def _tokens(self, text: str) -> list[tuple[str, str]]:
        found, at = [], 0
        while text[at:].strip():
            match = TOKEN.match(text, at)
            if not match:
                raise self.wrong()
            found.append((str(match.lastgroup), match[str(match.lastgroup)]))
            at = match.end()
        return found

    def wrong(self) -> Wrong:
        return Wrong(f"The template language expression '{self.text}' is not valid.")

    def whole(self) -> Node:
        node = self.node()
        if self.tokens:
            raise self.wrong()
        return node

    def take(self, mark: str = "") -> tuple[str, str]:
        if not self.tokens or (mark and self.tokens[0] != ("mark", mark)):
            raise self.wrong()
        return self.tokens.pop(0)

    def next_is(self, mark: str) -> bool:
        return bool(self.tokens) and self.tokens[0] == ("mark", mark)

    def node(self) -> Node:
        node = self.first()
        while self.next_is(".") or self.next_is("["):
            node = Step(node, self.key(self.take()[1]))
        return node

    def key(self, mark: str) -> Node:
        if mark == ".":
            sort, name = self.take()
            if sort != "name":
                raise self.wrong()
            return Value(name)
        key = self.node()
        self.take("]")
        return key

    def first(self) -> Node:
        sort, text = self.take()
        if sort == "text":
            return Value(text[1:-1].replace("''", "'"))
        if sort == "number":
            return Value(int(text))
        if sort == "name":
            return Do(text, self.arguments())
        raise self.wrong()

    def arguments(self) -> tuple[Node, ...]:
        self.take("(")
        found: list[Node] = []
        while not self.next_is(")"):
            found.append(self.node())
            if not self.next_is(")"):
                self.take(",")
        self.take(")")
        return tuple(found)


def value(node: Node, functions: dict[str, Function]) -> Any:
    if isinstance(node, Value):
        return node.value
    if isinstance(node, Step):
        return step(value(node.of, functions), value(node.key, functions))
    function = functions.get(node.name.lower())
    if not function:
        raise Wrong(
            f"The template function '{node.name}' is not valid. Please see https://aka.ms/arm-functions."
        )
    return function([_lazy(each, functions) for each in node.args])


def _lazy(node: Node, functions: dict[str, Function]) -> Lazy:
    return lambda: value(node, functions)


def step(of: Any, key: Any) -> Any:
    """Names of properties may differ in case."""
    if isinstance(of, dict):
        for name, found in of.items():
            if name.casefold() == str(key).casefold():
                return found
        names = ", ".join(of)
        raise Wrong(
            f"The language expression property '{key}' doesn't exist, available properties are '{names}'."
        )
    if isinstance(of, list) and type(key) is int and 0 <= key < len(of):
        return of[key]
    if isinstance(of, list):
        raise Wrong(f"The language expression property array index '{key}' is out of bounds.")
    raise Wrong(f"The language expression property '{key}' can't be evaluated.")


def evaluate(given: Any, functions: dict[str, Function]) -> Any:
    """Every expression anywhere in `given`, also in names of properties."""
    if isinstance(given, dict):
        return {evaluate(name, functions): evaluate(each, functions) for name, each in given.items()}
    if isinstance(given, list):
        return [evaluate(each, functions) for each in given]
    if not isinstance(given, str):
        return given
    return value(Parser(given).whole(), functions) if is_expression(given) else plain(given)

"""Rules of dynamic groups: the part of Microsoft's grammar that is told apart here (facts 2.3, 16.16).

`not`, `and`, `or` and parentheses around comparisons of one property of a user with a value; of a property
with several values as it is, or by -any and -all with `_` for each. Names are case-sensitive, values are not.
What Microsoft refuses is refused, and so is what it would take but is not told apart here (memberOf, devices,
extension attributes): never a rule that is taken and then fills nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.store import Object

LONGEST = 3072
TEXTS = {
    "city", "companyName", "country", "department", "displayName", "employeeId", "givenName", "jobTitle",
    "mail", "mailNickName", "mobile", "objectId", "postalCode", "preferredLanguage", "state", "surname",
    "usageLocation", "userPrincipalName", "userType",
}  # fmt: skip
FLAGS = {"accountEnabled", "dirSyncEnabled"}
LISTS = {"otherMails", "proxyAddresses"}
STORED = {"objectId": "id", "mailNickName": "mailNickname", "mobile": "mobilePhone"}
"""Where Graph calls a property by another name than a rule does."""

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:`.|[^"`])*")|(?P<mark>[()\[\],])|(?P<word>-?[A-Za-z_][\w.]*))""", re.DOTALL
)
Holds = Callable[[Object], bool]
Compare = Callable[[Any, Any], bool]


class Wrong(ValueError):
    """Says what a rule is refused for."""


def _same(have: Any, want: Any) -> bool:
    return bool(have == want)


COMPARE: dict[str, Compare] = {
    "eq": _same,
    "startswith": lambda have, want: str(have or "").startswith(want),
    "endswith": lambda have, want: str(have or "").endswith(want),
    "contains": lambda have, want: want in str(have or ""),
    "match": lambda have, want: re.search(want, str(have or "")) is not None,
    "in": lambda have, want: have in want,
}
NEGATED = {f"not{name}": name for name in COMPARE} | {"ne": "eq"}


def parse(rule: str) -> Holds:
    """Whether a user falls under the rule. Wrong says why there is no such rule."""
    if len(rule) > LONGEST:
        raise Wrong(f"it is longer than {LONGEST} characters")
    reader = Reader(_tokens(rule))
    found = reader.either()
    if reader.left:
        raise Wrong(f"nothing is expected before '{reader.left[0]}'")
    return found


def _tokens(rule: str) -> list[str]:
    found, at = [], 0
    while rule[at:].strip():
        token = TOKEN.match(rule, at)
        if not token:
            raise Wrong(f"it cannot be read at '{rule[at:].strip()[:20]}'")
        found.append(token[0].strip())
        at = token.end()
    return found


class Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens

    def take(self, *wanted: str) -> str:
        """The next token; "" where it is none of those wanted."""
        if self.left and (not wanted or _bare(self.left[0]) in wanted):
            return self.left.pop(0)
        return ""

    def need(self, *wanted: str) -> str:
        found = self.take(*wanted)
        if not found:
            raise Wrong(f"{' or '.join(wanted) or 'more'} is expected at its end or where something else is")
        return found

    def either(self) -> Holds:
        found = self.both()
        while self.take("or"):
            found = _or(found, self.both())
        return found

    def both(self) -> Holds:
        found = self.single()
        while self.take("and"):
            found = _and(found, self.single())
        return found

    def single(self) -> Holds:
        if self.take("not"):
            inner = self.single()
            return lambda user: not inner(user)
        if self.take("("):
            found = self.either()
            self.need(")")
            return found
        return self.comparison()

    def comparison(self) -> Holds:
        name = _property(self.need())
        if name in LISTS:
            return self.of_several(name)
        holds = self.compared(name)
        return lambda user: holds(_value(user, name))

    def of_several(self, name: str) -> Holds:
        """Of several values one has to do, unless -all is asked for."""
        how = _bare(self.take("any", "all"))
        if how:
            self.need("(")
            if self.need() != "_":
                raise Wrong("_ is expected after -any and -all")
        holds = self.compared(name)
        if how:
            self.need(")")
        quantified = all if how == "all" else any
        return lambda user: quantified(holds(value) for value in _value(user, name) or [])

    def compared(self, name: str) -> Callable[[Any], bool]:
        operator = _bare(self.need())
        compare = COMPARE.get(NEGATED.get(operator, operator))
        if not compare:
            raise Wrong(f"the operator '{operator}' is not supported")
        want = self.listed(name) if operator in ("in", "notin") else self.value(name, operator)
        return lambda have: compare(_folded(have), want) is not (operator in NEGATED)

    def listed(self, name: str) -> list[Any]:
        self.need("[")
        found = [self.value(name, "in")]
        while self.take(","):
            found.append(self.value(name, "in"))
        self.need("]")
        return found

    def value(self, name: str, operator: str) -> Any:
        token = self.need()
        if token.casefold() == "null" and operator in ("eq", "ne") and name not in LISTS:
            return None
        if name in FLAGS and operator in ("eq", "ne") and token.casefold() in ("true", "false"):
            return token.casefold() == "true"
        if name in FLAGS or token[0] != '"':
            raise Wrong(f"'{token}' is no value for '{name}' and '{operator}'")
        text = re.sub(r"`(.)", r"\1", token[1:-1]).replace("''", "'")
        return _pattern(text) if operator.endswith("match") else text.casefold()


def _bare(token: str) -> str:
    """Operators are written with a hyphen or without, in any case; a text is never one."""
    return token if token[:1] == '"' else token.casefold().removeprefix("-")


def _pattern(text: str) -> str:
    try:
        re.compile(text, re.IGNORECASE)
    except re.error:
        raise Wrong(f"'{text}' is no regular expression") from None
    return f"(?i:{text})"


def _property(token: str) -> str:
    kind, _, name = token.partition(".")
    if kind != "user" or name not in TEXTS | FLAGS | LISTS:
        raise Wrong(f"the property '{token}' is not supported")
    return name


def _value(user: Object, name: str) -> Any:
    return user.get(STORED.get(name, name))


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _or(one: Holds, other: Holds) -> Holds:
    return lambda user: one(user) or other(user)


def _and(one: Holds, other: Holds) -> Holds:
    return lambda user: one(user) and other(user)

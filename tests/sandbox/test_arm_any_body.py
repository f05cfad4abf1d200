"""Whatever is wrong with a body, Azure answers: nothing makes the sandbox stumble."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.arm import seed
from sandbox.store import Object
from tests.sandbox.arm_client import SCOPE, azure
from tests.sandbox.graph_client import NORTHWIND
from tests.sandbox.lighthouse import ASSIGNMENT, DEFINITION, assigned, offer
from tests.sandbox.lighthouse_templates import deployment, groups

DEPLOYMENT = f"{SCOPE}/providers/Microsoft.Resources/deployments/lighthouse"
POLICY = f"{SCOPE}/providers/Microsoft.Authorization/policyDefinitions/ours"
RULE = {"if": {"not": {"field": "type", "in": "[parameters('types')]"}}, "then": {"effect": "audit"}}
WHOLE = deployment(groups(), resourceGroups=[{"rgName": "rg-security"}])
BODIES: list[tuple[str, str, Object]] = [
    ("PUT", DEPLOYMENT, WHOLE),
    ("POST", f"{DEPLOYMENT}/whatIf", WHOLE),
    ("PUT", DEFINITION, offer()),
    ("PUT", ASSIGNMENT, assigned()),
    ("PUT", POLICY, {"properties": {"policyRule": RULE, "parameters": {"types": {"type": "Array"}}}}),
]
ODD: list[Any] = [
    None,
    "",
    1,
    True,
    [],
    {},
    [1],
    [None],
    {"a": 1},
    "[concat(",
    "[copyIndex()]",
    "[reference('a')]",
]


def ways(body: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """To everything in it."""
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, each in inner:
        yield (*way, name)
        yield from ways(each, (*way, name))


def spoiled(body: Object, chance: random.Random) -> Object:
    whole: Any = copy.deepcopy(body)
    *way, last = chance.choice(list(ways(body)))
    place = whole
    for name in way:
        place = place[name]
    place[last] = copy.deepcopy(chance.choice(ODD))
    return dict(whole)


@pytest.mark.parametrize("number", range(3))
def test_no_body_is_too_odd_to_be_answered(number: int) -> None:
    """The client here raises what a handler does not catch."""
    nora, chance = azure(), random.Random(number)
    seed.register(nora.cloud, NORTHWIND, SCOPE, "Microsoft.ManagedServices")
    for _ in range(80):
        method, path, body = chance.choice(BODIES)
        wrong = spoiled(body, chance)
        answer = nora.call(method, path, wrong)
        assert answer.status_code < 500, wrong
        assert answer.is_success or answer.json()["error"]["message"], wrong

"""The language of templates, and what of it is not taken on (azure facts A1.5, A3)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.arm import frames, functions, lenient
from sandbox.store import Object
from tests.sandbox.arm_client import SCOPE, Azure, azure
from tests.sandbox.graph_client import NORTHWIND
from tests.sandbox.lighthouse import NAME, OTHER
from tests.sandbox.lighthouse_templates import (
    DEFINITION_ID,
    OFFER,
    assignment,
    definition,
    deployment,
    subscription,
    template,
)

DEPLOYMENT = f"{SCOPE}/providers/Microsoft.Resources/deployments/lighthouse"


@pytest.fixture
def nora() -> Azure:
    return azure()


def test_json_is_read_as_loosely_as_azure_reads_it() -> None:
    loose = (
        b'{// a template\n"a": "x // y, /* z */ }", template: {"b": [1, 2, /* last */], "c": "two\nlines",}}'
    )
    assert lenient.loads(loose) == {"a": "x // y, /* z */ }", "template": {"b": [1, 2], "c": "two\nlines"}}
    with pytest.raises(ValueError, match="Expecting"):
        lenient.loads(b'{"a": }')


def test_guid_is_azures() -> None:
    assert functions.guid(OFFER) == NAME
    assert functions.guid("test") == OTHER
    assert functions.guid("one", "two") == functions.guid("one-two")


def circle() -> Object:
    first = {
        **definition(),
        "dependsOn": [f"[resourceId('{assignment()['type']}', variables('mspAssignmentName'))]"],
    }
    return template(first, assignment(dependsOn=[DEFINITION_ID]))


INVALID: list[tuple[Object, str]] = [
    (deployment(mspOfferName=None), "value for the template parameter 'mspOfferName'"),
    (deployment(surprise=1), "The template parameters 'surprise' in the parameters file are not valid"),
    (deployment(authorizations="none"), "Expected 'array'. Actual 'String'"),
    (
        deployment({name: each for name, each in subscription().items() if name != "$schema"}),
        "property '$schema'",
    ),
    (deployment(template(assignment(dependsOn=[DEFINITION_ID]))), "is not defined in the template"),
    (deployment(template(definition(), {**definition(), "dependsOn": []})), "is defined multiple times"),
    (deployment(template({**definition(), "dependsOn": [DEFINITION_ID]})), "cannot reference itself"),
    (deployment(circle()), "Circular dependency detected"),
    (deployment(template({**definition(), "name": "[guid('a']"})), "is not valid"),
    (deployment(template({**definition(), "name": "[oops('a')]"})), "template function 'oops' is not valid"),
    (deployment(template({**definition(), "name": "[parameters('b')]"})), "parameter 'b' is not found"),
    (deployment(template({**definition(), "name": "a/b"})), "incorrect segment lengths"),
]


@pytest.mark.parametrize(("body", "words"), INVALID, ids=[words for _, words in INVALID])
def test_a_template_that_cannot_be_read_is_not_taken_on(nora: Azure, body: Object, words: str) -> None:
    for method, path in (("PUT", DEPLOYMENT), ("POST", f"{DEPLOYMENT}/validate")):
        assert nora.refusal(method, path, body) == (400, "InvalidTemplate")
        assert words in nora.call(method, path, body).json()["error"]["message"]
    asked = nora.call("POST", f"{DEPLOYMENT}/whatIf", body)
    told = nora.get(asked.headers["Location"])
    assert (told["status"], told["error"]["code"], "properties" in told) == (
        "Failed",
        "InvalidTemplate",
        False,
    )
    assert nora.call("HEAD", DEPLOYMENT).status_code == 404


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("[concat('it''s ', 1, ' ', true())]", "it's 1 true"),
        ("[[parameters('x')]", "[parameters('x')]"),
        ("[if(equals(1, 2), parameters('nothing'), toUpper('b'))]", "B"),
        ("[subscription().subscriptionId]", SCOPE.rpartition("/")[2]),
        ("[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'x')]",
         f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/x"),
        ("[resourceId('rg', 'A.B/c/d', 'e', 'f')]", f"{SCOPE}/resourceGroups/rg/providers/A.B/c/e/d/f"),
        ("[createObject('a', createArray(1, 2)).A[1]]", 2),
        ("[deployment().name]", "lighthouse"),
        ("[union(createArray('a'), createArray('a', 'b'))]", ["a", "b"]),
        ({"copy": [{"name": "a", "count": 2, "input": "[copyIndex('a', 1)]"}], "b": "[string(1)]"},
         {"b": "1", "a": [1, 2]}),
        ("[variables('three')]", ["n0", "n1", "n2"]),
        ("[reference(resourceId('rg-security', 'X.Y/z', 'q')).a]", "b"),
    ],
)  # fmt: skip
def test_the_language_of_templates(nora: Azure, given: Any, value: Any) -> None:
    call = frames.Call(nora.cloud, None, "PUT", "", {}, {}, NORTHWIND)  # type: ignore[arg-type]
    loop = {"name": "three", "count": "[length('abc')]", "input": "[concat('n', copyIndex('three'))]"}
    whole = {"variables": {"copy": [loop]}}
    frame = frames.Frame(call, SCOPE, "lighthouse", "", whole, {}, lambda id: {"properties": {"a": "b"}})
    assert frame.value(given) == value

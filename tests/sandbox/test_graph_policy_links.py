"""Questions and custom extensions of a policy: shown only when expanded, cleared by a PUT without them."""

from __future__ import annotations

import pytest

from sandbox.store import Object
from tests.sandbox.graph_client import ELM, NORTHWIND, World, graph, policy_body, world

TYPE = "#microsoft.graph."
EXTENSION = {
    "@odata.type": f"{TYPE}accessPackageAssignmentRequestWorkflowExtension",
    "id": "99999999-9999-4999-8999-999999999999",
}
QUESTION = {
    "@odata.type": f"{TYPE}accessPackageTextInputQuestion",
    "text": "Why?",
    "isSingleLineQuestion": True,
}
LINKS = "$expand=accessPackage,questions,customExtensionStageSettings($expand=customExtension)"


@pytest.fixture
def built() -> World:
    made = world(graph())
    made.graph.cloud.store.put(NORTHWIND, "customExtensions", {**EXTENSION, "displayName": "Ticket"})
    return made


def path(built: World) -> str:
    return f"{ELM}/assignmentPolicies/{built.policy['id']}"


def wanted(built: World, **links: object) -> Object:
    return {**policy_body(built.package, built.organization, built.approvers), **links}


def linked(built: World) -> None:
    settings = [{"stage": "assignmentRequestCreated", "customExtension": EXTENSION}]
    body = wanted(built, questions=[QUESTION], customExtensionStageSettings=settings)
    assert built.graph.call("PUT", path(built), body).status_code == 200


def test_20_links_are_shown_only_when_expanded(built: World) -> None:
    linked(built)
    assert not {"questions", "customExtensionStageSettings"} & set(built.graph.get(path(built)))
    whole = built.graph.get(f"{path(built)}?{LINKS}")
    (question,), (setting,) = whole["questions"], whole["customExtensionStageSettings"]
    assert {name: question[name] for name in QUESTION} == QUESTION
    assert question["id"]
    assert setting["stage"] == "assignmentRequestCreated"
    assert setting["customExtension"] == {**EXTENSION, "displayName": "Ticket"}


def test_20_a_put_without_them_clears_them(built: World) -> None:
    linked(built)
    built.graph.call("PUT", path(built), wanted(built))
    whole = built.graph.get(f"{path(built)}?{LINKS}")
    assert (whole["questions"], whole["customExtensionStageSettings"]) == ([], [])


@pytest.mark.parametrize(
    "links",
    [
        {"questions": [{"text": "Why?"}]},
        {"questions": [{**QUESTION, "answer": "x"}]},
        {"customExtensionStageSettings": [{"stage": "always", "customExtension": EXTENSION}]},
        {
            "customExtensionStageSettings": [
                {"stage": "assignmentRequestCreated", "customExtension": {"id": "x"}}
            ]
        },
        {
            "customExtensionStageSettings": [
                {"stage": "assignmentRequestCreated", "customExtension": {**EXTENSION, "id": "none"}}
            ]
        },
    ],
)
def test_2_a_wrong_link_is_refused(built: World, links: Object) -> None:
    assert built.graph.call("PUT", path(built), wanted(built, **links)).status_code == 400


def test_an_extension_is_named_and_not_defined_by_a_policy(built: World) -> None:
    """The documentation names it by its type and id alone; a definition put back is not ours to send."""
    settings = [
        {"stage": "assignmentRequestCreated", "customExtension": {**EXTENSION, "displayName": "Mine"}}
    ]
    body = wanted(built, customExtensionStageSettings=settings)
    assert built.graph.call("PUT", path(built), body).status_code == 400

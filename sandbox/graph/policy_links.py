"""What a policy links to: questions asked of the requestor, and custom extensions called at its stages.

Shown only when expanded; a PUT that leaves them out clears them (facts 16.20).
"""

from __future__ import annotations

import uuid

from msgraph.generated.models.access_package_assignment_request_workflow_extension import (
    AccessPackageAssignmentRequestWorkflowExtension,
)
from msgraph.generated.models.access_package_assignment_workflow_extension import (
    AccessPackageAssignmentWorkflowExtension,
)
from msgraph.generated.models.access_package_multiple_choice_question import (
    AccessPackageMultipleChoiceQuestion,
)
from msgraph.generated.models.access_package_question import AccessPackageQuestion
from msgraph.generated.models.access_package_text_input_question import AccessPackageTextInputQuestion
from msgraph.generated.models.custom_callout_extension import CustomCalloutExtension
from msgraph.generated.models.custom_extension_stage_setting import CustomExtensionStageSetting

from sandbox.cloud import Cloud
from sandbox.graph.calls import Call, invalid
from sandbox.graph.odata import Follow, Kind
from sandbox.store import Object

TYPE = "#microsoft.graph."
QUESTIONS = Kind(
    "questions",
    AccessPackageQuestion,
    models={
        f"{TYPE}accessPackageTextInputQuestion": AccessPackageTextInputQuestion,
        f"{TYPE}accessPackageMultipleChoiceQuestion": AccessPackageMultipleChoiceQuestion,
    },
)
EXTENSIONS = Kind(
    "customExtensions",
    CustomCalloutExtension,
    models={
        f"{TYPE}accessPackageAssignmentRequestWorkflowExtension": (
            AccessPackageAssignmentRequestWorkflowExtension
        ),
        f"{TYPE}accessPackageAssignmentWorkflowExtension": AccessPackageAssignmentWorkflowExtension,
    },
)


def _extension(cloud: Cloud, tid: str, setting: Object) -> tuple[Kind, Object | None]:
    return EXTENSIONS, cloud.store.get(tid, "customExtensions", setting["customExtension"]["id"])


SETTINGS = Kind(
    "customExtensionStageSettings", CustomExtensionStageSetting, follow={"customExtension": _extension}
)
FOLLOW: dict[str, Follow] = {
    "questions": lambda cloud, tid, policy: (QUESTIONS, policy.get("questions") or []),
    SETTINGS.collection: lambda cloud, tid, policy: (SETTINGS, policy.get(SETTINGS.collection) or []),
}


def links(call: Call, wanted: Object) -> Object:
    """As they are kept: each with an id, an extension by its id alone."""
    settings = [_setting(call, each) for each in wanted.get(SETTINGS.collection) or []]
    questions = [_with_id(each) for each in wanted.get("questions") or []]
    return {"questions": questions, SETTINGS.collection: settings}


def _setting(call: Call, wanted: Object) -> Object:
    named = wanted.get("customExtension") or {}
    id = named.get("id") or ""
    if set(named) != {"@odata.type", "id"}:
        raise invalid("A custom extension is named here by its type and id.")
    if not call.store.get(call.tid, "customExtensions", id):
        raise invalid(f"The custom extension '{id}' does not exist.")
    return {**_with_id(wanted), "customExtension": {"id": id}}


def _with_id(wanted: Object) -> Object:
    return {"id": str(uuid.uuid4()), **wanted}

"""Who may ask for a package, who says yes, and for how long.

Graph knows only full replace: what a PUT leaves out is cleared, and where a stage is cleared nobody is asked
any more. So the whole is read raw, our keys are laid over it, and the whole is put back.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from kiota_abstractions.method import Method

from onboarding.engine.resource import Spec
from onboarding.engine.shape import beyond, overlay, plain
from onboarding.kinds.calls import ask, quoted, send
from onboarding.kinds.described import Described, with_marker, without_marker
from tenants.microsoft.errors import Rejected
from tenants.microsoft.graph import Graph

READ_ONLY = ("id", "createdDateTime", "modifiedDateTime", "catalog", "accessPackage")
LINKED = "accessPackage,questions,customExtensionStageSettings($expand=customExtension)"
APPROVERS = (
    "primaryApprovers", "fallbackPrimaryApprovers", "escalationApprovers", "fallbackEscalationApprovers",
)  # fmt: skip


class AssignmentPolicy(Described):
    name: ClassVar[str] = "assignment_policy"
    identity: ClassVar[tuple[str, ...]] = ("accessPackage",)
    expand_list: ClassVar[str] = "accessPackage"
    expand: ClassVar[str] = "accessPackage"

    def collection(self, graph: Graph) -> Any:
        return graph.client.identity_governance.entitlement_management.assignment_policies

    def item(self, graph: Graph, remote_id: str) -> Any:
        return self.collection(graph).by_access_package_assignment_policy_id(remote_id)

    def queue(self, spec: Spec) -> str:
        return f"elm/{spec['accessPackage']['id']}"

    def filter(self, spec: Spec) -> str:
        return f"accessPackage/id eq {quoted(spec['accessPackage']['id'])}"

    def fits(self, spec: Spec, raw: Mapping[str, Any]) -> bool:
        return bool(str(raw.get("displayName")).casefold() == spec["displayName"].casefold())

    def strange(self, spec: Spec, raw: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(_strangers(_stages(spec), _stages(raw)))

    async def update(self, graph: Graph, remote_id: str, spec: Spec, changed: frozenset[str]) -> None:
        raw = await self._everything(graph, remote_id)
        ours = {key: copy.deepcopy(spec[key]) for key in changed}
        if "description" in ours:
            marker = without_marker(raw.get("description"))[1]
            ours["description"] = with_marker(ours["description"], marker)
        body = overlay(_writable(raw), _with_first_review_of(raw, ours))
        body["accessPackage"] = {"id": raw["accessPackage"]["id"]}
        await graph.write(send(Method.PUT, self.item(graph, remote_id)), body)

    async def _everything(self, graph: Graph, remote_id: str) -> dict[str, Any]:
        """To Graph questions and extensions are links: not expanded is not shown, and the PUT loses them.

        A Graph that does not know them as links shows them as plain properties.
        """
        try:
            return await graph.get(ask(self.item(graph, remote_id), expand=LINKED))
        except Rejected as no:
            if no.status != 400:
                raise
            return await self.raw(graph, remote_id)


def _writable(raw: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = plain({key: value for key, value in raw.items() if key not in READ_ONLY})
    return result


def _with_first_review_of(raw: Mapping[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    """The start of a review cannot change once it is there; asking for another one is refused."""
    wanted = (ours.get("reviewSettings") or {}).get("schedule")
    present = ((raw.get("reviewSettings") or {}).get("schedule") or {}).get("startDateTime")
    if wanted and present:
        wanted["startDateTime"] = present
    return ours


def _stages(policy: Mapping[str, Any]) -> list[Any]:
    return list((policy.get("requestApprovalSettings") or {}).get("stages") or ())


def _strangers(ours: list[Any], theirs: list[Any]) -> Iterator[str]:
    for number, stage in enumerate(theirs, 1):
        if number > len(ours):
            yield f"approval stage {number} that nobody planned"
            continue
        for role in APPROVERS:
            for one in beyond(ours[number - 1].get(role) or (), stage.get(role) or ()):
                yield f"approval stage {number}: {_who(one)} in {role} that nobody planned"


def _who(subject: Mapping[str, Any]) -> str:
    sort = str(subject.get("@odata.type", "")).rpartition(".")[2]
    which = subject.get("userId") or subject.get("groupId") or subject.get("description") or ""
    return f"{sort} {which}".strip()

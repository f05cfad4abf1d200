"""Who may ask for a package, who says yes, and for how long.

Graph knows only full replace: what a PUT leaves out is cleared, and where a stage is cleared nobody is asked
any more. So the whole is read raw, our keys are laid over it, and the whole is put back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from kiota_abstractions.method import Method

from onboarding.engine.putting_back import put_back
from onboarding.engine.resource import Spec
from onboarding.engine.shape import beyond, meaning, overlay, plain
from onboarding.kinds.calls import ask, quoted, send
from onboarding.kinds.deleted_holders import let_go
from onboarding.kinds.described import Described, with_marker, without_marker
from tenants.microsoft.graph import Graph

READ_ONLY = ("id", "createdDateTime", "modifiedDateTime", "catalog", "accessPackage")
EXTENSIONS = "customExtensionStageSettings"
LINKED = f"accessPackage,questions,{EXTENSIONS}($expand=customExtension)"
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
        strangers = _strangers(_stages(spec), _stages(raw))
        return (*strangers, *_late_reviews(spec, raw), *_given_unasked(raw))

    def values(self, spec: Spec, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Where a review begins is Microsoft's, once there is one: a difference could never be put right."""
        return super().values(spec, _with_first_review_of(spec, dict(raw)))

    async def update(self, graph: Graph, remote_id: str, spec: Spec, changed: frozenset[str]) -> None:
        raw = await self._everything(graph, remote_id)
        ours = {key: spec[key] for key in changed}
        await self._replace(graph, raw, overlay(_writable(raw), ours))

    async def restore(self, graph: Graph, remote_id: str, spec: Spec, before: Spec) -> None:
        raw = await self._everything(graph, remote_id)
        ours = _with_first_review_of(raw, {key: spec[key] for key in before})
        await self._replace(graph, raw, put_back(_writable(raw), ours, before))

    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None:
        await let_go(super().delete(graph, remote_id, spec), graph, spec["accessPackage"]["id"])

    async def _replace(self, graph: Graph, raw: Mapping[str, Any], body: dict[str, Any]) -> None:
        if marker := without_marker(raw.get("description"))[1]:
            body["description"] = with_marker(without_marker(body.get("description"))[0], marker)
        body["accessPackage"] = {"id": raw["accessPackage"]["id"]}
        await graph.write(send(Method.PUT, self.item(graph, raw["id"])), _with_first_review_of(raw, body))

    async def _everything(self, graph: Graph, remote_id: str) -> dict[str, Any]:
        """Questions and extensions are links: what is not expanded is not shown, and the PUT clears it."""
        return await graph.get(ask(self.item(graph, remote_id), expand=LINKED))


def _writable(raw: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = plain({key: value for key, value in raw.items() if key not in READ_ONLY})
    result[EXTENSIONS] = [_by_name(setting) for setting in raw.get(EXTENSIONS) or ()]
    return result


def _by_name(setting: Mapping[str, Any]) -> dict[str, Any]:
    """An extension is shown in full, but a policy names it by its type and id."""
    extension = setting.get("customExtension") or {}
    named = {key: extension[key] for key in ("@odata.type", "id") if key in extension}
    return {**plain(setting), "customExtension": named or None}


def _with_first_review_of(other: Mapping[str, Any], policy: dict[str, Any]) -> dict[str, Any]:
    """The start of a review cannot change once it is there; asking for another one is refused (facts 3.6)."""
    start = _schedule(other).get("startDateTime")
    if start and _schedule(policy).get("startDateTime"):
        schedule = {**_schedule(policy), "startDateTime": start}
        return {**policy, "reviewSettings": {**policy["reviewSettings"], "schedule": schedule}}
    return policy


def _schedule(policy: Mapping[str, Any]) -> Mapping[str, Any]:
    return (policy.get("reviewSettings") or {}).get("schedule") or {}


def _late_reviews(spec: Spec, raw: Mapping[str, Any]) -> Iterator[str]:
    """Microsoft may move a start, but not by more than one round of reviews."""
    planned, theirs = (meaning(_schedule(one).get("startDateTime")) for one in (spec, raw))
    if isinstance(planned, dt.datetime) and isinstance(theirs, dt.datetime):
        months = _schedule(spec)["recurrence"]["pattern"]["interval"]
        if theirs > max(planned, dt.datetime.now(dt.UTC)) + dt.timedelta(days=31 * months):
            yield f"reviews that begin only on {theirs.date()}"


def _given_unasked(raw: Mapping[str, Any]) -> Iterator[str]:
    """An automatic assignment passes every approval by."""
    if (raw.get("automaticRequestSettings") or {}).get("requestAccessForAllowedTargets"):
        yield "access given to all who may ask, without a request"


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

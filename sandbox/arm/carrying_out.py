"""A deployment carried out: one resource after the other, what failed stops only what needs it."""

from __future__ import annotations

import http
import uuid
from collections.abc import Iterator

from sandbox.arm import deployments, providers, resource_groups, resources, templates
from sandbox.arm.calls import Call, same
from sandbox.arm.errors import ArmError
from sandbox.arm.frames import Frame, Unready
from sandbox.arm.kinds import KINDS
from sandbox.arm.templates import DEPLOYMENTS, Wanted
from sandbox.cloud import Cloud
from sandbox.store import Object
from sandbox.tokens import Principal

FAILED = (
    "At least one resource deployment operation failed. Please list deployment operations for details. "
    "Please see https://aka.ms/arm-deployment-operations for usage details."
)
INNER_FAILED = "The resource operation completed with terminal provisioning state 'Failed'."


def deploy(cloud: Cloud, tid: str, operation: Object) -> Object:
    """What the deployment looks like when it has ended well; ArmError otherwise."""
    deployment = cloud.store.get(tid, deployments.COLLECTION, operation["on"]) or {}
    call = _call(cloud, tid, operation, deployment)
    try:
        frame, wanted = _again(call, deployment)
        _carry_out(call, deployment, wanted)
        outputs = templates.outputs(frame)
    except ArmError as error:
        _end(call, deployment, "Failed", error=error.error)
        raise
    done: Object = {"properties": {"provisioningOperation": "EvaluateDeploymentOutput", "statusCode": "OK"}}
    deployment["operations"].append(_numbered(call, deployment, done, "Succeeded"))
    made = [{"id": shown_id(each)} for each in templates.flat(wanted)]
    return _end(call, deployment, "Succeeded", outputs=outputs, outputResources=made)


def _call(cloud: Cloud, tid: str, operation: Object, deployment: Object) -> Call:
    given_by = operation["who"]
    who = Principal(given_by["tid"], given_by["app_id"], frozenset(), given_by["oid"], given_by["is_app"])
    scope = deployment["id"].rpartition(f"/providers/{deployments.TYPE}/")[0]
    given = {"scope": scope, "name": deployment["name"]}
    return Call(cloud, who, "PUT", deployment["id"], given, {"api-version": "2025-03-01"}, tid)


def _again(call: Call, deployment: Object) -> tuple[Frame, tuple[Wanted, ...]]:
    given = {"template": deployment["template"], "parameters": deployment["given"]}
    return deployments.planned(call, given, deployment.get("location", ""))


def _end(call: Call, deployment: Object, state: str, **more: object) -> Object:
    deployment["properties"] |= {"provisioningState": state, **more}
    return deployments.shown(call.put(deployments.COLLECTION, deployment))


def _carry_out(call: Call, deployment: Object, wanted: tuple[Wanted, ...]) -> None:
    failures = list(_each(call, deployment, wanted))
    if failures:
        raise ArmError(400, "DeploymentFailed", FAILED, details=failures, target=deployment["id"])


def _each(call: Call, deployment: Object, wanted: tuple[Wanted, ...]) -> Iterator[Object]:
    """The failures, each packed as a string; what needs a failed one is not begun."""
    lost: set[str] = set()
    for each in wanted:
        if not lost.isdisjoint(need.casefold() for need in each.needs):
            lost.add(each.id.casefold())
            continue
        try:
            status = _make(call, each)
            _log(call, deployment, each, "Succeeded", status)
        except ArmError as error:
            lost.add(each.id.casefold())
            _log(call, deployment, each, "Failed", error.status, error.body)
            yield {"code": _word(error.status), "message": error.packed()}


def _make(call: Call, wanted: Wanted) -> int:
    if wanted.type.lower() == DEPLOYMENTS:
        return _make_nested(call, wanted)
    if same(wanted.type, resource_groups.TYPE):
        return resource_groups.make(call, shown_id(wanted), wanted.body)[0]
    kind = resources.known(KINDS, wanted.type)
    providers.by_deployment(call, kind.namespace, wanted.scope)
    target = resources.Target(wanted.scope, wanted.name, wanted.version)
    try:
        return resources.put(call, kind, target, wanted.body)[0]
    except Unready as missing:
        raise ArmError(404, "ResourceNotFound", f"The Resource '{missing}' was not found.") from None


def _make_nested(call: Call, wanted: Wanted) -> int:
    """A deployment of its own, at its own place; its failure comes wrapped once more."""
    inside: Object = {"id": wanted.id, "name": wanted.name, "type": deployments.TYPE, "operations": []}
    inside |= {
        "template": {},
        "given": {},
        "properties": {"mode": "Incremental", "provisioningState": "Running"},
    }
    inside["properties"] |= {
        "timestamp": call.cloud.clock.now().isoformat(),
        "correlationId": str(uuid.uuid4()),
    }
    before = call.held(deployments.COLLECTION, wanted.id)
    try:
        _carry_out(call, inside, wanted.inner)
    except ArmError as error:
        _end(call, inside, "Failed", error=error.error)
        raise Nested(error) from None
    _end(
        call, inside, "Succeeded", outputResources=[{"id": shown_id(e)} for e in templates.flat(wanted.inner)]
    )
    return 200 if before else 201


class Nested(ArmError):
    """Carries "status": "Failed" beside the error."""

    def __init__(self, inner: ArmError) -> None:
        super().__init__(409, "ResourceDeploymentFailure", INNER_FAILED, details=[inner.error])

    @property
    def body(self) -> Object:
        return {"status": "Failed", **super().body}


def shown_id(wanted: Wanted) -> str:
    """A group's id has no /providers/ in it."""
    group = same(wanted.type, resource_groups.TYPE)
    return f"{templates.root(wanted.scope)}/resourceGroups/{wanted.name}" if group else wanted.id


def _log(
    call: Call, deployment: Object, wanted: Wanted, state: str, status: int, message: object = None
) -> None:
    target = {"id": shown_id(wanted), "resourceType": wanted.type, "resourceName": wanted.name}
    own: Object = {"provisioningOperation": "Create", "statusCode": _word(status), "targetResource": target}
    if message:
        own["statusMessage"] = message
    deployment["operations"].append(_numbered(call, deployment, {"properties": own}, state))


def _numbered(call: Call, deployment: Object, operation: Object, state: str) -> Object:
    number = uuid.uuid4().hex[:16].upper()
    own = {**operation["properties"], "provisioningState": state, "duration": "PT0.5S"}
    own["timestamp"] = call.cloud.clock.now().isoformat()
    return {"id": f"{deployment['id']}/operations/{number}", "operationId": number, "properties": own}


def _word(status: int) -> str:
    """BadRequest, NotFound, Created, OK: as .NET names them."""
    phrase = http.HTTPStatus(status).phrase
    return "OK" if status == 200 else phrase.replace(" ", "")

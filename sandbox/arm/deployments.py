"""Deployments: a template taken on, carried out resource by resource, asked for, cancelled, forgotten."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import uuid

from sandbox.arm import operations, preflight, templates
from sandbox.arm.calls import Call, Endpoint, Reply, listing, same
from sandbox.arm.errors import ArmError, absent, bad
from sandbox.arm.everything import there
from sandbox.arm.frames import Frame
from sandbox.arm.parameters import given_values
from sandbox.arm.templates import Wanted
from sandbox.store import Object

COLLECTION = "deployments"
TYPE = "Microsoft.Resources/deployments"
PATH = f"{{scope}}/providers/{TYPE}"
NAME = re.compile(r"[-\w.()]{1,64}")
HIDDEN = ("template", "given", "operations", "operation")
ENDED = ("Succeeded", "Failed", "Canceled")


def id_of(call: Call) -> str:
    return f"{call.scope}/providers/{TYPE}/{call.name}"


def planned(call: Call, properties: Object, location: str) -> tuple[Frame, tuple[Wanted, ...]]:
    """The template's surroundings and resources; ArmError where Azure would not take it on."""
    if "templateLink" in properties and "template" not in properties:
        link = properties["templateLink"].get("uri", "")
        raise bad("InvalidContentLink", f"Unable to download deployment content from '{link}'.")
    empty = Frame(call, call.scope, call.name, location, {}, {}, functools.partial(there, call))
    frame = templates.frame(empty, properties.get("template"), given_values(properties.get("parameters")))
    wanted = templates.resources(frame, call.scope)
    preflight.check(call, wanted)
    return frame, wanted


def properties_of(call: Call) -> Object:
    if not NAME.fullmatch(call.name):
        raise bad("InvalidDeploymentName", f"The deployment name '{call.name}' is not valid.")
    body = call.body if isinstance(call.body, dict) else {}
    if not isinstance(body.get("properties"), dict):
        raise bad("InvalidRequestContent", "The request content was invalid: 'properties' must be an object.")
    _check_location(call, body)
    mode = body["properties"].get("mode")
    if not same(str(mode), "Incremental"):
        raise bad("InvalidDeploymentMode", f"The deployment mode '{mode}' is not supported here.")
    return dict(body["properties"])


def _check_location(call: Call, body: Object) -> None:
    grouped, location = "/resourceGroups/" in call.scope, body.get("location")
    if grouped and location:
        words = "The 'location' property is not allowed for"
        raise bad("InvalidDeployment", f"{words} '{call.name}' at resource group scope.")
    if not grouped and not location:
        words = f"The 'location' property must be specified for '{call.name}'."
        raise bad(
            "InvalidDeployment",
            f"{words} Please see https://aka.ms/deploy-to-subscription for usage details.",
        )
    before = call.held(COLLECTION, id_of(call))
    if before and before.get("location") and not same(before["location"], str(location)):
        words = f"Invalid deployment location '{location}'. The deployment '{call.name}' already exists"
        raise ArmError(409, "InvalidDeploymentLocation", f"{words} in location '{before['location']}'.")


def _put(call: Call) -> Reply:
    properties = properties_of(call)
    before = call.held(COLLECTION, id_of(call))
    if before and before["properties"]["provisioningState"] not in ENDED:
        raise _active(call, before)
    frame, wanted = planned(call, properties, (call.body or {}).get("location", ""))
    kept = call.put(COLLECTION, _accepted(call, frame, wanted, before))
    operation = operations.new(call, "deploy", kept["id"])
    call.put(COLLECTION, {**kept, "operation": operation["id"]})
    headers = operations.headers(call, operation, kept["id"])
    return Reply(200 if before else 201, shown(kept), headers)


def _active(call: Call, before: Object) -> ArmError:
    since = before["properties"]["timestamp"]
    words = (
        f"Unable to edit or replace deployment '{call.name}': previous deployment from '{since}' is still "
        "active. Please see https://aka.ms/arm-deploy for usage details."
    )
    return ArmError(409, "DeploymentActive", words)


def _accepted(call: Call, frame: Frame, wanted: tuple[Wanted, ...], before: Object | None) -> Object:
    about = {"id": before["id"] if before else id_of(call), "name": call.name, "type": TYPE}
    if frame.location:
        about["location"] = frame.location
    own = {**common(frame, wanted), "mode": "Incremental", "provisioningState": "Accepted"}
    own |= {
        "timestamp": call.cloud.clock.now().isoformat(),
        "duration": "PT0.9S",
        "correlationId": str(uuid.uuid4()),
    }
    given = (call.body or {})["properties"].get("parameters") or {}
    return {**about, "properties": own, "template": frame.template, "given": given, "operations": []}


def common(frame: Frame, wanted: tuple[Wanted, ...]) -> Object:
    """What a deployment and its validation both tell."""
    declared = frame.template.get("parameters") or {}
    told = {
        name: {"type": each["type"].title()} | ({} if "secure" in each["type"].lower() else {"value": value})
        for (name, each), value in zip(declared.items(), frame.parameters.values(), strict=True)
    }
    digest = int(hashlib.sha256(json.dumps(frame.template).encode()).hexdigest()[:16], 16)
    return {
        "templateHash": str(digest),
        "parameters": told,
        "providers": _providers(wanted),
        "dependencies": [],
    }


def _providers(wanted: tuple[Wanted, ...]) -> list[Object]:
    types: dict[str, list[str]] = {}
    for each in templates.flat(wanted):
        namespace, _, short = each.type.partition("/")
        types.setdefault(namespace, []).append(short)
    return [
        {
            "namespace": name,
            "resourceTypes": [{"resourceType": each, "locations": [None]} for each in dict.fromkeys(all)],
        }
        for name, all in types.items()
    ]


def shown(deployment: Object) -> Object:
    return {name: value for name, value in deployment.items() if name not in HIDDEN}


def find(call: Call) -> Object:
    found = call.held(COLLECTION, id_of(call))
    if not found:
        raise ArmError(404, "DeploymentNotFound", f"Deployment '{call.name}' could not be found.")
    return found


def _get(call: Call) -> Reply:
    return Reply(200, shown(find(call)))


def _head(call: Call) -> Reply:
    return Reply(204 if call.held(COLLECTION, id_of(call)) else 404)


def _list(call: Call) -> Reply:
    here = f"{call.scope}/providers/{TYPE}/".casefold()
    return listing(call, [shown(e) for e in call.all(COLLECTION) if e["id"].casefold().startswith(here)])


def _validate(call: Call) -> Reply:
    """200 or, where it takes its time, 202; what is wrong comes with 400 and a normal body (facts A2)."""
    properties = properties_of(call)
    frame, wanted = planned(call, properties, (call.body or {}).get("location", ""))
    made = [{"id": each.id} for each in templates.flat(wanted)]
    own = {**common(frame, wanted), "mode": "Incremental", "provisioningState": "Succeeded"}
    own |= {"timestamp": call.cloud.clock.now().isoformat(), "correlationId": str(uuid.uuid4())}
    about = {"id": id_of(call), "name": call.name, "type": TYPE}
    answer = {**about, "properties": {**own, "validatedResources": made}}
    if not call.cloud.habits.slow_arm:
        return Reply(200, answer)
    operation = operations.new(call, "nothing", about["id"], answer=answer)
    return Reply(202, None, operations.headers(call, operation))


def _cancel(call: Call) -> Reply:
    found = find(call)
    if found["properties"]["provisioningState"] in ENDED:
        words = f"The deployment '{call.name}' cannot be cancelled because it is in a final state."
        raise ArmError(409, "DeploymentCannotBeCancelled", words)
    found["properties"]["provisioningState"] = "Canceled"
    call.put(COLLECTION, found)
    operation = call.store.get(call.tid, operations.COLLECTION, found["operation"])
    if operation:
        call.put(operations.COLLECTION, {**operation, "status": "Canceled"})
    return Reply(204)


def _delete(call: Call) -> Reply:
    """The record goes, what it made stays."""
    found = call.held(COLLECTION, id_of(call))
    if found and found["properties"]["provisioningState"] not in ENDED:
        raise _active(call, found)
    if found:
        call.store.remove(call.tid, COLLECTION, found["id"])
    return Reply(204)


def _operations(call: Call) -> Reply:
    return listing(call, find(call)["operations"])


def _operation(call: Call) -> Reply:
    for each in find(call)["operations"]:
        if each["operationId"] == call.given["operation"]:
            return Reply(200, each)
    raise absent(f"{TYPE}/operations", call.given["operation"])


ENDPOINTS = [
    Endpoint("GET", PATH, _list, f"{TYPE}/read"),
    Endpoint("GET", f"{PATH}/{{name}}", _get, f"{TYPE}/read"),
    Endpoint("HEAD", f"{PATH}/{{name}}", _head, f"{TYPE}/read"),
    Endpoint("PUT", f"{PATH}/{{name}}", _put, f"{TYPE}/write"),
    Endpoint("DELETE", f"{PATH}/{{name}}", _delete, f"{TYPE}/delete"),
    Endpoint("POST", f"{PATH}/{{name}}/validate", _validate, f"{TYPE}/validate/action"),
    Endpoint("POST", f"{PATH}/{{name}}/cancel", _cancel, f"{TYPE}/cancel/action"),
    Endpoint("GET", f"{PATH}/{{name}}/operations", _operations, f"{TYPE}/operations/read"),
    Endpoint("GET", f"{PATH}/{{name}}/operations/{{operation}}", _operation, f"{TYPE}/operations/read"),
    Endpoint(
        "GET",
        f"{PATH}/{{deployment}}/operationStatuses/{{name}}",
        operations.status,
        f"{TYPE}/operationstatuses/read",
    ),
]

"""From a template to the resources it asks for, each with its id, where it goes and what it waits for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.arm import parameters, shapes
from sandbox.arm.calls import same, subscription_of, subscription_scope
from sandbox.arm.errors import ArmError, bad
from sandbox.arm.expressions import Wrong
from sandbox.arm.frames import Frame, Unready
from sandbox.arm.parameters import invalid
from sandbox.arm.resource_ids import provided
from sandbox.arm.shapes import ANY
from sandbox.store import Object

DEPLOYMENTS = "microsoft.resources/deployments"
COPY = {"name!": str, "count!": ANY}
RESOURCE = {
    **{"type!": str, "apiVersion!": str, "name!": str, "dependsOn": [str], "copy": COPY},
    **{"resourceGroup": str, "subscriptionId": str, "scope": str, "properties": ANY},
}
LOOPS = [{**COPY, "input!": ANY}]
TEMPLATE = {
    "parameters": {"*": {"type!": str, "allowedValues": [ANY]}},
    "variables": {"copy": LOOPS},
    "outputs": {"*": {"type!": str, "value!": ANY}},
}
REQUIRED = {"$schema!": str, "contentVersion!": str, "resources!": ANY}
SYMBOL = "symbolic name"
ABOUT = (
    SYMBOL,
    "type",
    "apiVersion",
    "name",
    "dependsOn",
    "copy",
    "condition",
    "scope",
    "comments",
    "metadata",
)
MOST_COPIES = 800


@dataclasses.dataclass(frozen=True)
class Wanted:
    """One resource of a template; a nested deployment brings its own template's along."""

    id: str
    type: str
    name: str
    version: str
    scope: str
    raw: Object
    frame: Frame
    needs: tuple[str, ...] = ()
    loop: str = ""
    inner: tuple[Wanted, ...] = ()

    @property
    def body(self) -> Object:
        """Worked out late: it may refer to what is made before it."""
        whole: Object = _explained(self.id, self.frame, {k: v for k, v in self.raw.items() if k not in ABOUT})
        if not isinstance(whole.get("properties") or {}, dict):
            raise invalid(f"The properties of the template resource '{self.name}' must be an object")
        return whole


def frame(outer: Frame, template: Any, given: Mapping[str, Any]) -> Frame:
    """The template's own surroundings, once its parameters fit."""
    if not isinstance(template, dict):
        raise bad("InvalidRequestContent", "The request content was invalid: 'template' is missing.")
    _check_shape(template, {**TEMPLATE, **REQUIRED})
    declared = template.get("parameters") or {}
    parameters.check_declared(declared, given)
    whole = dataclasses.replace(outer, template=template, parameters={}, copies={})
    for name, each in declared.items():
        was_given, value = parameters.value_of(name, each, given)
        value = value if was_given else _said(whole, value)
        parameters.check_value(name, each, value)
        whole = dataclasses.replace(whole, parameters={**whole.parameters, name: value})
    return whole


def _check_shape(template: Any, shape: Object) -> None:
    try:
        shapes.check(template, shape)
        resources = template["resources"]
        shapes.check(resources, {"*": RESOURCE} if isinstance(resources, dict) else [RESOURCE])
    except shapes.Misfit as why:
        raise invalid(str(why)) from None


def _said(frame: Frame, given: Any) -> Any:
    try:
        return frame.value(given)
    except Wrong as why:
        raise invalid(str(why)) from None
    except Unready:
        raise invalid("The template function 'reference' is not expected at this location") from None


def _explained(id: str, frame: Frame, given: Any) -> Any:
    try:
        return frame.value(given)
    except Wrong as why:
        words = (
            f"Unable to process template language expressions for resource '{id}' at line '1' and column '1'."
        )
        raise bad("InvalidTemplate", f"{words} '{why}'") from None


def resources(frame: Frame, place: str) -> tuple[Wanted, ...]:
    """All of a template's, in an order that can be carried out."""
    found = [each for raw in _listed(frame.template) for each in _copies(frame, raw, place)]
    return tuple(_ordered([_linked(each, found) for each in found]))


def _listed(template: Object) -> list[Object]:
    """Newer templates name their resources, and what is only looked at is among them."""
    listed = template["resources"]
    if isinstance(listed, list):
        return listed
    named = [{**each, SYMBOL: name} for name, each in listed.items()]
    return [each for each in named if not each.get("existing")]


def _copies(frame: Frame, raw: Object, place: str) -> Iterator[Wanted]:
    if "copy" not in raw:
        yield from _one(frame, raw, place)
        return
    name, count = raw["copy"]["name"], _said(frame, raw["copy"]["count"])
    if type(count) is not int or not 0 <= count <= MOST_COPIES:
        raise invalid(f"The template copy definition '{name}' has an invalid copy count '{count}'.")
    for index in range(count):
        inside = dataclasses.replace(frame, copies={**frame.copies, name: index, "": index})
        yield from _one(inside, raw, place, name)


def _one(frame: Frame, raw: Object, place: str, loop: str = "") -> Iterator[Wanted]:
    if "condition" in raw and not _said(frame, raw["condition"]):
        return
    type, name = str(raw["type"]).strip("/"), str(_said(frame, raw["name"]))
    scope = _scope(frame, raw, place)
    if type.count("/") != name.count("/") + 1:
        words = f"The template resource '{name}' for type '{type}' at line '1' and column '1' has incorrect"
        raise invalid(
            f"{words} segment lengths. Please see https://aka.ms/arm-syntax-resources for usage details."
        )
    id = scope + provided(type, name.split("/"))
    needs = tuple(str(each) for each in _said(frame, raw.get("dependsOn") or []))
    whole = Wanted(id, type, name, str(_said(frame, raw["apiVersion"])), scope, raw, frame, needs, loop)
    yield _with_inner(whole) if type.lower() == DEPLOYMENTS else whole


def _scope(frame: Frame, raw: Object, place: str) -> str:
    """Where the resource goes: here, into the group named, or onto the resource named."""
    if raw.get("scope"):
        scope = str(_said(frame, raw["scope"]))
        return scope if scope.startswith("/") else f"{place}/providers/{scope}"
    if raw.get("resourceGroup"):
        subscription = raw.get("subscriptionId") or subscription_of(place)
        return (
            f"/subscriptions/{_said(frame, subscription)}/resourceGroups/{_said(frame, raw['resourceGroup'])}"
        )
    if raw.get("subscriptionId"):
        return f"/subscriptions/{_said(frame, raw['subscriptionId'])}"
    return place


def _with_inner(wanted: Wanted) -> Wanted:
    """By default its expressions mean the outer template's parameters and variables; its place is inner."""
    given = wanted.raw.get("properties")
    if not isinstance(given, dict) or not isinstance(given.get("template"), dict):
        raise bad(
            "InvalidContentLink", "Unable to download deployment content: only inline templates are known."
        )
    _check_shape(given["template"], {**TEMPLATE, "resources!": ANY})
    evaluated = (given.get("expressionEvaluationOptions") or {}).get("scope", "outer")
    if str(evaluated).lower() == "inner":
        values = parameters.given_values(_said(wanted.frame, given.get("parameters") or {}))
        here = dataclasses.replace(wanted.frame, scope=wanted.scope, name=wanted.name)
        inside = frame(here, given["template"], values)
        return dataclasses.replace(wanted, inner=resources(inside, wanted.scope))
    kept = {"variables": wanted.frame.template.get("variables", {})}
    inside = dataclasses.replace(wanted.frame, template={**given["template"], **kept})
    return dataclasses.replace(wanted, inner=resources(inside, wanted.scope))


def _linked(wanted: Wanted, all: list[Wanted]) -> Wanted:
    """dependsOn names an id, a bare name or a copy loop; each becomes the ids it means."""
    ids: list[str] = []
    for need in wanted.needs:
        meant = [each.id for each in all if same(each.loop, need) or _means(need, each)]
        if not meant and not _is_condition_off(need, wanted.frame):
            words = f"The resource '{need}' is not defined in the template."
            raise invalid(f"{words} Please see https://aka.ms/arm-syntax-resources for usage details.")
        if any(same(id, wanted.id) for id in meant):
            words = (
                f"The template resource '{wanted.name}' at line '1' and column '1' cannot reference itself."
            )
            raise invalid(f"{words} Please see https://aka.ms/arm-syntax-resources for usage details.")
        ids += meant
    return dataclasses.replace(wanted, needs=tuple(ids))


def _means(need: str, wanted: Wanted) -> bool:
    """Ids may leave out their beginning."""
    tail = provided(wanted.type, wanted.name.split("/")).removeprefix("/providers/")
    names = (wanted.id, wanted.name, wanted.raw.get(SYMBOL, ""))
    return any(same(need, each) for each in names) or same(need.strip("/"), tail)


def _is_condition_off(need: str, frame: Frame) -> bool:
    """What is left out by its condition may still be named."""
    names = [each for each in _listed(frame.template) if "condition" in each]
    return any(need.rstrip("/").endswith(str(_said(frame, each["name"]))) for each in names)


def _ordered(wanted: list[Wanted]) -> Iterator[Wanted]:
    done: set[str] = set()
    rest = list(wanted)
    while rest:
        ready = [each for each in rest if all(need.casefold() in done for need in each.needs)]
        if not ready:
            raise invalid(f"Circular dependency detected on resource: '{rest[0].id}'.")
        yield from ready
        done |= {each.id.casefold() for each in ready}
        rest = [each for each in rest if each.id.casefold() not in done]


def flat(wanted: tuple[Wanted, ...]) -> Iterator[Wanted]:
    """What is really made: nested deployments give way to what they hold."""
    for each in wanted:
        if each.inner or each.type.lower() == DEPLOYMENTS:
            yield from flat(each.inner)
        else:
            yield each


def check_once(wanted: tuple[Wanted, ...]) -> None:
    seen: set[str] = set()
    for each in flat(wanted):
        if each.id.casefold() in seen:
            words = f"The resource '{each.id}' at line '1' and column '1' is defined multiple times"
            raise invalid(
                f"{words} in a template. Please see https://aka.ms/arm-syntax-resources for usage details."
            )
        seen.add(each.id.casefold())


def outputs(frame: Frame) -> Object:
    found: Object = {}
    for name, each in (frame.template.get("outputs") or {}).items():
        if "condition" not in each or _said(frame, each["condition"]):
            found[name] = {"type": str(each["type"]).title(), "value": _output(frame, each)}
    return found


def _output(frame: Frame, each: Object) -> Any:
    try:
        return frame.value(each["value"])
    except (Wrong, Unready) as why:
        raise ArmError(
            400, "DeploymentOutputEvaluationFailed", f"Unable to evaluate template outputs: '{why}'."
        ) from None


def root(scope: str) -> str:
    return scope if "/resourceGroups/" in scope else subscription_scope(scope)

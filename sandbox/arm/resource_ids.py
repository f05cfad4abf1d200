"""Ids as templates put them together: resourceId() and its kin."""

from __future__ import annotations

from sandbox.arm.calls import is_guid, subscription_of
from sandbox.arm.expressions import Wrong


def resource_id(scope: str, *given: str) -> str:
    """[subscription], [group], type, name…; at a subscription without a group there is none in the id."""
    before, type, names = _parted(given)
    subscription = next((each for each in before if is_guid(each)), subscription_of(scope))
    group = next(
        (each for each in before if not is_guid(each)),
        scope.rpartition("/resourceGroups/")[2] if "/resourceGroups/" in scope else "",
    )
    base = f"/subscriptions/{subscription}" + (f"/resourceGroups/{group}" if group else "")
    return base + provided(type, names)


def subscription_resource_id(scope: str, *given: str) -> str:
    before, type, names = _parted(given)
    return f"/subscriptions/{before[0] if before else subscription_of(scope)}" + provided(type, names)


def tenant_resource_id(scope: str, *given: str) -> str:
    _, type, names = _parted(given)
    return provided(type, names)


def extension_resource_id(scope: str, base: str, type: str, *names: str) -> str:
    return base + provided(type, list(names))


def _parted(given: tuple[str, ...]) -> tuple[list[str], str, list[str]]:
    at = next((index for index, each in enumerate(given) if "/" in each), None)
    if at is None:
        raise Wrong(
            "Unable to evaluate template language function 'resourceId': the type identifier is missing."
        )
    return list(given[:at]), given[at], list(given[at + 1 :])


def provided(type: str, names: list[str]) -> str:
    """Microsoft's own Lighthouse samples end the type with a slash."""
    namespace, *types = type.strip("/").split("/")
    if len(types) != len(names):
        words = f"the type '{type}' requires '{len(types)}' resource name argument(s)."
        raise Wrong(f"Unable to evaluate template language function 'resourceId': {words}")
    return f"/providers/{namespace}" + "".join(f"/{one}/{two}" for one, two in zip(types, names, strict=True))

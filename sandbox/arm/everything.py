"""Any resource, of whatever sort, by its id: what reference() and what-if ask for."""

from __future__ import annotations

from sandbox.arm import resource_groups
from sandbox.arm.calls import Call, same
from sandbox.arm.kinds import KINDS
from sandbox.store import Object

DEPLOYMENTS = "deployments"


def there(call: Call, id: str) -> Object | None:
    """By its full id; by a bare name, whichever has it."""
    if "/" not in id:
        return next((each for each in _all(call) if same(each["name"], id)), None)
    return next((each for each in _all(call) if same(each["id"], id)), None)


def _all(call: Call) -> list[Object]:
    collections = [kind.collection for kind in KINDS.values()]
    whole = [*collections, resource_groups.COLLECTION, DEPLOYMENTS]
    return [each for collection in whole for each in call.all(collection)]

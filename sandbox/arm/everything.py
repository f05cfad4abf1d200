"""Any resource, of whatever sort, by its id: what reference() and what-if ask for."""

from __future__ import annotations

from sandbox.arm import resource_groups
from sandbox.arm.calls import Call, beneath, same
from sandbox.arm.kinds import KINDS
from sandbox.cloud import Cloud
from sandbox.store import Object

DEPLOYMENTS = "deployments"
COLLECTIONS = [*(kind.collection for kind in KINDS.values()), resource_groups.COLLECTION, DEPLOYMENTS]


def there(call: Call, id: str) -> Object | None:
    """By its full id; by a bare name, whichever has it."""
    if "/" not in id:
        return next((each for each in _all(call) if same(each["name"], id)), None)
    return next((each for each in _all(call) if same(each["id"], id)), None)


def remove_beneath(cloud: Cloud, tid: str, scope: str) -> None:
    """A group or a workspace takes along what is in it."""
    for collection in COLLECTIONS:
        for each in cloud.store.all(tid, collection):
            if beneath(each["id"], scope):
                cloud.store.remove(tid, collection, each["id"])


def _all(call: Call) -> list[Object]:
    return [each for collection in COLLECTIONS for each in call.all(collection)]

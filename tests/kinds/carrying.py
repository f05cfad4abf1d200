"""One step as a run carries it on: what an answer left unclear is looked for before it is written again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.engine.plan import Action
from onboarding.running.carry import Intent, NotSeenYet, carry_out
from tenants.microsoft import bridge
from tenants.microsoft.errors import Later
from tests.kinds.world import World

TRIES = 30


def carried(
    world: World,
    kind: str,
    spec: Mapping[str, Any],
    marker: str = "m4rk3r",
    *,
    action: Action = Action.CREATE,
    remote_id: str = "",
    before: Mapping[str, Any] | None = None,
    unclear: bool = False,
) -> str:
    """The waits are left out. `before` holds the fields that an update or a release is about."""
    looks, old = 0, before or {}
    for number in range(TRIES):
        facts = (action, kind, spec, remote_id, marker, tuple(old), old, unclear, looks, 0.0)
        intent = Intent(*facts, first=not number and not unclear)
        try:
            return bridge.run(carry_out(world.graph, intent), 60)
        except Later as later:
            unclear = unclear or later.maybe_done
            looks = looks + 1 if isinstance(later, NotSeenYet) else 0
    raise AssertionError("it never came")

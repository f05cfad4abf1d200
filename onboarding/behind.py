"""What was done already and is not seen yet, told by a room above that knows of it (access/apps.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from onboarding.models import Step
from tenants.models import Tenant

UNSEEN = ("Deployed, not seen yet", "cyan")


class Behind(Protocol):
    """Nobody's task until it is late."""

    @property
    def is_late(self) -> bool: ...

    @property
    def words(self) -> str: ...


LOOKS: list[Callable[[Tenant, Iterable[Step]], Mapping[int, Behind]]] = []


def of(tenant: Tenant, steps: Iterable[Step]) -> dict[int, Behind]:
    """By step."""
    every = list(steps)
    return {step: behind for look in LOOKS for step, behind in look(tenant, every).items()}

"""A deployment while one worker holds it: taken, saved under its lease, let go of, ended.

Whatever is saved renews the lease; nothing is saved for one that is somebody else's or ended meanwhile.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from access.deploying import deployments
from access.rows.deployments import UNKNOWN, Deployment
from onboarding import runs, tasks
from onboarding.models import Run, Step
from tenants.microsoft.fences import Fence

LONGEST_PAUSE = 30.0
VERBS = {"": "deployed", UNKNOWN: "could not see how a deployment went"}
log = structlog.get_logger("gatehouse.deploying")


class Lost(Exception):
    """Another worker has it, or it ended meanwhile: nothing more may be saved."""


def taken(deployment_id: int) -> Hold | None:
    """None where another has it, or it needs nobody."""
    owner, fence = secrets.token_hex(8), Fence(settings.RUN_LEASE_SECONDS / 2)
    with fence.renewed():
        if not Deployment.objects.claim(deployment_id, owner):
            return None
    row = Deployment.objects.select_related("tenant__customer", "plan").get(pk=deployment_id)
    return Hold(row, owner, fence)


class Hold:
    def __init__(self, row: Deployment, owner: str, fence: Fence) -> None:
        self.row, self.owner, self.fence = row, owner, fence

    def save(self, **fields: Any) -> None:
        """Renews the lease, too; Lost where it is somebody else's."""
        until = now() + timedelta(seconds=settings.RUN_LEASE_SECONDS)
        fields = {"lease_until": until, **fields}
        with self.fence.renewed():
            mine = Deployment.objects.open().filter(pk=self.row.pk, owner=self.owner)
            if mine.update(**fields) != 1:
                raise Lost
        for name, value in fields.items():
            setattr(self.row, name, value)

    def let_go(self) -> None:
        if self.row.is_open:
            self.save(owner="", lease_until=None, claims=0)

    def wait(self, seconds: float) -> float:
        """Later each time, as far as Azure names no time of its own."""
        own = min(settings.RUN_RETRY_SECONDS * 1.5 ** min(self.row.looks, 10), LONGEST_PAUSE)
        pause = max(seconds, own if seconds <= 0 else settings.RUN_RETRY_SECONDS)
        after = now() + timedelta(seconds=pause)
        self.save(not_before=after, looks=F("looks") + 1, owner="", lease_until=None, claims=0)
        return pause

    @transaction.atomic
    def succeed(self) -> None:
        self.end(Deployment.State.SUCCEEDED, "", {}, told_at=now())
        transaction.on_commit(self.wake_run)

    @transaction.atomic
    def end(self, state: str, reason: str, facts: dict[str, str], **more: Any) -> None:
        verb = VERBS.get(reason, "did not deploy")
        deployments.enter(self.row, "worker", verb, **({"reason": reason} if reason else {}))
        ended = {"state": state, "reason": reason, "facts": facts, "ended_at": now(), "claims": 0}
        self.save(**{**deployments.WIPED, **ended, **more})
        log.info("deployment ended", deployment=self.row.pk, state=state, reason=reason)

    def wake_run(self) -> None:
        """What waits for the delegation looks now, and not only at its next turn."""
        for run in self.waiting():
            run.steps.filter(kind="delegation", state=Step.State.CUSTOMER).update(not_before=None)
            runs.look_now(run)
            tasks.ring(run.pk)

    def waiting(self) -> Iterator[Run]:
        yield from Run.objects.open().filter(plan=self.row.plan)

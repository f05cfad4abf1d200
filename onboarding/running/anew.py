"""What was read of who holds what counts no more once a run has taken access away: it is read anew.

The rows say so with the run's end, since the bell that has them read may be lost.
"""

from __future__ import annotations

from django.utils.timezone import now

from onboarding import assignments
from onboarding.engine.plan import Action
from onboarding.models import Run
from onboarding.rows.holdings import Holding

WHY = "Access was taken away after it was last read. Read it again."


def takes_access(run: Run) -> bool:
    ends = run.steps.filter(kind=assignments.KIND, action=Action.DELETE)
    return run.plan.takes_away or ends.exists()


def doubt(run: Run) -> None:
    """A reading that began before this moment does not write over it."""
    if takes_access(run):
        unknown = {"state": Holding.State.UNKNOWN, "until": None, "why": WHY, "read_at": now()}
        Holding.objects.filter(tenant=run.tenant_id).update(**unknown)


def to_read(run_id: int) -> int | None:
    """The tenant of a run that is over, where what somebody holds is to be read anew."""
    run = Run.objects.select_related("plan").filter(pk=run_id).exclude(closed_at=None).first()
    if run is None or not takes_access(run):
        return None
    return run.tenant_id if Holding.objects.filter(tenant=run.tenant_id).exists() else None

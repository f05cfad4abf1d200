"""Whether a worker runs: each sweep leaves the time, so a page can say since when the queue is asleep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import now

from onboarding.models import Heartbeat

AT_LEAST_SECONDS = 60
MISSED = 4


@dataclass(frozen=True, slots=True)
class Asleep:
    """`since` is when a worker was last seen; None where none ever was."""

    since: datetime | None


def beat() -> None:
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": now()})


def asleep() -> Asleep | None:
    """None while sweeps come. A worker busy with runs may miss some, so a few in a row are needed."""
    last = Heartbeat.objects.filter(pk=1).values_list("at", flat=True).first()
    patience = timedelta(seconds=max(AT_LEAST_SECONDS, MISSED * settings.SWEEP_SECONDS))
    return None if last and last > now() - patience else Asleep(last)

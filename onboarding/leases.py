"""Rows that one worker at a time holds: a claim is one conditional UPDATE, and a dead worker's lease ends."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

Row = TypeVar("Row", bound=models.Model)


class Leased(models.QuerySet[Row]):
    """`over`: the column that is empty as long as a row wants to be worked on. `counts`: a claim adds one."""

    over: ClassVar[str]
    counts: ClassVar[tuple[str, ...]] = ("claims",)

    def open(self) -> Self:
        return self.filter(**{self.over: None})

    def due(self) -> Self:
        """Open ones that no worker holds and whose waiting time is over."""
        free = Q(lease_until=None) | Q(lease_until__lt=now())
        return self.open().filter(free, not_before__lte=now())

    def claim(self, pk: int, owner: str) -> bool:
        """Hold it. False: another worker was first, it is over, or it is not due."""
        until = now() + timedelta(seconds=settings.RUN_LEASE_SECONDS)
        more = {name: F(name) + 1 for name in self.counts}
        return self.due().filter(pk=pk).update(owner=owner, lease_until=until, **more) == 1

    def forgotten(self, patience: float) -> list[int]:
        """Due for so many seconds and nobody came: their message or worker was lost."""
        since = now() - timedelta(seconds=patience)
        return list(self.due().filter(not_before__lt=since).values_list("pk", flat=True))


class Question(models.Model):
    """What a person asked for and a worker looks into, again and again until it is over.

    `reason` and `facts`: why there is no answer, or how it stood when last looked at.
    """

    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField(default=now)
    reason = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    looks = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(default=now)
    owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    claims = models.PositiveIntegerField(default=0, help_text="Since it was last let go in an orderly way.")

    class Meta:
        abstract = True

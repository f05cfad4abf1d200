"""A reviewer's no to a plan: who, when and why. It stands for good; whoever is asked again is asked anew."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now


class Decline(models.Model):
    """Of one plan, once. The plan can be agreed to no more, and no run carries it out."""

    plan = models.OneToOneField("onboarding.Plan", models.PROTECT, related_name="decline")
    by = models.CharField(max_length=320)
    decided_by = models.CharField(max_length=120)
    reason = models.CharField(max_length=1000)
    ledger_number = models.PositiveIntegerField()
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.by} declined {self.plan.digest[:12]}"

"""What was read back of a tenant, and when."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from tenants.models import Tenant


class Reading(models.Model):
    """What a verify found: in order, drift or unreadable."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="readings")
    at = models.DateTimeField(default=now)
    in_order = models.BooleanField()
    found = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.tenant} {'in order' if self.in_order else 'not in order'} at {self.at:%F %T}"

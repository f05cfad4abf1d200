"""Who can do what in a customer's tenant, as read there by the worker; when it was read, and what was not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenants.models import Tenant


class Survey(models.Model):
    """One look at all grants of one tenant. `unread`: source → why nothing is known of it by this look."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="surveys")
    at = models.DateTimeField(help_text="When it began.")
    unread = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.tenant} at {self.at:%F %T}, {len(self.unread)} not read"


class Grant(models.Model):
    """One thing that somebody can do, for as long as it was seen without a break.

    `about` says who, what and by which objects; see grant_judging.py. For display: no right hangs on it.
    `source` is the read that shows it: where that failed, nothing is known of it since `seen_until`.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="grants")
    key = models.CharField(max_length=300)
    source = models.CharField(max_length=120)
    about = models.JSONField()
    seen_from = models.DateTimeField(help_text="The first look that showed it.")
    seen_until = models.DateTimeField(help_text="The last look that showed it.")
    gone_seen = models.DateTimeField(null=True, blank=True, help_text="The first look without it.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key"], condition=Q(gone_seen=None), name="one_grant_a_key_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} in {self.tenant}: {'gone' if self.gone_seen else 'seen'}"

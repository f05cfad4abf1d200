"""Since when one of our apps stands in a tenant, as our own token showed it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenants.models import Tenant


class AppStand(models.Model):
    """One stretch of time in which an app was let in, between what was seen before and after it.

    Without `seen_from` it was never seen standing: a look that found nothing. Consent itself is not dated by
    Microsoft for us, so the times are those of our looks and nothing finer.
    """

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="app_stands")
    app = models.CharField(max_length=20)
    seen_from = models.DateTimeField(null=True, blank=True)
    seen_until = models.DateTimeField(null=True, blank=True)
    gone_seen = models.DateTimeField(null=True, blank=True, help_text="The first look that found it gone.")
    looked_at = models.DateTimeField()
    permissions = models.JSONField(default=list, help_text="What its token carried when last seen.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "app"], condition=Q(gone_seen=None), name="an_app_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.app} in {self.tenant}: {'gone' if self.gone_seen else 'let in'}"

    @property
    def stands(self) -> bool:
        return self.gone_seen is None

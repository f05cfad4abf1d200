"""Requests for our packages, as Microsoft told of them: kept, for how long it does nobody knows.

400 days after it told of one last, that is deleted (grants/requested.py).
"""

from __future__ import annotations

from django.db import models

from tenants.models import Tenant


class PackageRequest(models.Model):
    """One request of Microsoft's as it was told last. For evidence: no right hangs on it."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="package_requests")
    request = models.CharField(max_length=64, help_text="Its id in the tenant.")
    about = models.JSONField()
    asked_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    seen_from = models.DateTimeField(help_text="The first look that showed it.")
    seen_until = models.DateTimeField(help_text="The last look that showed it.")

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "request"], name="one_row_a_request_of_a_tenant")
        ]

    def __str__(self) -> str:
        return f"request {self.request} in {self.tenant}: {self.about.get('state')}"

"""What a reviewer of the customer filled in for the guard pack. It gives no right and makes nothing."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from tenants.models import Tenant


class GuardAnswers(models.Model):
    """The last answers. Whether any of it was deployed is not known here; what stands is read in Azure."""

    tenant = models.OneToOneField(Tenant, models.PROTECT, related_name="guards")
    parts = models.JSONField(default=list)
    tenants = models.JSONField(default=list, help_text="Ids that may manage besides the provider's.")
    subscriptions = models.JSONField(default=list)
    email = models.CharField(max_length=254, blank=True)
    group = models.CharField(max_length=90, blank=True, help_text="The resource group of the alerts.")
    saved_by = models.CharField(max_length=120)
    saved_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"guards of {self.tenant}"

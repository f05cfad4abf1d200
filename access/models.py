"""What people say they did where the portal cannot look for itself, and what they put within reach."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from access.rows.deployments import Deployment as Deployment
from access.rows.guards import GuardAnswers as GuardAnswers
from access.rows.reviews import Decision as Decision
from access.rows.reviews import Review as Review
from tenants.models import Person, Tenant


class Confirmation(models.Model):
    """Somebody says by name that an act by hand is done. It is never green: nothing was read back.

    `about` is the object it was done for; made anew, the object has another id and the act is open again.
    """

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="confirmations")
    act = models.SlugField(max_length=80)
    about = models.CharField(max_length=300)
    by = models.CharField(max_length=120)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "act", "about"], name="one_confirmation_an_act")
        ]

    def __str__(self) -> str:
        return f"{self.act} of {self.tenant}, says {self.by}"

    @classmethod
    def of_the_object(cls) -> models.QuerySet[Confirmation]:
        """What was confirmed of an object of ours, within a query of those."""
        return cls.objects.filter(tenant=models.OuterRef("tenant"), about=models.OuterRef("remote_id"))


class Shortcut(models.Model):
    """What an analyst put within reach: a favourite, or a tenant whose door they opened lately.

    It gives no right: a tenant that is not theirs any more is not shown, whatever stands here.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="shortcuts")
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="shortcuts")
    favourite = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    door = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When My Access was opened.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "tenant"], name="one_shortcut_a_person_and_tenant")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.tenant}"

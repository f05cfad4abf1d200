"""A customer's review of what was granted: what one reviewer decided of each grant, and what was signed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from tenants.models import Tenant


class Review(models.Model):
    """Open until a reviewer of the customer signs it. What was signed is kept whole, with its hash.

    The hash also stands in the record, so a row that is changed afterwards does not fit any more.
    """

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="reviews")
    due = models.DateField(null=True, help_text="When it had to be signed; empty: no date was set.")
    begun_by = models.CharField(max_length=120)
    begun_at = models.DateTimeField(default=now)
    signed_by = models.CharField(max_length=120, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    document = models.JSONField(default=dict, help_text="All that was seen and decided, as signed.")
    sha256 = models.CharField(max_length=64, blank=True)
    ledger_number = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(signed_at=None), name="one_open_review_a_tenant"
            )
        ]

    def __str__(self) -> str:
        return f"review {self.pk} of {self.tenant}, {'signed' if self.signed_at else 'open'}"


class Decision(models.Model):
    """What is to become of one grant, and why. Of an open review it can be changed."""

    class Choice(models.TextChoices):
        KEEP = "keep", "Keep"
        END = "end", "End"
        ASK = "ask", "Ask"

    review = models.ForeignKey(Review, models.CASCADE, related_name="decisions")
    key = models.CharField(max_length=300, help_text="The grant's.")
    choice = models.CharField(max_length=10, choices=Choice)
    reason = models.CharField(max_length=1000, blank=True)
    by = models.CharField(max_length=120)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "key"], name="one_decision_a_grant")]

    def __str__(self) -> str:
        return f"{self.choice} {self.key}"

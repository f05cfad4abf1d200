"""How analysts stand with the packages of their customers, as read from each customer's tenant."""

from __future__ import annotations

from django.db import models

from tenants.models import Membership, Tenant


class Holding(models.Model):
    """How one analyst stood with one package when it was read last. For display: no right hangs on it.

    `package` is the package's id: made anew it has another one, and what stands here is about the old one.
    """

    class State(models.TextChoices):
        NOTHING = "nothing", "nothing asked for and nothing held"
        WAITING = "waiting", "asked for and not decided"
        DELIVERING = "delivering", "approved and being delivered"
        OPEN = "open", "held"
        EXPIRED = "expired", "held once, and over"
        FAILED = "failed", "approved and not delivered"
        UNKNOWN = "unknown", "not known"

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="holdings")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="holdings")
    package = models.CharField(max_length=300)
    state = models.CharField(max_length=20, choices=State)
    until = models.DateTimeField(null=True, blank=True, help_text="When it ends or ended; empty: not said.")
    why = models.CharField(max_length=300, blank=True, help_text="Why it is not known.")
    read_at = models.DateTimeField(help_text="When this reading began.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "membership"], name="one_holding_a_tier_and_tenant")
        ]

    def __str__(self) -> str:
        return f"{self.membership} in {self.tenant}: {self.state}"

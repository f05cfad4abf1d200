"""The rows behind the wizard: what was typed, what was asked of a tenant, and which consent is waited for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from onboarding.leases import Leased, Question
from tenants.models import Tenant


class Draft(models.Model):
    """What was typed for one tenant, kept at every step. It is believed only once the reader resolved it."""

    tenant = models.OneToOneField(Tenant, models.PROTECT, related_name="draft")
    version = models.PositiveIntegerField(default=1, help_text="Whoever saves names the one they saw.")
    offer = models.ForeignKey("onboarding.Offer", models.PROTECT, null=True, blank=True)
    tiers = models.JSONField(default=list)
    approval = models.CharField(max_length=20, blank=True)
    azure = models.JSONField(default=list, blank=True, help_text="Scopes, where the offer has Azure.")
    pool = models.CharField(
        max_length=60, blank=True, help_text="Of customers that share groups; empty: none."
    )
    approvers = models.JSONField(default=list, help_text="Addresses as typed.")
    reviewers = models.JSONField(default=list)
    contacts = models.JSONField(default=list)
    begun_by = models.CharField(max_length=120)
    begun_at = models.DateTimeField(default=now)
    changed_by = models.CharField(max_length=120)
    changed_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"draft {self.version} for {self.tenant}"


class InquiryQuerySet(Leased["Inquiry"]):
    over = "answered_at"


class Inquiry(Question):
    """One question to one tenant, asked by a page and answered by a worker, which alone holds the keys.

    `reason` on an unanswered one is how it stood when last looked at; on an answered one, why there is no
    answer. An answer counts only for the `question` it was given to.
    """

    class What(models.TextChoices):
        READER = "reader", "is the reader let in"
        READINESS = "readiness", "is the tenant ready"
        PEOPLE = "people", "who the people are"
        PLAN = "plan", "what would change"
        SETUP = "setup", "is the set-up app let in"
        VERIFY = "verify", "is everything as agreed"
        END = "end", "what the end would remove"
        ACCESS = "access", "who of our analysts is let in"
        GRANTS = "grants", "who can do what"
        REQUESTS = "requests", "who asked for what"
        PAUSE = "pause", "what a pause would close"
        SENTINEL = "sentinel", "is Sentinel ready"
        GUARDS = "guards", "do policies let Azure be delegated"

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="inquiries")
    what = models.CharField(max_length=20, choices=What)
    question = models.JSONField(default=dict)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(default=dict)
    looked_at = models.DateTimeField(null=True, blank=True)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "what"], condition=Q(answered_at=None), name="one_open_inquiry_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.tenant}: {'answered' if self.answered_at else 'open'}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    @property
    def is_good(self) -> bool:
        return self.answered_at is not None and not self.reason


class ConsentRequest(models.Model):
    """One link that asks a customer's administrator to let one of our apps in; its way back works once."""

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="consent_requests")
    app = models.CharField(max_length=20)
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    claimed = models.CharField(
        max_length=60, blank=True, help_text="What the way back said; it proves nothing."
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.app} for {self.tenant}, asked {self.asked_at:%F}"


class Receipt(models.Model):
    """What proves a signed agreement; see receipts.py. Kept as long as the agreement."""

    agreement = models.OneToOneField("onboarding.Agreement", models.PROTECT, related_name="receipt")
    token = models.TextField(help_text="Signed by Microsoft, addressed to us, over: it opens nothing.")
    nonce = models.CharField(max_length=200, help_text="Ends with the plan's number.")
    key = models.JSONField(help_text="The issuer's public key it was signed with.")

    def __str__(self) -> str:
        return f"receipt of {self.agreement}"

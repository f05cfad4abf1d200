"""A deployment in the name of a person of the customer: how far it is, and for a while their token."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from onboarding.leases import Leased, Question
from onboarding.models import Plan
from tenants.models import Tenant

UNKNOWN = "deploy_unknown"
"""It was sent, and nobody saw how it went: it may stand all the same."""
SIGNED_OUT = "deploy_signed_out"
"""Its person's sign-in for Azure is over; it waits for another, for a day."""


class DeploymentQuerySet(Leased["Deployment"]):
    over = "ended_at"

    def due(self) -> Self:
        """Nothing is done without the token, and what waits for the person's word is not looked at."""
        return super().due().exclude(token="").exclude(state=Deployment.State.PLANNED)


class Deployment(Question):
    """One template going into one subscription. It is never green: only what is read back is.

    The token opens Azure in that person's name. It is sealed (tenants/vault.py), goes nowhere but to Azure,
    and is wiped when the deployment ends, is given up, or the token is over. There is never a refresh token.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Azure is asked whether it would take it"
        VALID = "valid", "Azure is asked what would change"
        PLANNED = "planned", "waiting for a reviewer to press Deploy"
        CONFIRMED = "confirmed", "about to be sent"
        SENT = "sent", "sent to Azure"
        SUCCEEDED = "succeeded", "deployed, says Azure"
        FAILED = "failed", "not deployed"
        GIVEN_UP = "given-up", "given up"

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="deployments")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="deployments")
    subscription = models.CharField(max_length=36)
    address = models.CharField(max_length=64, help_text="Of the template: made of its content.")
    marker = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=20, choices=State, default=State.ASKED)
    account = models.UUIDField(help_text="Object id of who signed in for it, in the customer's tenant.")
    account_name = models.CharField(max_length=300, blank=True, help_text="As their sign-in named them.")
    token = models.TextField(blank=True, help_text="Sealed. Empty: wiped.")
    token_until = models.DateTimeField()
    where = models.TextField(blank=True, help_text="Sealed: where Azure says its answer will be.")
    changes = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True, help_text="Of the changes that were shown.")
    confirmed_by = models.CharField(max_length=120, blank=True)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="When Azure told last how it stands there."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DeploymentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "subscription"],
                condition=Q(ended_at=None),
                name="one_open_deployment_a_subscription",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"

    @property
    def name(self) -> str:
        """Made of the template's content and a marker of its own: what has this name in Azure is this one."""
        return f"gatehouse-{self.address[:12]}-{self.marker[:12]}"

    @property
    def signed_in_as(self) -> str:
        """The account that Azure sees; not always whoever began it."""
        return self.account_name or f"the account with the object id {self.account}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_locked_out(self) -> bool:
        """It goes on once its person has signed in again."""
        return self.is_open and not self.token

    @property
    def shown(self) -> str:
        """How it stands, for people. What nobody saw is not called failed."""
        if self.is_locked_out:
            return "waiting for a sign-in"
        return "sent; nobody saw how it went" if self.reason == UNKNOWN else self.get_state_display()

    @property
    def may_be_given_up(self) -> bool:
        """What was sent, or is about to be, is only looked after."""
        unsent = self.state in (self.State.ASKED, self.State.VALID, self.State.PLANNED)
        return self.is_open and unsent

    @property
    def is_worked_on(self) -> bool:
        return self.is_open and bool(self.token) and self.state != self.State.PLANNED

"""Offers, plans, agreements, and the rows that are the truth about a run."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from onboarding import closing
from onboarding.leases import Leased
from onboarding.rows.apps import AppStand as AppStand
from onboarding.rows.declines import Decline as Decline
from onboarding.rows.grants import Grant as Grant
from onboarding.rows.grants import Survey as Survey
from onboarding.rows.heartbeat import Heartbeat as Heartbeat
from onboarding.rows.holdings import Holding as Holding
from onboarding.rows.papers import Paper as Paper
from onboarding.rows.papers import PaperAgreement as PaperAgreement
from onboarding.rows.readings import Reading as Reading
from onboarding.rows.requests import PackageRequest as PackageRequest
from onboarding.rows.wizard import ConsentRequest as ConsentRequest
from onboarding.rows.wizard import Draft as Draft
from onboarding.rows.wizard import Inquiry as Inquiry
from onboarding.rows.wizard import Receipt as Receipt
from tenants.models import Tenant


class Offer(models.Model):
    """What is sold: planes, tiers, names and numbers. Immutable once used; an edit is a new version."""

    slug = models.SlugField(max_length=63)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    document = models.JSONField()
    made_by = models.CharField(max_length=120, blank=True, help_text="Empty: it came with the portal.")
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="one_offer_a_version")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Onboarding(models.Model):
    """The answers for one tenant, resolved by the reader: what the blueprint is made from."""

    tenant = models.OneToOneField(Tenant, models.PROTECT, related_name="onboarding")
    offer = models.ForeignKey(Offer, models.PROTECT)
    tiers = models.JSONField(default=list)
    approval = models.CharField(max_length=20, blank=True, help_text="Who approves; empty: as in the offer.")
    approvers = models.JSONField(default=list, help_text="Object ids, as resolved by the reader.")
    reviewers = models.JSONField(default=list)
    ticked = models.JSONField(default=dict, help_text="Address → id of the existing object to take over.")
    analysts_group = models.CharField(
        max_length=36, blank=True, help_text="Object id in the provider's tenant, where the offer names one."
    )
    azure = models.JSONField(
        default=dict, blank=True, help_text="Scopes to delegate, and ids in the provider's tenant by name."
    )
    starts = models.DateField(help_text="Fixed once, so that a plan made again is the same plan.")
    kept_at = models.DateTimeField(
        auto_now=True, null=True, help_text="The last time that answers were kept; empty: not written down."
    )

    called: dict[str, str] | None = None  # the provider, as the agreed plan has it; None: as today

    def __str__(self) -> str:
        return f"{self.offer} for {self.tenant}"


class Plan(models.Model):
    """A list of changes with a number. Its steps are copied into the run that carries it out."""

    class Purpose(models.TextChoices):
        ONBOARD = "onboard", "set up"
        OFFBOARD = "offboard", "end and clean up"
        ACCESS = "access", "end single accesses"
        PAUSE = "pause", "pause"

    CLOSING = (Purpose.OFFBOARD, Purpose.PAUSE)
    """After these nothing that was agreed to before opens anything again."""

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="plans")
    purpose = models.CharField(max_length=20, choices=Purpose)
    frame = models.JSONField(help_text="Cloud, tenants, apps and permissions, offer version, expiry.")
    changes = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.purpose} {self.tenant}: {self.digest[:12]}"

    @property
    def title(self) -> str:
        """What pages call it, and the run that carries it out."""
        if self.opens_again:
            return "Opening again"
        return self.get_purpose_display().capitalize()

    @property
    def opens_again(self) -> bool:
        """The first plan after a pause: whoever agrees to it should see that access is there again by it."""
        return self.purpose == self.Purpose.ONBOARD and any(map(closing.opens_again, self.changes))

    @property
    def takes_away(self) -> bool:
        """Whoever wants access gone need not wait for anything, and it is theirs to decide."""
        return self.purpose != self.Purpose.ONBOARD


class Agreement(models.Model):
    """Why one plan may be carried out. Recorded agreements are shown as such for ever.

    A withdrawal is nobody's agreement: the provider takes its own access away, and asks nobody. An end by the
    customer is a reviewer's own decision, and nobody else's agreement is needed to it either.
    """

    class Form(models.TextChoices):
        SIGNED = "signed", "signed in"
        RECORDED = "recorded", "recorded, not signed"
        WITHDRAWAL = "withdrawal", "withdrawn by the provider"
        ENDED = "ended", "ended by the customer"

    plan = models.OneToOneField(Plan, models.PROTECT, related_name="agreement")
    digest = models.CharField(max_length=64)
    form = models.CharField(max_length=20, choices=Form)
    by = models.CharField(max_length=320)
    reference = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=120)
    decided_by = models.CharField(max_length=120)
    ledger_number = models.PositiveIntegerField()
    at = models.DateTimeField(default=now)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True)  # as it was confirmed, whatever comes later

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(form__in=["withdrawal", "ended"]) ^ ~Q(asked_by=F("decided_by")),
                name="nobody_decides_their_own_request",
            )
        ]

    def __str__(self) -> str:
        if self.form == self.Form.WITHDRAWAL:
            return f"{self.by} withdraws by {self.digest[:12]}"
        if self.form == self.Form.ENDED:
            return f"{self.by} ends it by {self.digest[:12]}"
        return f"{self.by} agreed to {self.digest[:12]} ({self.form})"


class RunQuerySet(Leased["Run"]):
    over = "closed_at"
    counts = ("claims", "crashes")


class Run(models.Model):
    """One plan being carried out. How it ended is derived from its steps."""

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="runs")
    plan = models.OneToOneField(Plan, models.PROTECT, related_name="run")
    started_by = models.CharField(max_length=120)
    opened_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(default=now)
    owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    claims = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(
        default=0, help_text="Claims since it was last let go in an orderly way."
    )
    unread_since = models.DateTimeField(null=True, blank=True, help_text="It waits for a read since then.")
    unread = models.JSONField(
        default=dict, blank=True, help_text="Facts for the words why it could not be read."
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(closed_at=None), name="one_open_run_a_tenant"
            )
        ]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.plan}"

    def is_cancelled(self) -> bool:
        """As the row says now: somebody may have asked since we took the run."""
        return Run.objects.filter(pk=self.pk).exclude(cancelled_at=None).exists()

    @property
    def ended(self) -> str:
        return self.ended_by(set(self.steps.values_list("state", flat=True)))

    def ended_by(self, states: set[str]) -> str:
        """open, verified, failed or cancelled; never verified where one step is not, or there is none."""
        if self.closed_at is None:
            return "open"
        if states == {Step.State.VERIFIED}:
            return "verified"
        return "cancelled" if self.cancelled_at and Step.State.FAILED not in states else "failed"


class Step(models.Model):
    """One change of a run. The first block is what was agreed and never changes; the rest is how it goes."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        WRITTEN = "written", "written"
        CUSTOMER = "customer", "waiting for the customer"
        MICROSOFT = "microsoft", "waiting for Microsoft"
        VERIFIED = "verified", "verified"
        FAILED = "failed", "failed"
        SKIPPED = "skipped", "skipped"
        CANCELLED = "cancelled", "cancelled"

    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    address = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    target = models.UUIDField(help_text="The tenant it is carried out in.")
    action = models.CharField(max_length=20)
    spec = models.JSONField()
    needs = models.JSONField()
    planned_id = models.CharField(max_length=300, blank=True)
    fields = models.JSONField(default=list)
    before = models.JSONField(default=dict)

    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    marker = models.CharField(max_length=32, blank=True)
    remote_id = models.CharField(max_length=300, blank=True)
    unclear = models.BooleanField(default=False, help_text="A write was sent and its answer never came.")
    looks = models.PositiveIntegerField(default=0, help_text="Times we looked for it since, in vain.")
    not_before = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "address"], name="one_step_an_address")]

    def __str__(self) -> str:
        return f"{self.action} {self.address}: {self.state}"

    def is_due(self, at: datetime) -> bool:
        return self.not_before is None or self.not_before <= at


class Attempt(models.Model):
    """One try of one step; never overwritten."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["step", "number"], name="one_attempt_a_number")]

    def __str__(self) -> str:
        return f"{self.step.address} #{self.number}: {self.outcome or 'running'}"


class OwnedObject(models.Model):
    """What we answer for in a tenant, until it is deleted or released."""

    class Origin(models.TextChoices):
        CREATED = "created", "created"
        ADOPTED = "adopted", "taken over"

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="owned")
    target = models.UUIDField()
    address = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    remote_id = models.CharField(max_length=300)
    origin = models.CharField(max_length=20, choices=Origin)
    spec = models.JSONField()
    needs = models.JSONField()
    before = models.JSONField(default=dict)
    since = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "address"], name="one_object_an_address")]

    def __str__(self) -> str:
        return f"{self.address} ({self.origin})"

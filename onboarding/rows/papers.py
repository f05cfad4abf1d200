"""Agreements on paper: what two of our people say of it, and the signed paper itself."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from tenants.models import Tenant


class PaperManager(models.Manager["Paper"]):
    """Without the bytes, which only a download and a check need."""

    def get_queryset(self) -> models.QuerySet[Paper]:
        return super().get_queryset().defer("content")


class Paper(models.Model):
    """A signed paper as it was uploaded, byte for byte. It is never changed: another file is another row."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        PNG = "png", "PNG picture"
        JPEG = "jpeg", "JPEG picture"

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=4, choices=Kind, help_text="As its content says, whatever its name.")
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    uploaded_by = models.CharField(max_length=120)
    uploaded_at = models.DateTimeField(default=now)

    objects = PaperManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "uploaded_by", "sha256"], name="one_row_an_upload")
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.size} bytes, {self.sha256[:12]}"


class PaperAgreement(models.Model):
    """Somebody of ours says that the customer agreed on paper. It counts once another of us has looked."""

    plan = models.OneToOneField("onboarding.Plan", models.CASCADE, related_name="paper")
    file = models.ForeignKey(
        Paper, models.PROTECT, null=True, help_text="None where it was entered before papers were kept."
    )
    by = models.CharField(max_length=320)
    reference = models.CharField(max_length=200)
    reason = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.by} agreed on paper, says {self.asked_by}"

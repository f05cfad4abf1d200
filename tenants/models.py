"""Who the parties are: one provider, its customers, their tenants, the people, and what was done."""

from __future__ import annotations

from django.db import models


class Provider(models.Model):
    """The MSSP this deployment belongs to."""

    name = models.CharField(max_length=120)
    brand = models.CharField(max_length=60, help_text="Put in front of every name we create.")

    def __str__(self) -> str:
        return self.name


class ProviderTenant(models.Model):
    """One of the provider's own Microsoft tenants, for one purpose."""

    class Purpose(models.TextChoices):
        SIGN_IN = "sign-in", "staff sign-in"
        ANALYSTS = "analysts", "analysts"
        LIGHTHOUSE = "lighthouse", "Azure Lighthouse"
        GDAP = "gdap", "GDAP"

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="tenants")
    purpose = models.CharField(max_length=20, choices=Purpose)
    tenant_id = models.UUIDField()
    name = models.CharField(max_length=256)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "purpose"], name="one_provider_tenant_a_purpose")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.purpose})"


class Customer(models.Model):
    """A company. Most have one tenant."""

    name = models.CharField(max_length=256)
    slug = models.SlugField(max_length=63, unique=True)

    def __str__(self) -> str:
        return self.name


class Tenant(models.Model):
    """One Microsoft tenant of a customer. Its id and cloud never change after the first admin consent."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="tenants")
    slug = models.SlugField(max_length=63, unique=True)
    tenant_id = models.UUIDField()
    cloud = models.CharField(max_length=20)
    domain = models.CharField(max_length=253)
    initial_domain = models.CharField(max_length=253, blank=True)
    is_lab = models.BooleanField(default=False)
    change_number = models.CharField(max_length=60, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "cloud"], name="one_row_a_microsoft_tenant")
        ]

    def __str__(self) -> str:
        return f"{self.customer.name} ({self.domain})"


class Person(models.Model):
    """Somebody, known by (tid, oid) and by nothing else. The names can be erased."""

    tid = models.UUIDField()
    oid = models.UUIDField()
    name = models.CharField(max_length=256, blank=True)
    email = models.CharField(max_length=320, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tid", "oid"], name="one_row_a_person")]

    def __str__(self) -> str:
        return self.name or str(self.oid)


class Contact(models.Model):
    """What a person of a customer's tenant is to us."""

    class Role(models.TextChoices):
        APPROVER = "approver", "approver"
        REVIEWER = "reviewer", "reviewer"

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="contacts")
    person = models.ForeignKey(Person, models.PROTECT)
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "person", "role"], name="one_contact_a_role")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role} of {self.tenant}"


class LedgerEntry(models.Model):
    """Who did what: append-only, one hash chain a customer. Written by tenants.ledger only."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="ledger")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["customer", "number"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="one_ledger_entry_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.subject}"


class WriteStop(models.Model):
    """A flag read at every claim: while a row stands, no run writes anything anywhere."""

    since = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=120)
    reason = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"stopped by {self.by}: {self.reason}"

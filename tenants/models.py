"""Who the parties are: one provider, its customers, their tenants, the people, and what was done."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now


class Provider(models.Model):
    """The MSSP this deployment belongs to."""

    name = models.CharField(max_length=120)
    brand = models.CharField(max_length=60, help_text="Put in front of every name we create.")
    first_name = models.CharField(max_length=120, blank=True, help_text="Before its first change.")
    first_brand = models.CharField(max_length=60, blank=True)

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

    @property
    def in_full(self) -> str:
        """With the domains where there are several. Lists fetch `tenants` beforehand."""
        domains = [tenant.domain for tenant in self.tenants.all()]
        return f"{self.name} ({', '.join(sorted(domains))})" if len(domains) > 1 else self.name


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

    @property
    def colour(self) -> int:
        """Which of the eight bands its pages carry; the same for ever."""
        return self.tenant_id.int % 8


class Person(models.Model):
    """Somebody, known by (tid, oid) and by nothing else. The names can be erased."""

    tid = models.UUIDField()
    oid = models.UUIDField()
    name = models.CharField(max_length=256, blank=True)
    email = models.CharField(max_length=320, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tid", "oid"], name="one_row_a_person")]

    @property
    def actor(self) -> str:
        """How the record names them: by number, since names are erased one day."""
        return f"person {self.pk}"

    @property
    def domain(self) -> str:
        """Whose people they are, as their address says it: shown, and no right hangs on it."""
        return self.email.rpartition("@")[2]

    def __str__(self) -> str:
        return self.name or str(self.oid)


class Contact(models.Model):
    """What a person of a customer's tenant is to us."""

    class Role(models.TextChoices):
        APPROVER = "approver", "approver"
        REVIEWER = "reviewer", "reviewer"
        CONTACT = "contact", "contact for questions"

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="contacts")
    person = models.ForeignKey(Person, models.PROTECT)
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "person", "role"], name="one_contact_a_role")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role} of {self.tenant}"


class Freeze(models.Model):
    """A time in which nothing is set up or changed in a tenant; see tenants/freezes.py."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="freezes")
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    why = models.CharField(max_length=120)
    by_customer = models.BooleanField(help_text="Set by one of the customer's people.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("begins")), name="a_freeze_lasts")
        ]

    def __str__(self) -> str:
        return f"{self.tenant}: {self.begins:%F %H:%M} to {self.ends:%F %H:%M} UTC"


class Tier(models.Model):
    """A named level of analyst; offers say by the same slug what it may do."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Which customers an analyst works for, and as which tier."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="memberships")
    tier = models.ForeignKey(Tier, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "customer", "tier"], name="one_membership_a_tier")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.tier} for {self.customer}"


class SignIn(models.Model):
    """One browser's sign-in. The cookie holds the key, the row only its hash; no token is kept."""

    key_hash = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="sign_ins")
    roles = models.JSONField(default=list, help_text="App roles of the token, where they count.")
    auth_time = models.DateTimeField(help_text="When Microsoft last saw the person prove who they are.")
    started_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)
    roles_at = models.DateTimeField(default=now, help_text="When Microsoft last said which roles there are.")

    def __str__(self) -> str:
        return f"{self.person} since {self.started_at:%F %T}"


class SpentState(models.Model):
    """A `state` that came back once. It does not come back twice."""

    state_hash = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"spent, forgotten after {self.until:%F %T}"


class Tally(models.Model):
    """How often one thing was done from one place in the present window; see tenants/rates.py."""

    key = models.CharField(max_length=200, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key}: {self.count} until {self.until:%F %T}"


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

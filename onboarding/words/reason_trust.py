"""The words of reasons.py that only cross-tenant access needs."""

from __future__ import annotations

from onboarding.reason_parts import AS_IT_WAS, NOTHING, OPERATOR, PROVIDER, REGISTRATIONS, Words

AT_HOME = frozenset({"no_admin_consent", "missing_permission"})
"""What a customer mends for other apps, and the provider for the one that is let in nowhere else."""
TRUST = {
    "not_at_home": Words(
        "{app} is not let in there, or lacks a permission.",
        AS_IT_WAS,
        "Grant it admin consent in the provider's own tenant, under App registrations, API permissions.",
        "A Global Administrator or Privileged Role Administrator of the provider.",
        REGISTRATIONS,
    ),
    "not_registered": Words(
        "This portal has no registration for {app}.",
        NOTHING,
        "Register it as the README says and put its client id and certificate into the settings; "
        "or sell an offer without cross-tenant access.",
        OPERATOR,
        REGISTRATIONS,
    ),
    "no_analysts_group": Words(
        "The group {name} of the provider's own tenant cannot be used: {why}.",
        NOTHING,
        "Make a new version of the offer that names exactly one security group, then go on from there.",
        PROVIDER,
    ),
}

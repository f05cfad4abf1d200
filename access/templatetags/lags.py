"""On the wizard's table of a run: what was deployed, and is not seen yet."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from access.azure import lag
from access.progress import DEPLOYED_UNSEEN
from onboarding.models import Step
from tenants.models import Tenant
from tenants.templatetags.shown import status

register = template.Library()


@register.simple_tag
def lags_of(tenant: Tenant, steps: Iterable[Step]) -> dict[int, lag.Lag]:
    """By step."""
    return lag.of(tenant, steps)


@register.simple_tag
def unseen() -> SafeString:
    return status(*DEPLOYED_UNSEEN)

"""Whether a customer's reviewer ever filled in the guard pack: then pages about the end speak of it."""

from __future__ import annotations

from django import template

from access.models import GuardAnswers
from tenants.models import Tenant

register = template.Library()


@register.filter
def has_guards(tenant: Tenant) -> bool:
    return GuardAnswers.objects.filter(tenant=tenant).exists()

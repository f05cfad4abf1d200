"""What Microsoft is told about who comes, where that is known: it then need not ask for it.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow: `domain_hint` skips the question
for an address. A domain that is its own identity provider is led to at once, so it is told only where
every reviewer of the customer signs in with it. No address that can be guessed tells one.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from onboarding.agreeing import whose_word
from onboarding.models import Plan


def domain_of(path: str) -> str:
    """The domain of whoever is awaited at this address of ours; "" where nobody is, or of several."""
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    if found.url_name != "agreement":
        return ""
    slug, number = found.kwargs["slug"], found.kwargs["plan"]
    plan = Plan.objects.filter(tenant__slug=slug, digest=number).select_related("tenant").last()
    named = whose_word.reviewers(plan.tenant) if plan else []
    domains = {contact.person.email.rpartition("@")[2].lower() for contact in named}
    return domains.pop() if len(domains) == 1 else ""

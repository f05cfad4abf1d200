"""What a web or a worker process cannot do without: it stops at once and not in the middle of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.core.exceptions import ImproperlyConfigured

from portal.registrations import HELD_BY

ALWAYS = ("signin", "reader", "setup")
"""Registrations that every deployment has. Their client ids stand in links, so both processes need them."""

Apps = Mapping[str, Mapping[str, str]]


def check(process: str, hosts: Sequence[str], provider: str, apps: Apps) -> None:
    """Raises ImproperlyConfigured with one line that names the first that is missing."""
    for name in missing(process, hosts, provider, apps):
        raise ImproperlyConfigured(f"{name} is missing; the {process} process cannot work without it.")


def missing(process: str, hosts: Sequence[str], provider: str, apps: Apps) -> Iterator[str]:
    """Without ALLOWED_HOSTS the web would answer each request with 400."""
    if process not in HELD_BY.values():
        return
    if process == "web" and not hosts:
        yield "ALLOWED_HOSTS"
    if not provider:
        yield "PROVIDER_TENANT_ID"
    yield from (f"{app.upper()}_CLIENT_ID" for app in ALWAYS if not apps[app]["client_id"])
    for app in ALWAYS:
        if HELD_BY[app] == process and not (apps[app]["certificate_file"] or apps[app]["client_secret"]):
            yield f"{app.upper()}_CERTIFICATE_FILE"

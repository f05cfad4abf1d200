"""What would make a start unsafe: always (the time limits), and for `check --deploy` (how it is run).

The deploy checks read the settings once, so that each is a line of a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

VISIBILITY = 600
AFTER_READING = 10
"""Seconds for what comes before and after the read of a whole tenant."""
READING = (
    "onboarding.grants.granted",
    "onboarding.grants.holdings",
    "onboarding.grants.requested",
    "onboarding.nightly",
    "onboarding.grants.strays",
    "onboarding.running.reading",
)
WORKERS = {"reader": "portal.E005", "setup": "portal.E006", "trust": "portal.E010", "home": "portal.E011"}


@register()
def time_limits(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """A worker must be dead before its lease ends, and its lease ended before the broker sends again."""
    soft, hard = settings.CELERY_TASK_SOFT_TIME_LIMIT, settings.CELERY_TASK_TIME_LIMIT
    if soft < hard < settings.RUN_LEASE_SECONDS < visibility():
        return []
    return [limits_out_of_order()]


@register()
def reads_in_time(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """A read gives up, and says so, before the worker's soft limit throws the whole look away."""
    most = settings.CELERY_TASK_SOFT_TIME_LIMIT - AFTER_READING
    return [
        Error(f"{name} may read for longer than {most} s, so a slow read would be lost.", id="portal.E012")
        for name in READING
        if most < import_module(name).READ_SECONDS
    ]


def limits_out_of_order() -> CheckMessage:
    """Only a warning where nothing enforces a hard limit: the threads of the embedded default."""
    kind = Error if is_redis() else Warning
    order = "soft limit < hard limit < RUN_LEASE_SECONDS < broker visibility"
    return kind(f"The time limits are out of order; allowed: {order}.", id="portal.E001")


def visibility() -> float:
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    return float(options.get("visibility_timeout", VISIBILITY))


def is_redis() -> bool:
    return urlsplit(settings.CELERY_BROKER_URL).scheme in ("redis", "rediss")


@register(deploy=True)
def database(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return [Warning("DATABASE_URL is SQLite; use postgres:// where it matters.", id="portal.W002")]
    return []


@register(deploy=True)
def broker(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    if not is_redis():
        return [Warning("CELERY_BROKER_URL is not Redis; use redis:// or rediss://.", id="portal.W003")]
    if not urlsplit(settings.CELERY_BROKER_URL).password:
        return [Warning("CELERY_BROKER_URL has no password; anyone could ring.", id="portal.W004")]
    return []


@register(deploy=True)
def graph_credentials(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Only the worker holds what opens customers' tenants."""
    if settings.PROCESS not in ("web", "beat"):
        return []
    return [
        Error(
            f"A {purpose} credential is in the {settings.PROCESS} process; only the worker needs it.",
            id=number,
        )
        for purpose, number in WORKERS.items()
        if has_credential(purpose)
    ]


def has_credential(purpose: str) -> bool:
    given = settings.MICROSOFT_APPS.get(purpose, {"certificate_file": "", "client_secret": ""})
    return bool(given["certificate_file"] or given["client_secret"])


@register(deploy=True)
def deploy_credential(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """With it a person of the customer signs in; the worker is given what comes of that, and no more."""
    if settings.PROCESS not in ("worker", "beat") or not has_credential("deploy"):
        return []
    words = f"A deploy credential is in the {settings.PROCESS} process; only the web needs it."
    return [Error(words, id="portal.E013")]


@register(deploy=True)
def cloud(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    if settings.CLOUD == "custom":
        return [Warning("CLOUD is custom: this is not Microsoft.", id="portal.W007")]
    return []


@register(deploy=True)
def provider(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    if not settings.PROVIDER_TENANT_ID:
        return [Error("PROVIDER_TENANT_ID is missing; nobody can sign in.", id="portal.E008")]
    return []


@register(deploy=True)
def proxies(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """We speak no TLS ourselves: an https address means a proxy, and all its visitors would count as one."""
    if settings.PROCESS == "web" and settings.SECURE and not settings.TRUSTED_PROXIES:
        return [Warning("TRUSTED_PROXIES is 0 behind https; allowed: 1 to 3.", id="portal.W009")]
    return []

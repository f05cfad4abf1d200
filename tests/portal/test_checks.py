"""What `check --deploy` complains of, and what it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.test import override_settings

import onboarding
from portal.checks import READING

NONE = {"client_id": "", "certificate_file": "", "client_secret": ""}
HELD = {**NONE, "certificate_file": "/run/reader.pem"}
GOOD: dict[str, Any] = {
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "CELERY_BROKER_URL": "redis://:word@redis:6379/0",
    "CELERY_BROKER_TRANSPORT_OPTIONS": {"visibility_timeout": 600},
    "PROCESS": "web",
    "SECURE": True,
    "TRUSTED_PROXIES": 1,
    "MICROSOFT_APPS": {"signin": HELD, "reader": NONE, "setup": NONE},
    "CLOUD": "public",
    "PROVIDER_TENANT_ID": "fab00000-0000-4000-8000-000000000001",
    "RUN_LEASE_SECONDS": 120,
    "CELERY_TASK_SOFT_TIME_LIMIT": 60,
    "CELERY_TASK_TIME_LIMIT": 90,
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijklmnop",
}
CASES: list[tuple[str, dict[str, Any]]] = [
    ("portal.W002", {"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}),
    ("portal.W003", {"CELERY_BROKER_URL": "sqla+sqlite:///x"}),
    ("portal.W004", {"CELERY_BROKER_URL": "redis://redis:6379/0"}),
    ("portal.E005", {"MICROSOFT_APPS": {"signin": HELD, "reader": HELD, "setup": NONE}}),
    ("portal.E006", {"MICROSOFT_APPS": {"signin": HELD, "reader": NONE, "setup": HELD}}),
    ("portal.W007", {"CLOUD": "custom"}),
    ("portal.E008", {"PROVIDER_TENANT_ID": ""}),
    ("portal.W009", {"TRUSTED_PROXIES": 0}),
    ("portal.E001", {"RUN_LEASE_SECONDS": 90}),
    ("portal.E001", {"RUN_LEASE_SECONDS": 600}),
    ("portal.E001", {"CELERY_TASK_SOFT_TIME_LIMIT": 90}),
    ("portal.E012", {"CELERY_TASK_SOFT_TIME_LIMIT": 50}),
    ("security.W009", {"SECRET_KEY": "short"}),
]


def complaints(given: dict[str, Any]) -> set[str]:
    with override_settings(**{**GOOD, **given}):
        return {message.id or "" for message in checks.run_checks(include_deployment_checks=True)}


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_a_good_deployment_is_not_complained_of() -> None:
    assert not {one for one in complaints({}) if one.startswith("portal.")}


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(("complaint", "given"), CASES)
def test_a_weak_spot_is_complained_of(complaint: str, given: dict[str, Any]) -> None:
    assert complaint in complaints(given)


def test_every_read_of_a_whole_tenant_is_looked_at() -> None:
    room = Path(onboarding.__file__).parent
    files = (file for file in room.rglob("*.py") if "\nREAD_SECONDS = " in file.read_text("utf-8"))
    found = {".".join(file.relative_to(room.parent).with_suffix("").parts) for file in files}
    assert found == set(READING)


@pytest.mark.parametrize("process", ["worker", "beat"])
def test_only_the_web_holds_what_customers_sign_in_with_for_azure(process: str) -> None:
    held = {"MICROSOFT_APPS": {**GOOD["MICROSOFT_APPS"], "deploy": HELD}}
    assert "portal.E013" in complaints({"PROCESS": process, **held})
    assert "portal.E013" not in complaints(held)


def test_the_worker_may_hold_the_graph_credentials() -> None:
    held = {"PROCESS": "worker", "MICROSOFT_APPS": {"signin": NONE, "reader": HELD, "setup": HELD}}
    assert not {"portal.E005", "portal.E006"} & complaints(held)

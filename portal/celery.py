"""The Celery app. A message is a doorbell: a row's id and nothing else (DESIGN.md, "How a run runs")."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import setup_logging
from kombu.transport import virtual

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("gatehouse")  # type: ignore[no-untyped-call]
app.config_from_object("django.conf:settings", namespace="CELERY")  # type: ignore[no-untyped-call]
app.autodiscover_tasks()  # type: ignore[no-untyped-call]

# How often a queue in a database is asked, in seconds; kombu's own is 1. Redis wakes us by itself.
virtual.Transport.polling_interval = 0.2


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_our_logging(**_: object) -> None:
    """Celery would replace the root handler, and with it the redaction."""

"""The Celery app. A message is a doorbell: a row's id and nothing else (DESIGN.md, "How a run runs")."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from kombu.transport import sqlalchemy, virtual
from sqlalchemy.exc import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("gatehouse")  # type: ignore[no-untyped-call]
app.config_from_object("django.conf:settings", namespace="CELERY")  # type: ignore[no-untyped-call]
app.autodiscover_tasks()  # type: ignore[no-untyped-call]

# How often a queue in a database is asked, in seconds; kombu's own is 1. Redis wakes us by itself.
virtual.Transport.polling_interval = 0.2


class Emptied(sqlalchemy.Channel):
    """kombu keeps what it has delivered, and reads through all of it each time the queue is asked."""

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        found = super()._get(queue)  # type: ignore[no-untyped-call]
        delivered = self.session.query(self.message_cls).filter(self.message_cls.visible.is_(False))
        try:
            delivered.delete(synchronize_session=False)
            self.session.commit()
        except OperationalError:  # somebody writes for long: the next one takes them along
            self.session.rollback()
        return found


sqlalchemy.Transport.Channel = Emptied


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_our_logging(**_: object) -> None:
    """Celery would replace the root handler, and with it the redaction."""

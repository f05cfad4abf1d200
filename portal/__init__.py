"""The frame: settings, URLs, the Celery app, health. It knows every app; no app knows it."""

from __future__ import annotations

from portal.celery import app as celery_app

__all__ = ["celery_app"]

"""When a worker was last there."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """One row: when a worker last swept."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"a worker swept at {self.at:%F %T}"

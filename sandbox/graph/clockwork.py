"""What goes on by itself in entitlement management; each read gives it a turn (facts 16.12, 16.13, 16.34)."""

from __future__ import annotations

from sandbox.cloud import Cloud
from sandbox.graph import approvals, deliveries, work


def tick(cloud: Cloud, tid: str) -> None:
    work.tick(cloud, tid)
    deliveries.expire(cloud, tid)
    approvals.deny_unanswered(cloud, tid)

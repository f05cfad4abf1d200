"""What goes on by itself in a tenant; each read gives it a turn (facts 16.12, 16.13, 16.16, 16.34)."""

from __future__ import annotations

from sandbox.cloud import Cloud
from sandbox.graph import approvals, deliveries, dynamic_groups, reviews, work


def tick_groups(cloud: Cloud, tid: str) -> None:
    """In the directory, whose groups know when who was given a package is in them."""
    dynamic_groups.tick(cloud, tid)
    work.tick(cloud, tid, "join")


def tick(cloud: Cloud, tid: str) -> None:
    """In entitlement management, which decides by groups."""
    dynamic_groups.tick(cloud, tid)
    work.tick(cloud, tid)
    reviews.tick(cloud, tid)
    deliveries.expire(cloud, tid)
    approvals.deny_unanswered(cloud, tid)

"""Doors for tests in other processes, below /_sandbox/. The portal never opens them."""

from __future__ import annotations

from starlette.routing import BaseRoute

from sandbox.cloud import Cloud


def routes(cloud: Cloud) -> list[BaseRoute]:
    return []

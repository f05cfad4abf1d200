"""My Access: where a person asks for a package and an approver decides."""

from __future__ import annotations

from starlette.routing import BaseRoute

from sandbox.cloud import Cloud


def routes(cloud: Cloud) -> list[BaseRoute]:
    return []

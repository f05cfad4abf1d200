"""Microsoft Graph v1.0, as far as Gatehouse uses it."""

from __future__ import annotations

from starlette.routing import BaseRoute

from sandbox.cloud import Cloud


def routes(cloud: Cloud) -> list[BaseRoute]:
    return []

"""Our app registrations, each with the one process that may hold its credential: nothing else says so."""

from __future__ import annotations

HELD_BY = {
    "signin": "web",
    "reader": "worker",
    "setup": "worker",
    "trust": "worker",
    "home": "worker",
    "deploy": "web",
}


def kept_from(process: str) -> tuple[str, ...]:
    """The apps whose credential this process must not see."""
    return tuple(app for app, holder in HELD_BY.items() if holder != process)

"""The ways in, by the name offers use.

Each says its `resources`, what its writes take (`PERMISSIONS`), whether some stand in the provider's own
tenant (`AT_HOME`), what must stand before anybody may ask (`FIRST`), and by which kinds people ask (`DOORS`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from onboarding.engine.resource import Resource
from onboarding.planes import access_packages, cross_tenant_access, lighthouse
from onboarding.planes.base import Answers
from tenants import consent

PLANES = {
    "access_packages": access_packages,
    "cross_tenant_access": cross_tenant_access,
    "lighthouse": lighthouse,
}


def blueprint(planes: list[str], answers: Answers) -> list[Resource]:
    """Everything one tenant should have."""
    first = tuple(address for plane in planes for address in PLANES[plane].FIRST)
    doors = {kind for plane in planes for kind in PLANES[plane].DOORS}
    every = [resource for plane in planes for resource in PLANES[plane].resources(answers)]
    return [_after(first, each) if each.kind in doors else each for each in every]


def are_asked(planes: Iterable[str]) -> bool:
    """Whether anybody approves: roles in Azure are held by groups of the provider; nobody asks for them."""
    return "access_packages" in planes


def _after(first: tuple[str, ...], resource: Resource) -> Resource:
    return replace(resource, also_needs=(*resource.also_needs, *first))


def writers(planes: Iterable[str]) -> list[str]:
    """The apps that these ways in write with, the one for the provider's own tenant last."""
    chosen = [PLANES[plane] for plane in planes]
    home = ["home"] if any(plane.AT_HOME for plane in chosen) else []
    return sorted({consent.writer(plane.PERMISSIONS) for plane in chosen if plane.PERMISSIONS}) + home


def at_home(planes: Iterable[str]) -> frozenset[str]:
    """What their writes take in the provider's own tenant."""
    chosen = [PLANES[plane] for plane in planes]
    return frozenset().union(*(plane.PERMISSIONS for plane in chosen if plane.AT_HOME))

"""The ways in, by the name offers use."""

from __future__ import annotations

from onboarding.engine.resource import Resource
from onboarding.planes import access_packages
from onboarding.planes.base import Answers

PLANES = {"access_packages": access_packages}


def blueprint(planes: list[str], answers: Answers) -> list[Resource]:
    """Everything one tenant should have."""
    return [resource for plane in planes for resource in PLANES[plane].resources(answers)]

"""The one list of the sorts of resources that can be put, alone or by a template."""

from __future__ import annotations

from sandbox.arm.policies import POLICY_ASSIGNMENTS, POLICY_DEFINITIONS
from sandbox.arm.registration_assignments import REGISTRATION_ASSIGNMENTS
from sandbox.arm.registration_definitions import REGISTRATION_DEFINITIONS
from sandbox.arm.resources import Kind
from sandbox.arm.role_assignments import ROLE_ASSIGNMENTS

ALL = (
    ROLE_ASSIGNMENTS,
    REGISTRATION_DEFINITIONS,
    REGISTRATION_ASSIGNMENTS,
    POLICY_DEFINITIONS,
    POLICY_ASSIGNMENTS,
)
KINDS: dict[str, Kind] = {kind.type.lower(): kind for kind in ALL}

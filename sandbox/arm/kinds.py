"""The one list of the sorts of resources that can be put, alone or by a template."""

from __future__ import annotations

from sandbox.arm.alert_rules import ALERT_RULES
from sandbox.arm.alerts import ACTION_GROUPS, ACTIVITY_LOG_ALERTS, QUERY_RULES
from sandbox.arm.data_connectors import DATA_CONNECTORS
from sandbox.arm.diagnostic_settings import DIAGNOSTIC_SETTINGS
from sandbox.arm.onboarding_states import ONBOARDING_STATES
from sandbox.arm.policies import POLICY_ASSIGNMENTS, POLICY_DEFINITIONS
from sandbox.arm.registration_assignments import REGISTRATION_ASSIGNMENTS
from sandbox.arm.registration_definitions import REGISTRATION_DEFINITIONS
from sandbox.arm.resources import Kind
from sandbox.arm.role_assignments import ROLE_ASSIGNMENTS
from sandbox.arm.workspaces import SOLUTIONS, WORKSPACES

ALL = (
    ROLE_ASSIGNMENTS,
    REGISTRATION_DEFINITIONS,
    REGISTRATION_ASSIGNMENTS,
    POLICY_DEFINITIONS,
    POLICY_ASSIGNMENTS,
    WORKSPACES,
    SOLUTIONS,
    ONBOARDING_STATES,
    DATA_CONNECTORS,
    ALERT_RULES,
    DIAGNOSTIC_SETTINGS,
    ACTIVITY_LOG_ALERTS,
    QUERY_RULES,
    ACTION_GROUPS,
)
KINDS: dict[str, Kind] = {kind.type.lower(): kind for kind in ALL}

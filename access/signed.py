"""What a reviewer decides by signing a plan, from its own changes: its rules, and what is whose to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from access import links, rules
from access.azure import hand_outs
from onboarding.engine.plan import ENDINGS
from onboarding.models import Plan
from tenants.microsoft import clouds


def about(plan: Plan, names: Mapping[str, str]) -> dict[str, Any]:
    """`names`: of people by object id. {} where the plan sets nothing up: nothing of it is then given."""
    if plan.purpose != Plan.Purpose.ONBOARD:
        return {}
    members = [change["spec"]["member"] for change in _stays(plan, "group_membership")]
    return {
        "rules": rules.by_terms(rules.rule(change["spec"]) for change in _stays(plan, "assignment_policy")),
        "approvals": links.url_if_any("approvals", clouds.current(), domain=plan.tenant.initial_domain),
        "founders": [names.get(member, member) for member in members],
        "at_home": any(change["kind"] == "partner_outbound" for change in plan.changes),
        "deployed": any(hand_outs.is_deployed(change) for change in plan.changes),
    }


def _stays(plan: Plan, kind: str) -> Iterator[dict[str, Any]]:
    return (each for each in plan.changes if each["kind"] == kind and each["action"] not in ENDINGS)

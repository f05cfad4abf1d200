"""Readiness of one tenant: every check, asked with what is planned and who is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from onboarding.engine.plan import Plan
from tenants.checks import Answers, Ask, Check
from tenants.microsoft import apps, bridge, clouds
from tenants.microsoft.graph import graph
from tenants.models import ProviderTenant, Tenant
from tenants.readiness import CHECKS, check_all


def ask(tenant: Tenant, plan: Plan, approvers: Iterable[str], checks: Sequence[Ask] = CHECKS) -> list[Check]:
    """`plan` says which objects have names we would give."""
    ours = ProviderTenant.objects.get(purpose=ProviderTenant.Purpose.ANALYSTS)
    alike = tuple((q.address, c.remote_id) for q in plan.questions for c in q.candidates)
    answers = Answers(str(ours.tenant_id), tuple(approvers), alike)
    reader = graph(clouds.current(), apps.reader(), str(tenant.tenant_id))
    return bridge.run(check_all(reader, answers, checks))


def is_ready(checks: Iterable[Check]) -> bool:
    """No check failed. A warning or an unknown is shown and left to the person."""
    return all(check.state != "fail" for check in checks)

"""Readiness on the command line: each check with its state, its words and its remedy."""

from __future__ import annotations

from onboarding.engine.plan import Plan
from onboarding.intake import Intake
from onboarding.models import Onboarding
from onboarding.terminal import Terminal
from tenants.microsoft import apps, bridge, clouds
from tenants.microsoft.graph import graph
from tenants.models import ProviderTenant
from tenants.readiness import Answers, Check, check_all


def tell(terminal: Terminal, draft: Onboarding, plan: Plan, given: Intake) -> None:
    """Ask every check and print what is not simply well."""
    checks = ask(draft, plan, given)
    for check in checks:
        if check.state != "pass":
            terminal.say(f"  {check.state.upper():8}{check.name}: {check.found} {check.remedy}")
    terminal.note(readiness=[{"name": c.name, "state": c.state, "found": c.found} for c in checks])


def is_ready(terminal: Terminal) -> bool:
    """No check failed. A warning or an unknown is shown and left to the person."""
    return all(check["state"] != "fail" for check in terminal.facts["readiness"])


def ask(draft: Onboarding, plan: Plan, given: Intake) -> list[Check]:
    ours = ProviderTenant.objects.get(purpose=ProviderTenant.Purpose.ANALYSTS)
    alike = tuple((q.address, c.remote_id) for q in plan.questions for c in q.candidates)
    answers = Answers(str(ours.tenant_id), given.approvers, alike)
    reader = graph(clouds.current(), apps.reader(), str(draft.tenant.tenant_id))
    return bridge.run(check_all(reader, answers))

"""Deployed, says Azure, but the provider's side does not see it yet: a lag of Azure's, and nobody's task.

Told from the deployment's own row, for nothing but the very template that was deployed. Longer than Azure may
take somebody has to look all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import now

from access.azure import hand_outs
from access.models import Deployment
from onboarding.models import Step
from tenants.models import Tenant

MAY_TAKE = timedelta(minutes=15)
"""Azure facts 0.5."""
UNSEEN = "delegation_awaited"
WORDS = {
    False: "Deployed, says Azure, {at}; not seen yet from the provider's side (can take 15 minutes).",
    True: "Deployed, says Azure, {at}; still not seen from the provider's side, longer than the 15 minutes "
    "that Azure may take.",
}


@dataclass(frozen=True, slots=True)
class Lag:
    at: datetime

    @property
    def is_late(self) -> bool:
        return now() > self.at + MAY_TAKE

    @property
    def words(self) -> str:
        return WORDS[self.is_late].format(at=f"{self.at:%-d %B %Y, %H:%M} UTC")


def of(tenant: Tenant, steps: Iterable[Step]) -> dict[int, Lag]:
    """By step, for those of `steps` whose place was deployed and is awaited."""
    awaited = [each for each in steps if each.state == Step.State.CUSTOMER and each.reason == UNSEEN]
    if not awaited:
        return {}
    found = dict[int, Lag]()
    for handed in hand_outs.of(tenant):
        lag = _deployed(handed)
        mine = [each for each in awaited if each.run_id == handed.plan.run.pk]
        found |= {each.pk: lag for each in mine if lag and handed.has(each.spec["scope"])}
    return found


def of_all(steps: Iterable[Step]) -> dict[int, Lag]:
    """The same of several tenants: only where something was deployed are plans looked into."""
    awaited = [each for each in steps if each.state == Step.State.CUSTOMER and each.reason == UNSEEN]
    if not awaited:
        return {}
    done = Deployment.objects.filter(plan__run__steps__in=awaited, state=Deployment.State.SUCCEEDED)
    deployed = {row.tenant_id: row.tenant for row in done.select_related("tenant")}
    return {step: lag for tenant in deployed.values() for step, lag in of(tenant, awaited).items()}


def tenants(among: Collection[int]) -> set[int]:
    """Of these tenants those whose customer has nothing to do but to wait until what was deployed is seen."""
    waits = Step.objects.filter(run__tenant__in=among, run__closed_at=None, state=Step.State.CUSTOMER)
    steps = list(waits.select_related("run")) if among else []
    found = of_all(steps)
    late = {each.run.tenant_id for each in steps if each.pk not in found or found[each.pk].is_late}
    return {each.run.tenant_id for each in steps} - late


def _deployed(handed: hand_outs.HandOut) -> Lag | None:
    rows = Deployment.objects.filter(plan=handed.plan, subscription=handed.subscription)
    done = rows.filter(address=handed.address, state=Deployment.State.SUCCEEDED).order_by("pk").last()
    return Lag(done.ended_at) if done and done.ended_at else None

"""What was agreed to and deployed only after the run that waited for it was over: ours to end all the same.

The customer has the template at hand, and Azure may still be at work on it when a run is stopped. What stands
by it is ours, so that an end takes it away; what stands by another is a stray (grants/strays.py).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Mapping, Sequence
from typing import TypeAlias

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from onboarding import ownership, pens
from onboarding.engine.plan import Action
from onboarding.kinds import ENDS_WITH_US, KINDS
from onboarding.kinds.base import Found
from onboarding.models import Step
from onboarding.running import outcomes
from onboarding.running.order import GIVEN_UP
from onboarding.running.reading import resource
from onboarding.words.reasons import in_words
from tenants.microsoft import bridge
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.models import Tenant

READ_SECONDS = 40.0
Look: TypeAlias = list[Found] | Refused | Rejected
MADE = (Action.CREATE, Action.ADOPT)


def awaited(tenant: Tenant) -> list[Step]:
    """Of each place the last step about it, where that asked for it and its run ended without it."""
    last = {address: steps[-1] for address, steps in _about(tenant).items()}
    return [step for step in last.values() if step.action == Action.CREATE and step.state in GIVEN_UP]


def _may_stand(tenant: Tenant) -> list[Step]:
    """And of those that have ended the step that made each: whoever has the template may deploy it again."""
    made = {
        address: [step for step in steps if step.action in MADE] for address, steps in _about(tenant).items()
    }
    return [steps[-1] for steps in made.values() if steps]


def _about(tenant: Tenant) -> Mapping[str, list[Step]]:
    """Steps of runs that are over, by the address of what is not ours now."""
    ours = set(tenant.owned.values_list("address", flat=True))
    steps = Step.objects.filter(run__tenant=tenant, kind__in=ENDS_WITH_US).exclude(run__closed_at=None)
    found = defaultdict(list)
    for step in steps.exclude(address__in=ours).select_related("run").order_by("run_id", "position"):
        found[step.address].append(step)
    return found


def taken_in(tenant: Tenant) -> list[str]:
    """Look for what was awaited in vain; what is there is ours from now on. Says what nobody could tell.

    A place that is gone holds nothing. One that cannot be read for good keeps no other end from beginning:
    it is said beside the plan. Raises Later.
    """
    steps = _may_stand(tenant)
    looks = list(zip(steps, _read(tenant, steps), strict=True))
    for step, found in looks:
        for one in found if isinstance(found, list) else ():
            if one.values["customer"] == str(tenant.tenant_id):
                _own(tenant, step, one.remote_id)
    return [_untold(step, no) for step, no in looks if isinstance(no, Refused | Rejected)]


def _untold(step: Step, why: Refused | Rejected) -> str:
    return f"Whether {step.spec['scope']} is delegated again could not be read: {in_words(why)}"


def _read(tenant: Tenant, steps: Sequence[Step]) -> Sequence[Look]:
    if not steps:
        return []
    reader = pens.to_read(tenant)
    looks = [KINDS[step.kind].find(reader(resource(step)), step.spec) for step in steps]
    try:
        return bridge.run(_all(looks), READ_SECONDS)
    except TimeoutError:
        raise Later(settings.RUN_RETRY_SECONDS, "reading the tenant took too long") from None


async def _all(looks: Sequence[Coroutine[None, None, list[Found]]]) -> list[Look]:
    return await asyncio.gather(*map(_told, looks))


async def _told(look: Coroutine[None, None, list[Found]]) -> Look:
    try:
        return await look
    except NotFound:
        return []
    except (Refused, Rejected) as no:
        return no


@transaction.atomic
def _own(tenant: Tenant, step: Step, remote_id: str) -> None:
    """Once, though two look; and not while a run is open, which holds what we own to what it knew."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    same = Q(address=step.address) | Q(remote_id__iexact=remote_id)
    if tenant.owned.filter(same).exists() or tenant.runs.filter(closed_at=None).exists():
        return
    step.remote_id = remote_id
    step.save(update_fields=["remote_id"])
    outcomes.note(step, "found", "it was deployed after the run was over")
    ownership.own(step.run, step)

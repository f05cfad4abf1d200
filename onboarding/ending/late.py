"""What was agreed to and deployed only after the run that waited for it was over: ours to end all the same.

The customer has the template at hand, and Azure may still be at work on it when a run is stopped. What stands
by it is ours, so that an end takes it away; what stands by another is a stray (grants/strays.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from onboarding import ownership, pens, runs
from onboarding.engine.plan import Action, Owned, left_address
from onboarding.engine.resource import Resource
from onboarding.kinds import ENDS_WITH_US, KINDS
from onboarding.kinds.base import Found
from onboarding.models import OwnedObject, Step
from onboarding.running import outcomes, reading
from onboarding.running.order import GIVEN_UP
from onboarding.running.reading import resource
from onboarding.words.reasons import in_words
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.models import Tenant

Told: TypeAlias = list[Found] | Refused | Rejected
MADE = (Action.CREATE, Action.ADOPT)


def awaited(tenant: Tenant) -> list[Step]:
    """Of each place the last step about it, where that asked for it and its run ended without it."""
    last = {address: steps[-1] for address, steps in _about(tenant).items()}
    return [step for step in last.values() if step.action == Action.CREATE and step.state in GIVEN_UP]


def _may_stand(tenant: Tenant) -> list[Step]:
    """The last step that made each delegation which is not ours now, had it ended or not: whoever has a
    template may deploy it, and again. Of two plans for one place each had its own."""
    ours = {_what(row) for row in tenant.owned.filter(kind__in=ENDS_WITH_US)}
    steps = _of_runs_that_are_over(tenant).filter(action__in=MADE)
    return [step for what, step in {_what(step): step for step in steps}.items() if what not in ours]


def _what(one: Step | OwnedObject) -> tuple[str, str]:
    return str(one.spec["scope"]).lower(), str(one.spec["definition"])


def _about(tenant: Tenant) -> Mapping[str, list[Step]]:
    """Steps of runs that are over, by the address of what is not ours now."""
    ours = set(tenant.owned.values_list("address", flat=True))
    found = defaultdict(list)
    for step in _of_runs_that_are_over(tenant).exclude(address__in=ours):
        found[step.address].append(step)
    return found


def _of_runs_that_are_over(tenant: Tenant) -> QuerySet[Step]:
    steps = Step.objects.filter(run__tenant=tenant, kind__in=ENDS_WITH_US).exclude(run__closed_at=None)
    return steps.select_related("run").order_by("run_id", "position")


@dataclass(frozen=True, slots=True)
class Late:
    """What stands and is not ours yet, with the step that asked for it, and an address of its own."""

    step: Step
    address: str
    remote_id: str


@dataclass(frozen=True, slots=True)
class Look:
    """`untold`: what nobody could tell, in words."""

    found: tuple[Late, ...]
    untold: tuple[str, ...]

    @property
    def as_owned(self) -> dict[str, Owned]:
        """As it would be ours, for a plan that ends it."""
        return {one.address: _as_owned(one) for one in self.found}


def _as_owned(late: Late) -> Owned:
    step = late.step
    there = Resource(late.address, step.kind, str(step.target), step.spec, tuple(step.needs))
    return Owned(there, late.remote_id, adopted=False)


def look(tenant: Tenant) -> Look:
    """Look for what was awaited in vain. Writes nothing.

    A place that is gone holds nothing. One that cannot be read for good keeps no other end from beginning:
    it is said beside the plan. Raises Later.
    """
    steps = _may_stand(tenant)
    looks = list(zip(steps, _read(tenant, steps), strict=True))
    untold = tuple(_untold(step, no) for step, no in looks if isinstance(no, Refused | Rejected))
    return Look(tuple(_addressed(tenant, looks)), untold)


def _addressed(tenant: Tenant, looks: Iterable[tuple[Step, Told]]) -> Iterator[Late]:
    """A second one at an address is named as what stayed behind there."""
    taken = set(tenant.owned.values_list("address", flat=True))
    for step, found in looks:
        for one in found if isinstance(found, list) else ():
            if one.values["customer"] == str(tenant.tenant_id):
                second = left_address(step.address, one.remote_id)
                address = second if step.address in taken else step.address
                taken.add(address)
                yield Late(step, address, one.remote_id)


def _untold(step: Step, why: Refused | Rejected) -> str:
    return f"Whether {step.spec['scope']} is delegated again could not be read: {in_words(why)}"


def _read(tenant: Tenant, steps: Sequence[Step]) -> Sequence[Told]:
    if not steps:
        return []
    reader = pens.to_read(tenant)
    looks = [KINDS[step.kind].find(reader(resource(step)), step.spec) for step in steps]
    try:
        return [_told(found) for found in reading.every(looks)]
    except TimeoutError:
        raise Later(settings.RUN_RETRY_SECONDS, "reading the tenant took too long") from None


def _told(found: list[Found] | BaseException) -> Told:
    if isinstance(found, NotFound):
        return []
    if isinstance(found, list | Refused | Rejected):
        return found
    raise found


@transaction.atomic
def own(tenant: Tenant, seen: Look) -> None:
    """What was found is ours from now on: once, though two looked. A plan that is kept ends only what is.

    Refused while a run is open, which holds what we own to what it knew.
    """
    if not seen.found:
        return
    runs.hold(tenant)
    if tenant.runs.filter(closed_at=None).exists():
        raise Refused("run_meanwhile", tenant=tenant.domain)
    for one in seen.found:
        if not tenant.owned.filter(address=one.address, remote_id__iexact=one.remote_id).exists():
            _own(one)


def _own(late: Late) -> None:
    step = late.step
    step.remote_id = late.remote_id
    step.save(update_fields=["remote_id"])
    outcomes.note(step, "found", "it was deployed after the run was over")
    ownership.own(step.run, step, late.address)

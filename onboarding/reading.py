"""One read of what some steps are about, under way: begun here, judged when its answers are in."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from django.conf import settings

from onboarding import plans
from onboarding.engine import plan as engine
from onboarding.engine.plan import Action, Seen
from onboarding.engine.resource import Resource
from onboarding.models import Run, Step
from onboarding.observe import observe, read
from tenants.microsoft import apps, clouds
from tenants.microsoft.bridge import Bridge
from tenants.microsoft.errors import Later
from tenants.microsoft.graph import Graph, graph

READ_SECONDS = 40.0
Looks = Future[dict[str, Seen]]


@dataclass(frozen=True, slots=True)
class Reading:
    steps: Sequence[Step]
    ours: Mapping[str, engine.Owned]
    ticked: Mapping[str, str]
    seen: Looks

    def planned(self) -> engine.Plan:
        """What would have to change. Later: reading took too long."""
        return engine.plan([resource(step) for step in self.steps], answer(self.seen), self.ours, self.ticked)

    def agreeing(self) -> list[Step]:
        """Steps whose object was read and is as it should be; none while reading is too slow."""
        try:
            found = self.planned()
        except Later:
            return []
        off = {c.resource.address for c in found.changes} | {q.address for q in found.questions}
        return [step for step in self.steps if step.address not in off | set(found.unknown)]


def of_steps(run: Run, steps: Sequence[Step]) -> Reading:
    """Reads all we own besides: what these steps hang on may be gone."""
    owned, ticked = plans.owned_by(run.tenant), _ticked(steps)
    ours = {step.address: owned[step.address] for step in steps if step.address in owned}
    wanted = [resource(step) for step in steps]
    return Reading(
        steps, ours, ticked, _begun(observe(_reader(run), wanted, owned if wanted else {}, ticked))
    )


def of_just(run: Run, steps: Sequence[Step]) -> Reading:
    """Reads nothing but these steps' own objects: what was written a moment ago hangs on what is there."""
    owned, ticked = plans.owned_by(run.tenant), _ticked(steps)
    ours = {step.address: owned[step.address] for step in steps if step.address in owned}
    ids = {address: mine.remote_id for address, mine in owned.items()}
    looking = read(_reader(run), [resource(step) for step in steps], ours, ticked, ids)
    return Reading(steps, ours, ticked, _begun(looking))


def of_owned(run: Run, owned: Mapping[str, engine.Owned]) -> Looks:
    return _begun(observe(_reader(run), [], owned, {}))


def answer(seen: Looks) -> dict[str, Seen]:
    """What was seen; too slow an answer is no answer."""
    try:
        return seen.result()
    except TimeoutError:
        raise Later(settings.RUN_RETRY_SECONDS, "reading the tenant took too long") from None
    except BaseException:
        seen.cancel()
        raise


def resource(step: Step) -> Resource:
    return Resource(step.address, step.kind, str(step.target), step.spec, tuple(step.needs))


def _ticked(steps: Sequence[Step]) -> dict[str, str]:
    return {step.address: step.planned_id for step in steps if step.action == Action.ADOPT}


def _reader(run: Run) -> Graph:
    return graph(clouds.current(), apps.reader(), str(run.tenant.tenant_id))


def _begun(looking: Coroutine[None, None, dict[str, Seen]]) -> Looks:
    return Bridge.get().submit(asyncio.wait_for(looking, READ_SECONDS))

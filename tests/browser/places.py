"""Something to see on every page, and what stands in the gaps of their addresses."""

from __future__ import annotations

from onboarding import tasks
from tests.access import grants, world
from tests.cast import Cast


def made(cast: Cast) -> dict[str, object]:
    world.every_standing()
    run = world.much_of(cast.northwind)
    tasks.sweep()
    plan = world.planned(cast.northwind)
    review = grants.reviewed(cast.northwind, cast.people["rita"]).pk
    return {"run": run.pk, "plan": plan.digest, "agreed": run.plan.digest, "review": review}

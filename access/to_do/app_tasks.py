"""Our apps as tasks for the customer: what writes goes after a set-up, and all of them after an end."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.utils.timezone import now

from access import closed
from access.standing import Standing, with_standing
from access.to_do.task import MAY, OPEN, SEEN, UNKNOWN, Task
from access.who_can import set_up_app, stops
from access.who_can.set_up_app import Writer
from onboarding import verifying
from onboarding.models import Plan, Run
from tenants.models import Tenant

NOT_NOW = "It is not needed until the next change or the end, and is asked for again then."
LEFT = (
    "Access was ended on {on} by {by}. Nothing is left for the provider's apps to do, and a deleted app can "
    "do nothing. It is ticked when Microsoft gives them no token any more, which is asked each night, or by "
    "“Read it back now”."
)


def of(tenant: Tenant, decided: Collection[str], *, over: bool) -> Iterator[Task]:
    """`decided`: by client id, what a review decided to end, which is a task already. `over`: see is_over."""
    if Run.objects.open().filter(tenant=tenant).exists() or not tenant.runs.exists():
        return
    ended = closed.of(tenant) if over else None
    if ended is not None:
        why = LEFT.format(on=f"{ended.at:%-d %B %Y}", by=ended.by)
        left = verifying.apps_left(tenant)
        for each in set_up_app.all_of_ours(tenant):
            state = OPEN if each.purpose in left else SEEN
            yield _task(tenant, each, "left", why, (state, each.stand.looked_at if each.stand else None))
        return
    if _is_about_to_write(tenant):
        return
    for each in set_up_app.writers(tenant):
        if each.client_id not in decided:
            yield _task(tenant, each, "app", NOT_NOW, _gone(each))


def _is_about_to_write(tenant: Tenant) -> bool:
    """A plan that was agreed to, and can still be carried out, waits to be started."""
    row = with_standing(Tenant.objects.filter(pk=tenant.pk)).get()
    return bool(row.standing == Standing.AGREED)


def is_over(tenant: Tenant) -> bool:
    """It has ended, and nobody has begun anew: for a fresh plan the apps are asked for again."""
    last = verifying.ending(tenant)
    if last is None or last.closed_at is None:
        return False
    fresh = tenant.plans.filter(purpose=Plan.Purpose.ONBOARD, made_at__gt=last.closed_at, decline=None)
    asked = tenant.consent_requests.filter(asked_at__gt=last.closed_at, expires_at__gt=now())
    return not (asked.exists() or fresh.filter(expires_at__gt=now()).exists())


def _task(
    tenant: Tenant, app: Writer, sort: str, why: str, stands: tuple[tuple[str, str], datetime | None]
) -> Task:
    stop = stops.stop(tenant, {"sort": sort, "ids": {"app": app.client_id}})
    title = f"Remove {app.name[:1].lower()}{app.name[1:]}"
    return Task(title, why, stop.role, stop.steps, stop.url, stop.copy, *stands)


def _gone(app: Writer) -> tuple[tuple[str, str], datetime | None]:
    if app.stand is None:
        return UNKNOWN, None
    return MAY if app.stand.stands else SEEN, app.stand.looked_at

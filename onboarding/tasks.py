"""Doors for Celery: a message carries a row's id and means "look". Losing or repeating it changes nothing."""

from __future__ import annotations

from contextlib import suppress

import structlog
from celery import shared_task
from celery.signals import worker_shutting_down
from django.db import transaction
from kombu.exceptions import OperationalError

from onboarding import heartbeat, nightly, runs
from onboarding.grants import granted, holdings, requested
from onboarding.models import Inquiry
from onboarding.running import anew
from onboarding.running.advance import advance as carry_on
from onboarding.running.advance import leaving
from onboarding.wizard import following, inquiries
from tenants.microsoft.errors import Later
from tenants.models import Tenant

log = structlog.get_logger()


@worker_shutting_down.connect
def leave(**_: object) -> None:
    """Seen where tasks run in threads; a forked child ends its slice, or its lease runs out."""
    leaving.set()


@shared_task(name="onboarding.advance")
def advance(run_id: int) -> None:
    """Carry a run on and pass the baton."""
    pause = carry_on(run_id)
    if pause is not None:
        advance.apply_async([run_id], countdown=min(pause, 300))
    elif (tenant_id := anew.to_read(run_id)) is not None:
        ring_to_read(tenant_id)


def ring(run_id: int) -> None:
    """Ring the bell. A broker that is down costs half a lease: the sweep rings again."""
    try:
        advance.delay(run_id)
    except OperationalError:
        log.warning("the queue does not answer; the sweep will ring", run=run_id)


def ring_to_read(tenant_id: int) -> None:
    """A lost bell costs until the night; until then the rows say that it is not known."""
    try:
        read_access.delay(tenant_id)
    except OperationalError:
        log.warning("the queue does not answer; the night will read", tenant=tenant_id)


@shared_task(name="onboarding.look_into")
def look_into(inquiry_id: int) -> None:
    """Find out what a page asked for, and pass the baton while it cannot be known yet."""
    pause = inquiries.look_into(inquiry_id, _ask_next)
    if pause is not None:
        look_into.apply_async([inquiry_id], countdown=min(pause, 300))


def _ask_next(answered: Inquiry) -> None:
    """Kept together with the answer, so that no page sees one without the other."""
    if (then := following.after(answered)) is not None:
        transaction.on_commit(lambda: ring_for(then))


def ring_for(inquiry: Inquiry) -> None:
    """Ring for an inquiry; a lost bell costs until the next sweep."""
    try:
        look_into.delay(inquiry.pk)
    except OperationalError:
        log.warning("the queue does not answer; the sweep will ring", inquiry=inquiry.pk)


@shared_task(name="onboarding.verify_all")
def verify_all() -> None:
    """At night: ring once for every tenant that holds something of ours, be it an app that was left."""
    for onboarding_id in nightly.held() + nightly.left():
        verify.delay(onboarding_id)


@shared_task(name="onboarding.verify")
def verify(onboarding_id: int) -> None:
    """Read one tenant and keep what was found."""
    nightly.verify(onboarding_id)


@shared_task(name="onboarding.read_access_all")
def read_access_all() -> None:
    """At night: ring once for every tenant whose analysts may hold a package of ours."""
    for tenant_id in holdings.held():
        read_access.delay(tenant_id)


@shared_task(name="onboarding.read_access")
def read_access(tenant_id: int) -> None:
    """Read who of our analysts holds what in one tenant, and keep it."""
    holdings.read(tenant_id)


@shared_task(name="onboarding.read_grants_all")
def read_grants_all() -> None:
    """At night: ring once for every tenant that holds something of ours."""
    for tenant_id in granted.held():
        read_grants.delay(tenant_id)


@shared_task(name="onboarding.read_grants")
def read_grants(tenant_id: int) -> None:
    """Read who can do what in one tenant, and keep it."""
    granted.read(tenant_id)


@shared_task(name="onboarding.read_requests_all")
def read_requests_all() -> None:
    """At night: ask for the requests in every tenant with a package of ours, as its page does; let go of old
    ones everywhere."""
    requested.forget()
    for tenant in Tenant.objects.filter(pk__in=requested.held()):
        with suppress(Later):  # it is being asked; the next night asks again
            ring_for(inquiries.ask(tenant, Inquiry.What.REQUESTS, {}, "worker"))


@shared_task(name="onboarding.sweep")
def sweep() -> None:
    """Say that a worker runs, and ring again for runs and inquiries whose message or worker was lost."""
    heartbeat.beat()
    for run_id in runs.forgotten():
        advance.delay(run_id)
    for inquiry_id in inquiries.forgotten():
        look_into.delay(inquiry_id)

"""Doors for Celery: a message carries a row's id and means "look". Losing or repeating it changes nothing."""

from __future__ import annotations

from contextlib import suppress

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from access.deploying import deploying, deployments
from access.desk import asked
from onboarding.models import Inquiry
from onboarding.tasks import ring_for
from onboarding.wizard import inquiries
from tenants.microsoft.errors import Later
from tenants.models import Customer, Person, Tenant

log = structlog.get_logger()


@shared_task(name="access.deploy")
def deploy(deployment_id: int) -> None:
    """Carry a deployment on and pass the baton."""
    pause = deploying.look(deployment_id)
    if pause is not None:
        deploy.apply_async([deployment_id], countdown=pause)


def ring(deployment_id: int) -> None:
    """Ring the bell; a lost one costs until the next sweep."""
    try:
        deploy.delay(deployment_id)
    except OperationalError:
        log.warning("the queue does not answer; the sweep will ring", deployment=deployment_id)


@shared_task(name="access.sweep")
def sweep() -> None:
    """Wipe what is over, ring again for deployments whose bell was lost, read what is waited for."""
    deployments.wipe()
    for deployment_id in deployments.forgotten():
        deploy.delay(deployment_id)
    for tenant in asked.due():
        read(tenant, "worker")


@shared_task(name="access.read_newcomer")
def read_newcomer(person_id: int) -> None:
    """Who was given customers before we knew their address could not be looked for there until now."""
    person = Person.objects.get(pk=person_id)
    for customer in Customer.objects.filter(memberships__person=person).distinct():
        read_customer(customer, person.actor)


def ring_newcomer(person: Person) -> None:
    """One bell for all their customers: they are on their way in. A lost one costs until the night."""
    try:
        read_newcomer.delay(person.pk)
    except OperationalError:
        log.warning("the queue does not answer; the night will read", person=person.pk)


def read_customer(customer: Customer, by: str) -> None:
    """How its analysts stand, in each tenant with a package of ours: their pages know before they ask."""
    for tenant in customer.tenants.filter(owned__kind="access_package").distinct():
        read(tenant, by)


def read(tenant: Tenant, by: str) -> None:
    """Once, though several ask; and not before a tenant wants to be asked again."""
    with suppress(Later):  # asked a moment ago; the night reads it in any case
        ring_for(inquiries.ask(tenant, Inquiry.What.ACCESS, {}, by))

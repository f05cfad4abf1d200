"""Doors for Celery: a message carries a row's id and means "look". Losing or repeating it changes nothing."""

from __future__ import annotations

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from access.deploying import deploying, deployments
from access.desk import asked
from onboarding.tasks import read_access

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
    for tenant_id in asked.due():
        read_access.delay(tenant_id)

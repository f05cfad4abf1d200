"""Drift: each tenant that holds something of ours is read and compared at night, and what was found is kept.

Nothing is written to any tenant and nothing is put right: a person plans again, or does not.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from onboarding import app_stands, enrol, verifying
from onboarding.grants import strays
from onboarding.models import Onboarding, OwnedObject, Plan, Reading, Run
from onboarding.words import descriptions, reasons
from tenants.microsoft import apps
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.models import Tenant

READ_SECONDS = 45.0


def held() -> list[int]:
    """The onboardings of all tenants in which we own something and no run is open."""
    ours = OwnedObject.objects.filter(tenant=OuterRef("tenant"))
    under_way = Run.objects.open().filter(tenant=OuterRef("tenant"))
    found = Onboarding.objects.filter(Exists(ours), ~Exists(under_way))
    return list(found.order_by("pk").values_list("pk", flat=True))


def left() -> list[int]:
    """The onboardings that have ended, as long as not each of our apps was seen gone there, or what was
    handed out for Azure may yet be deployed."""
    ended = Run.objects.filter(plan__purpose=Plan.Purpose.OFFBOARD).exclude(closed_at=None).values("tenant")
    found = Onboarding.objects.filter(tenant__in=ended, tenant__owned=None).select_related("tenant")
    every = list(found.order_by("pk"))
    delegated = strays.held_to([each.tenant_id for each in every])
    return [each.pk for each in every if each.tenant_id in delegated or verifying.apps_left(each.tenant)]


def verify(onboarding_id: int) -> Reading | None:
    """What this tenant looks like now; None where a run was open meanwhile, whose own read-back says it.

    Of one that has ended only whether our apps are gone, and whether Azure was delegated all the same.
    """
    kept = Onboarding.objects.select_related("offer", "tenant__customer").get(pk=onboarding_id)
    began = now()
    if verifying.has_ended(kept.tenant):
        app_stands.glance(kept.tenant, app_stands.READER)
        return _late(kept.tenant, began) if strays.is_held_to(kept.tenant) else None
    in_order, found = _look(kept)
    app_stands.glance(kept.tenant)
    return verifying.keep(kept.tenant, began, in_order, found)


def _late(tenant: Tenant, began: datetime) -> Reading | None:
    """Read from the provider's own tenant, so none of our apps has to stand there."""
    found = verifying.in_azure(tenant)
    return verifying.keep(tenant, began, found.in_order, descriptions.described(found, tenant))


def _look(kept: Onboarding) -> tuple[bool, descriptions.Answer]:
    """A tenant that cannot be read at all is one unreadable thing, and never drift."""
    try:
        enrol.check_consent(apps.reader(), str(kept.tenant.tenant_id))
        found = verifying.held_to(kept, within=READ_SECONDS)
    except Refused as refused:
        return False, _unreadable(reasons.words(refused.reason, refused.facts).what)
    except (Later, NotFound, Rejected) as error:
        return False, _unreadable(str(error))
    return found.in_order, descriptions.described(found, kept.tenant)


def _unreadable(why: str) -> descriptions.Answer:
    return {"changes": [], "questions": [], "unknown": {"tenant": why}, "strange": {}}

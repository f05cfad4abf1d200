"""Deploying with the customer's own sign-in, from the page's side: begin, say the word, give up.

Rows are the truth and the worker does the rest (deploying.py). Pressed twice, or in two windows, there is one
open deployment a subscription.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.timezone import now

from access.azure import hand_outs
from access.azure.hand_outs import HandOut
from access.models import Deployment
from access.rows.deployments import SIGNED_OUT, UNKNOWN
from onboarding import runs
from onboarding.agreeing import agreements
from tenants import freezes, ledger, vault
from tenants.microsoft.errors import Later, Refused
from tenants.models import Person, Tenant

State = Deployment.State
UNSENT = (State.ASKED, State.VALID, State.PLANNED, State.CONFIRMED)
KEPT = timedelta(days=1)
"""How long one waits for its person to sign in again."""
WIPED = {"token": "", "where": "", "owner": "", "lease_until": None}
ANEW = {"state": State.ASKED, "digest": "", "confirmed_by": "", "looks": 0}
"""For another who signs in: nothing that was shown to somebody else, or said by them, counts.

The changes stay to be read, as what Azure said before; without their digest nobody can say yes to them.
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What a person's sign-in for Azure gave: theirs, short-lived, shown nowhere."""

    account: str
    name: str
    until: datetime
    token: str = field(repr=False)


def about(row: Deployment) -> str:
    """What its secrets are sealed for."""
    return f"deployment {row.marker}"


def find(tenant: Tenant, subscription: str, address: str) -> HandOut | None:
    """What is handed out now; nothing of a plan that ended, was paused or gave way to another."""
    for each in hand_outs.of(tenant):
        if (each.subscription, each.address) == (subscription, address):
            return None if agreements.closed_since(tenant, each.plan.made_at) else each
    return None


def standing(row: Deployment) -> HandOut:
    """The template as it is handed out this instant, for whatever is about to be sent. Else Refused."""
    found = find(row.tenant, row.subscription, row.address)
    if found is None or found.plan.pk != row.plan_id:
        raise Refused("deploy_plan_changed", subscription=row.subscription)
    if until := freezes.until(row.tenant):
        raise Refused("frozen", tenant=row.tenant.domain, until=f"{until:%F %H:%M} UTC")
    return found


def latest(tenant: Tenant) -> dict[str, Deployment]:
    """By subscription, for a line each. An open one's token tells whether it waits for a sign-in."""
    own = Deployment.objects.filter(tenant=tenant).order_by()
    last = own.values("subscription").annotate(last=Max("pk")).values("last")
    return {each.subscription: each for each in own.filter(pk__in=last).defer("changes", "where")}


def begin(hand_out: HandOut, person: Person, held: Held) -> Deployment:
    """The one open deployment of that subscription, with this token; a first one where none is open."""
    for _ in range(3):
        found = _open(hand_out, person)
        if found is not None and _goes_on(found, person, held):
            return found
        if found is None and (fresh := _first(hand_out, person, held)) is not None:
            return fresh
    raise Later(1, "this deployment is being begun twice at the same moment")


def _open(hand_out: HandOut, person: Person) -> Deployment | None:
    """Another plan's that was not sent is over; one that was sent is waited for while somebody may look."""
    open_ones = Deployment.objects.open().filter(tenant=hand_out.plan.tenant)
    found = open_ones.filter(subscription=hand_out.subscription).first()
    if found is None or (found.plan_id, found.address) == (hand_out.plan.pk, hand_out.address):
        return found
    if not _gives_way(found, person):
        raise Refused("deploy_under_way", subscription=hand_out.subscription)
    return None


@transaction.atomic
def _gives_way(row: Deployment, person: Person) -> bool:
    """To the plan that is handed out now. With it nobody signs in again for the older one."""
    if _close(row.pk, UNSENT, State.GIVEN_UP, "deploy_plan_changed"):
        enter(row, person.actor, "let go of a deployment", reason="deploy_plan_changed")
        return True
    over = Q(token="") | Q(token_until__lte=now())
    if closed := _close(row.pk, (State.SENT,), State.FAILED, UNKNOWN, over):
        enter(row, person.actor, "could not see how a deployment went", reason=UNKNOWN)
    return closed


def _first(hand_out: HandOut, person: Person, held: Held) -> Deployment | None:
    row = Deployment(plan=hand_out.plan, tenant=hand_out.plan.tenant, marker=secrets.token_hex(16))
    row.subscription, row.address = hand_out.subscription, hand_out.address
    for name, value in _given(row, person, held).items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            enter(row, person.actor, "signed in to deploy", account=held.account)
    except IntegrityError:
        return None
    return row


@transaction.atomic
def _goes_on(row: Deployment, person: Person, held: Held) -> bool:
    """What was not sent is looked at anew; what was sent is only looked after. A worker's lease is taken."""
    given = {
        **_given(row, person, held),
        "reason": "",
        "facts": {},
        "not_before": now(),
        "claims": 0,
        "looks": 0,
    }
    mine = Deployment.objects.open().filter(pk=row.pk)
    if not mine.filter(state__in=UNSENT).update(**given | ANEW) and not mine.update(**given):
        return False
    row.refresh_from_db()
    enter(row, person.actor, "signed in again to deploy", account=held.account)
    return True


def _given(row: Deployment, person: Person, held: Held) -> dict[str, Any]:
    sealed = vault.seal(held.token, about(row))
    who = {"asked_by": person.actor, "asked_at": now(), "account": held.account, "account_name": held.name}
    return {**WIPED, **who, "token": sealed, "token_until": held.until}


def confirm(row: Deployment, person: Person, digest: str) -> None:
    """Deploy what was shown. Only who signed in for it says so: it is their account that acts."""
    if row.asked_by != person.actor:
        raise Refused("deploy_not_yours")
    if row.token_until <= now():
        raise Refused(SIGNED_OUT)
    with transaction.atomic():
        runs.hold(row.tenant)
        standing(row)
        mine = Deployment.objects.open().filter(pk=row.pk, state=State.PLANNED, asked_by=person.actor)
        fresh = mine.filter(digest=digest).exclude(token="").exclude(digest="")
        if fresh.update(state=State.CONFIRMED, confirmed_by=person.actor, not_before=now(), looks=0):
            enter(row, person.actor, "said deploy", shown=digest)
            return
    row.refresh_from_db()
    if row.digest != digest:
        raise Refused("deploy_shown_changed")


@transaction.atomic
def give_up(row: Deployment, person: Person) -> None:
    """Nothing was sent, so nothing has to be undone. What was sent cannot be given up, only looked after."""
    before = [state for state in UNSENT if state != State.CONFIRMED]
    if _close(row.pk, before, State.GIVEN_UP, ""):
        enter(row, person.actor, "gave a deployment up")


def _close(pk: int, states: Iterable[str], state: str, reason: str, *only: Q, **still: Any) -> bool:
    mine = Deployment.objects.open().filter(*only, pk=pk, state__in=states, **still)
    return mine.update(**WIPED, state=state, reason=reason, ended_at=now()) == 1


def check_over(tenant: Tenant) -> None:
    """Raises Refused while Azure works on what was sent, for as long as somebody may look how it goes."""
    sent = Deployment.objects.open().filter(tenant=tenant, state__in=(State.CONFIRMED, State.SENT))
    if (row := sent.exclude(token="").first()) is not None:
        facts = {"name": row.name, "who": row.signed_in_as, "until": f"{row.token_until:%F %H:%M} UTC"}
        raise Refused("deploy_before_the_end", subscription=row.subscription, **facts)


def wipe() -> None:
    """No token is kept that is over, and what nobody came back to for a day is let go of."""
    over = Deployment.objects.filter(token_until__lte=now())
    over.exclude(token="", where="").update(token="", where="")
    old = Deployment.objects.open().filter(token="", asked_at__lt=now() - KEPT)
    for row in old.select_related("tenant__customer", "plan"):
        let_go_of(row)


@transaction.atomic
def let_go_of(row: Deployment) -> None:
    """Unless somebody has signed in again since."""
    still = {"token": "", "asked_at": row.asked_at}
    if _close(row.pk, UNSENT, State.GIVEN_UP, SIGNED_OUT, **still):
        enter(row, "worker", "let go of a deployment", reason=SIGNED_OUT)
    elif _close(row.pk, (State.SENT,), State.FAILED, UNKNOWN, **still):
        enter(row, "worker", "could not see how a deployment went", reason=UNKNOWN)


def forgotten() -> list[int]:
    return Deployment.objects.forgotten(settings.SWEEP_SECONDS)


def enter(row: Deployment, actor: str, verb: str, **facts: str) -> None:
    said = {"template": row.address, "plan": row.plan.digest, "deployment": row.name, **facts}
    ledger.record(actor, verb, f"subscription {row.subscription}", row.tenant.customer, **said)

"""What a run sees at its end that nobody planned: looked at again, as replicas lag, and then said in red."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from django.conf import settings

from onboarding.models import Reading, Run, Step
from onboarding.running import outcomes
from onboarding.running.carry import LOOKS
from onboarding.words.reasons import visible
from tenants import ledger

STRANGE = "strange"
Strange = Mapping[str, Sequence[str]]


def noticed(run: Run, owner: str, strange: Strange) -> float | None:
    """Keep its steps from being green. Seconds to the next look at them, or None: none is looked at again."""
    steps = list(run.steps.filter(state=Step.State.WRITTEN, address__in=strange))
    if not steps:
        return None
    with outcomes.fenced(run, owner):
        for step in steps:
            _seen(run, step, visible("; ".join(strange[step.address])))
    looks = [step.looks for step in steps if step.state == Step.State.WRITTEN]
    return float(settings.RUN_RETRY_SECONDS * 2 ** max(looks)) if looks else None


def _seen(run: Run, step: Step, what: str) -> None:
    step.looks += 1
    outcomes.note(step, STRANGE, what)
    if step.looks >= LOOKS:
        step.state, step.reason = Step.State.FAILED, STRANGE
        step.facts = {"step": step.address, "why": what[:200]}
        verb = "found what nobody planned"
        ledger.record("worker", verb, step.address, run.tenant.customer, **_for_ever(what), run=run.pk)
    step.save(update_fields=outcomes.GOES)


def _for_ever(what: str) -> dict[str, str]:
    """A tenant's own words: where they look like a secret, the record, which is printed, has their print."""
    if ledger.holds_secret(what):
        return {"what_sha256": hashlib.sha256(what.encode()).hexdigest()}
    return {"what": what[:1000]}


def told(run: Run, strange: Strange) -> None:
    """As a reading, for the customer's page: it may be in what an earlier run made."""
    if strange:
        shown = {address: [visible(each) for each in words] for address, words in strange.items()}
        found = {"changes": [], "questions": [], "unknown": {}, "strange": shown}
        Reading.objects.create(tenant=run.tenant, in_order=False, found=found)

"""By whom each object of ours was made or taken over: its run, who started that and who agreed to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from access.names import named
from onboarding.models import Agreement, OwnedObject, Run, Step
from tenants.models import Tenant

TICKED = "ticked an object"


@dataclass(frozen=True, slots=True)
class Origin:
    """`agreed`: whether somebody signed in about it, or whose word was recorded. `ticked_by`: of what was
    taken over, who said on the page that this very object is meant.
    """

    run: Run
    started_by: str
    agreed: str
    ticked_by: str = ""


def origins(tenant: Tenant, owned: Sequence[OwnedObject]) -> dict[str, Origin]:
    """By address; nothing of an object whose run is not known. Three queries, however many there are."""
    steps, ticks = _made(tenant), _ticks(tenant)
    found = {row.address: step for row in owned if (step := steps.get((row.address, row.remote_id)))}
    names = named([*(step.run.started_by for step in found.values()), *ticks.values()])
    return {
        row.address: _origin(row, found[row.address], names, ticks) for row in owned if row.address in found
    }


def _origin(
    row: OwnedObject, step: Step, names: Mapping[str, str], ticks: Mapping[tuple[str, str], str]
) -> Origin:
    agreement = getattr(step.run.plan, "agreement", None)
    ticked = ticks.get((row.address, row.remote_id), "") if row.origin == OwnedObject.Origin.ADOPTED else ""
    said = _agreed(agreement) if agreement else ""
    return Origin(step.run, names[step.run.started_by], said, names.get(ticked, ""))


def _agreed(agreement: Agreement) -> str:
    """What was only recorded is shown as such for ever."""
    if agreement.form == Agreement.Form.RECORDED:
        return f"{agreement.get_form_display()}, as the word of {agreement.by}"
    return f"agreed to by {agreement.by}"


def _made(tenant: Tenant) -> dict[tuple[str, str], Step]:
    """Address and id → the last step that made or took over just that."""
    steps = Step.objects.filter(run__tenant=tenant, action__in=("create", "adopt")).order_by("run_id")
    lean = steps.select_related("run__plan__agreement").defer(
        "spec", "run__plan__changes", "run__plan__frame"
    )
    return {(step.address, step.remote_id or step.planned_id): step for step in lean}


def _ticks(tenant: Tenant) -> dict[tuple[str, str], str]:
    """Address and id → the last who ticked it. The record is the customer's; an id is of one tenant alone."""
    entries = tenant.customer.ledger.filter(verb=TICKED).order_by("number")
    return {(each.subject, str(each.facts.get("id"))): each.actor for each in entries}

"""What stays of Azure when a delegation has ended: its offer. It lets nobody in, and we cannot delete it.

Our right to look ended with the delegation, so its deletion is confirmed by name, once for each end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from access.models import Confirmation
from access.names import named
from access.to_do.task import Task, as_said
from access.who_can import stops
from access.who_can.by_hand import Act
from onboarding.delegations import lines
from onboarding.delegations.words import OWNER
from onboarding.engine.plan import Action
from onboarding.engine.resource import Spec
from onboarding.models import OwnedObject, Run, Step
from tenants.models import Tenant

UNDONE = (Step.State.SKIPPED, Step.State.CANCELLED)
WHY = (
    "What was delegated by it has ended, so it lets nobody in. Only the customer can delete the offer "
    "itself, and our right to look has ended, so nobody of the provider can see whether it is gone."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """`step`: by which the last that was delegated by it ended. `id`: of the registration definition."""

    step: Step
    id: str

    @property
    def name(self) -> str:
        return str((self.step.spec.get("properties") or {}).get("registrationDefinitionName") or self.id)

    @property
    def subscription(self) -> str:
        return self.id.split("/")[2]

    @property
    def slug(self) -> str:
        """One an end: delegated and ended again, it is to be deleted again."""
        return f"azure-offer-{self.step.pk}"


def of(tenant: Tenant) -> list[Offer]:
    """Those by which nothing of ours stands, or is to be delegated again."""
    return _left([tenant.pk])


def open_in(tenants: Collection[int]) -> set[int]:
    """Of these tenants those with an offer that nobody has confirmed to be deleted."""
    if not tenants or not (found := _left(tenants)):
        return set()
    said = set(Confirmation.objects.filter(tenant__in=tenants).values_list("act", "about"))
    return {each.step.run.tenant_id for each in found if (each.slug, each.id) not in said}


def of_run(run: Run) -> list[Offer]:
    """Those that the end of this run left."""
    return [each for each in of(run.tenant) if each.step.run_id == run.pk]


def _left(tenants: Collection[int]) -> list[Offer]:
    ours = OwnedObject.objects.filter(tenant__in=tenants, kind="delegation").values_list("tenant_id", "spec")
    held = {(tenant, definition(spec)) for tenant, spec in ours}
    return [each for each in _ended(tenants) if (each.step.run.tenant_id, each.id) not in held]


def _ended(tenants: Collection[int]) -> Iterator[Offer]:
    """By the last that was done about each; what was never begun decides nothing."""
    steps = Step.objects.filter(run__tenant__in=tenants, kind="delegation").exclude(state__in=UNDONE)
    steps = steps.select_related("run").order_by("run_id", "pk")
    last = {(step.run.tenant_id, id): step for step in steps if (id := definition(step.spec))}
    for (_, id), step in last.items():
        if step.action == Action.DELETE and step.state == Step.State.VERIFIED:
            yield Offer(step, id)


def definition(spec: Spec) -> str:
    """Its id in Azure, which minds no case in it: of the subscription, whatever was delegated there."""
    if "definition" not in spec:
        return ""
    subscription = str(spec["scope"]).lower().split("/")[2]
    at = f"/subscriptions/{subscription}/providers/Microsoft.ManagedServices"
    return f"{at}/registrationDefinitions/{spec['definition']}"


def acts(tenant: Tenant) -> list[Act]:
    said = {(row.act, row.about): row for row in Confirmation.objects.filter(tenant=tenant)}
    return [_act(tenant, each, said) for each in of(tenant)]


def _act(tenant: Tenant, offer: Offer, said: dict[tuple[str, str], Confirmation]) -> Act:
    title = f"Delete the offer “{offer.name}” in Azure"
    url = stops.place("service-providers", tenant)
    clicks = (
        "Choose Service provider offers. Where another page opened: search for Service providers first.",
        f"Find “{offer.name}” of the subscription {offer.subscription}, choose the bin, and confirm. "
        "Or use the Azure CLI: the last line asks once more and deletes it; before that you sign in.",
        "Then confirm it here by name.",
    )
    return Act(offer.slug, title, offer.id, url, clicks, said.get((offer.slug, offer.id)))


def tasks(tenant: Tenant) -> Iterator[Task]:
    found = acts(tenant)
    names = named(act.said.by for act in found if act.said)
    for act in found:
        state, at, by = as_said(act, names)
        typed = lines.delete_offer(str(tenant.tenant_id), act.about, tenant.cloud)
        yield Task(act.title, WHY, OWNER, act.clicks, act.url, act.about, state, at, by, act, lines=typed)

"""What a customer deploys to delegate Azure: the template of the plan that was agreed to, in four ways.

A template has an address made of its content and is never changed: another plan has others. The Azure portal
fetches it in the browser of whoever deploys it, without signing in here, so its address is signed with a key
for nothing else and ends by itself. It holds no secret: names and ids of the provider's groups, and roles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.urls import reverse

from access import links
from onboarding.agreeing import agreements
from onboarding.delegations import lines, roles, rules, shared, template
from onboarding.engine.digest import canonical, digest
from onboarding.engine.plan import ENDINGS
from onboarding.models import Plan, Run, Step
from onboarding.running.order import DONE, GIVEN_UP
from tenants.microsoft import clouds
from tenants.models import Tenant

GOOD_FOR = timedelta(days=7)
DEPLOYED = ("create", "adopt", "update")
WHAT_IS_DEPLOYED = {"kind": "delegation", "action__in": DEPLOYED}


@dataclass(frozen=True, slots=True)
class HandOut:
    """One subscription's part of a plan."""

    plan: Plan
    subscription: str
    definition: str
    properties: Mapping[str, Any]
    groups: tuple[str, ...]

    @property
    def template(self) -> dict[str, Any]:
        return template.of(self.definition, dict(self.properties), self.groups)

    @property
    def address(self) -> str:
        return template.address(self.template)

    @property
    def text(self) -> str:
        return canonical(self.template)

    @property
    def file(self) -> str:
        return f"gatehouse-delegation-{self.address[:12]}.json"

    @property
    def name(self) -> str:
        """Of the deployment."""
        return f"gatehouse-{self.address[:12]}"

    def has(self, scope: str) -> bool:
        """Whether that place is in it."""
        at = f"/subscriptions/{self.subscription}"
        places = [f"{at}/resourceGroups/{group}" for group in self.groups] or [at]
        return scope.lower() in {place.lower() for place in places}

    @property
    def where(self) -> str:
        """All of it that is delegated, for people."""
        if not self.groups:
            return f"subscription {self.subscription}"
        several = "s" if len(self.groups) > 1 else ""
        return f"resource group{several} {', '.join(self.groups)} in subscription {self.subscription}"

    @property
    def title(self) -> str:
        """Of the task that it is."""
        return f"Delegate Azure: {self.where}"

    @property
    def held(self) -> list[Mapping[str, Any]]:
        """Each group with its roles, for people."""
        held = [*self.properties["authorizations"], *self.properties.get("eligibleAuthorizations", ())]
        return [_spoken(each) for each in held]

    @property
    def shared(self) -> str:
        """That other customers are opened by the same groups; "" where none is."""
        return shared.said(self.properties)

    @property
    def azure_cli(self) -> dict[str, str]:
        return lines.azure_cli(*self._said())

    @property
    def powershell(self) -> dict[str, str]:
        return lines.powershell(*self._said())

    def _said(self) -> tuple[str, str, str, str, str]:
        tenant = str(self.plan.tenant.tenant_id)
        return tenant, self.subscription, self.name, self.file, clouds.current().name

    @property
    def link(self) -> str:
        """Where the template is for the next days, for whoever has this link."""
        signed = signer().sign(f"{self.plan.digest}.{self.subscription}")
        return settings.PORTAL_URL + reverse("template", args=[self.address, signed])

    @property
    def button(self) -> str:
        """Azure's own form, with this template in it."""
        return f"{portal()}/#create/Microsoft.Template/uri/{quote(self.link, safe='')}"


def _spoken(held: Mapping[str, Any]) -> dict[str, Any]:
    longest = (held.get("justInTimeAccessPolicy") or {}).get("maximumActivationDuration", "")
    return {**held, "role": roles.listed().name(held["roleDefinitionId"]), "longest": rules.spoken(longest)}


def of(tenant: Tenant) -> list[HandOut]:
    """Of the last plan that holds a delegation and was begun, so is agreed to; nothing ended since, nor what
    its run gave up: nobody would read it back."""
    ended, steps = set[str](), defaultdict[int, list[Step]](list)
    for step in Step.objects.filter(run__tenant=tenant, **WHAT_IS_DEPLOYED):
        steps[step.run_id].append(step)
    for run in Run.objects.filter(tenant=tenant).select_related("plan__tenant").order_by("-pk"):
        if run.plan.purpose == Plan.Purpose.OFFBOARD:
            break
        ended |= _given_up(run, steps[run.pk])
        if found := list(of_plan(run.plan, ended)):
            return found
        ended |= {scope(change) for change in run.plan.changes if is_ending(change)}
    return []


def given_up(run: Run) -> set[str]:
    """Places that a run does not wait for any more, or will not once it has stopped."""
    return _given_up(run, run.steps.filter(**WHAT_IS_DEPLOYED))


def _given_up(run: Run, steps: Iterable[Step]) -> set[str]:
    over = GIVEN_UP if run.cancelled_at is None else set(Step.State) - DONE
    return {str(step.spec["scope"]).lower() for step in steps if step.state in over}


def is_ending(change: Mapping[str, Any]) -> bool:
    return change["kind"] == "delegation" and change["action"] in ENDINGS


def is_deployed(change: Mapping[str, Any]) -> bool:
    return change["kind"] == "delegation" and change["action"] in DEPLOYED


def where(change: Mapping[str, Any]) -> str:
    """The subscription."""
    return str(change["spec"]["scope"]).split("/")[2]


def scope(change: Mapping[str, Any]) -> str:
    """The place. Azure minds no case in it."""
    return str(change["spec"]["scope"]).lower()


def of_plan(plan: Plan, ended: Collection[str] = ()) -> Iterator[HandOut]:
    """Several resource groups of one subscription are one deployment, but for places that have `ended` since.
    Nothing of a plan that was changed."""
    if digest(agreements.document(plan, plan.changes)) != plan.digest:
        return
    places = defaultdict(list)
    for change in plan.changes:
        if is_deployed(change) and scope(change) not in ended:
            places[where(change)].append(change["spec"])
    for subscription, specs in places.items():
        groups = tuple(spec["scope"].split("/")[4] for spec in specs if "/resourceGroups/" in spec["scope"])
        yield HandOut(plan, subscription, specs[0]["definition"], specs[0]["properties"], groups)


def opened(address: str, signed: str) -> HandOut | None:
    """The template that was handed out under this address, unless the link is forged or over, or it ended."""
    try:
        number, _, subscription = signer().unsign(signed, max_age=GOOD_FOR).partition(".")
    except signing.BadSignature:
        return None
    plan = Plan.objects.select_related("tenant").filter(digest=number, run__isnull=False).first()
    found = (each for each in (of(plan.tenant) if plan else ()) if each.plan == plan)
    return next(
        (each for each in found if (each.subscription, each.address) == (subscription, address)), None
    )


def signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(key=settings.TEMPLATE_KEY, salt="gatehouse.template")


def portal() -> str:
    """The Azure portal of this cloud."""
    return links.host("azure", clouds.current()) or ""

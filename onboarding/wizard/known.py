"""What the ways of some tenants are worked out from: each sort of row is asked for once, and when needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, Max, OuterRef, Q

from onboarding.models import ConsentRequest, Inquiry, Onboarding, Plan, Run, Step


class Known:
    def __init__(self, tenants: Collection[int]) -> None:
        self.tenants = tenants

    @cached_property
    def kept(self) -> dict[int, Onboarding]:
        rows = Onboarding.objects.select_related("offer").filter(tenant__in=self.tenants)
        return {each.tenant_id: each for each in rows}

    @cached_property
    def asked(self) -> dict[int, list[Inquiry]]:
        """Of each kind the open one and the last that was answered."""
        of_all = Inquiry.objects.exclude(answered_at=None).filter(pk__gt=OuterRef("pk"))
        later = Exists(of_all.filter(tenant=OuterRef("tenant"), what=OuterRef("what")))
        found = defaultdict(list)
        for each in Inquiry.objects.filter(Q(answered_at=None) | ~later, tenant__in=self.tenants):
            found[each.tenant_id].append(each)
        return found

    @cached_property
    def runs(self) -> dict[int, Run]:
        """The open one of whatever purpose, which is the last; else the last that set up."""
        which = Q(closed_at=None) | Q(plan__purpose=Plan.Purpose.ONBOARD)
        rows = Run.objects.filter(which, tenant__in=self.tenants).select_related("plan")
        return {each.tenant_id: each for each in rows.order_by("pk")}

    @cached_property
    def plans(self) -> dict[int, list[Plan]]:
        """Those that the last looks made; what a reviewer said no to is none."""
        made = {
            each.answer.get("plan") for asked in self.asked.values() for each in asked if _is_a_plan(each)
        }
        rows = Plan.objects.filter(tenant__in=self.tenants, digest__in=made - {None, ""}, decline=None)
        found = defaultdict(list)
        for each in rows.select_related("agreement", "run").order_by("pk"):
            found[each.tenant_id].append(each)
        return found

    @cached_property
    def closed(self) -> dict[int, datetime]:
        """When it was begun last to end or to pause: what was agreed to before opens nothing again."""
        runs = Run.objects.filter(tenant__in=self.tenants, plan__purpose__in=Plan.CLOSING).order_by()
        return dict(runs.values_list("tenant").annotate(Max("opened_at")))

    @cached_property
    def consents(self) -> dict[int, list[ConsentRequest]]:
        found = defaultdict(list)
        for each in ConsentRequest.objects.filter(tenant__in=self.tenants):
            found[each.tenant_id].append(each)
        return found

    @cached_property
    def states(self) -> dict[int, set[str]]:
        """By run of those plans."""
        runs = [plan.run.pk for plans in self.plans.values() for plan in plans if hasattr(plan, "run")]
        found = defaultdict[int, set[str]](set)
        for run, state in Step.objects.filter(run__in=runs).order_by().values_list("run", "state").distinct():
            found[run].add(state)
        return found


def _is_a_plan(asked: Inquiry) -> bool:
    return asked.what == Inquiry.What.PLAN and asked.is_good

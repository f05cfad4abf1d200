"""End what was granted and clean up: delete what we made, give back what we took over."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from onboarding import consent_links, plans, runs
from onboarding.agreeing import agreements, whose_word
from onboarding.ending import ending, late
from onboarding.intake import recorded, wrong
from onboarding.management.find import draft_of
from onboarding.models import Agreement, Plan
from onboarding.terminal import Line, Status, Terminal, follow, guarded, watch
from tenants.models import Tenant


class Command(Line):
    help = "Show what ending this tenant's access would remove; with --apply, remove it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--apply", action="store_true")
        parser.add_argument("--inline", action="store_true")
        parser.add_argument("--by", default="", help="who of the customer asked for it; else we withdraw")
        parser.add_argument("--reference", default="", help="where that is written down")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        terminal = Terminal(self.stdout, options["as_json"])
        guarded(terminal, lambda: offboard(terminal, **_wanted(options)))


def _wanted(options: dict[str, Any]) -> dict[str, Any]:
    return {key: options[key] for key in ("slug", "apply", "inline", "by", "reference")}


def offboard(terminal: Terminal, *, slug: str, apply: bool, inline: bool, by: str, reference: str) -> Status:
    draft = draft_of(slug)
    by, reference = whose(draft.tenant, by, reference)
    if (run := runs.open_run(draft.tenant)) is not None:
        terminal.say("A run is open; it must end first.")
        status = follow(terminal, run, inline=inline) if apply else Status.PERSON
        if status != Status.IN_ORDER:
            return status
        draft = draft_of(slug)
    late_ones = late.look(draft.tenant)
    for untold in late_ones.untold:
        terminal.say(untold)
    found = plans.look(draft, Plan.Purpose.OFFBOARD, besides=late_ones.as_owned)
    terminal.plan(found.plan, draft.tenant)
    terminal.say(f"{plans.people_losing_access(found)} people hold one of these packages now.")
    if found.plan.unknown:
        return Status.WRONG
    if not found.plan.changes:
        terminal.say("Nothing of ours is left in this tenant.")
        return Status.IN_ORDER
    if not apply:
        return Status.PLANNED
    late.own(draft.tenant, late_ones)
    plan = plans.save(draft, found.plan, Plan.Purpose.OFFBOARD)
    consent_links.check_plan(plan)
    run = ending.begin(plan, "command line", lambda: decide(plan, by, reference))
    if plan.agreement.form == Agreement.Form.WITHDRAWAL:
        terminal.say("Recorded as a withdrawal by the provider; the customer was not asked.")
    return watch(terminal, run, inline=inline)


def whose(tenant: Tenant, by: str, reference: str) -> tuple[str, str]:
    """A reviewer as they are called here, and where it is written; nobody where the provider ends it."""
    by, called = by.strip(), {name.casefold(): name for name in whose_word.called(tenant)}
    if by and by.casefold() not in called:
        raise wrong(
            "--by", f"it must be one of the reviewers: {', '.join(called.values()) or 'none is named'}"
        )
    if reference and not by:
        raise wrong("--reference", "it is where a reviewer's word is written down; name them by --by")
    return called.get(by.casefold(), ""), recorded("--reference", reference) if reference else ""


def decide(plan: Plan, by: str, reference: str) -> Agreement:
    """The customer's word where there is one; taking away only what is ours needs nobody's."""
    if not by:
        return agreements.withdraw(plan, "command line")
    return agreements.record_on_paper(plan, by, reference or "end of service")

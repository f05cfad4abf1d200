"""Plan an onboarding from a file, and with --apply carry it out; in the end, the links for analysts."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import transaction

from access.desk import doors
from onboarding import consent_links, enrol, intake, plans, ready, runs
from onboarding.agreeing import agreeable, agreements, said_before
from onboarding.engine import plan as engine
from onboarding.models import Onboarding, Plan
from onboarding.terminal import Line, Status, Terminal, carry_out, follow, guarded
from tenants import ledger
from tenants.microsoft.errors import Refused


class Command(Line):
    help = "Plan the onboarding that a TOML file describes. Nothing is written to any tenant without --apply."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="carry the plan out and wait for its end")
        parser.add_argument("--inline", action="store_true", help="in this process instead of by a worker")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        terminal = Terminal(self.stdout, options["as_json"])
        guarded(
            terminal, lambda: onboard(terminal, options["file"], options["apply"], inline=options["inline"])
        )


def onboard(terminal: Terminal, file: Path, apply: bool, *, inline: bool) -> Status:
    given = intake.read(file)
    try:
        enrolled = enrol.enrol(given)
    except Refused as refused:
        raise consent_links.with_link(refused, "reader") from None
    draft = enrolled.kept
    terminal.people(enrolled.people)
    if (run := runs.open_run(draft.tenant)) is not None:
        terminal.say(f"A run is open since {run.opened_at:%F %T} UTC; it goes on.")
        status = follow(terminal, run, inline=inline) if apply else Status.PERSON
        if status != Status.IN_ORDER:
            return status
        draft.refresh_from_db()
    found = plans.look(draft)
    terminal.say(f"{draft.tenant.customer.name}, {draft.tenant.domain}: {len(found.plan.changes)} changes.")
    checks = ready.ask(draft.tenant, found.plan, given.approvers, draft.offer.document)
    terminal.readiness(checks)
    terminal.plan(found.plan, draft.tenant, fold=not ready.is_ready(checks))
    if found.plan.questions or found.plan.strange or not ready.is_ready(checks):
        return Status.PERSON
    if found.plan.unknown:
        return Status.WRONG
    if not found.plan.changes:
        terminal.say("Everything is as it should be.")
        links(terminal, draft)
        return Status.IN_ORDER
    plan = keep(draft, found.plan, given)
    terminal.say(f"Plan number {plan.digest[:12]}, open for agreement until {plan.expires_at:%F}.")
    terminal.note(plan=plan.digest)
    who_approves(terminal, plan)
    check_agreement(plan, given)
    consent_links.check_plan(plan)
    if not apply:
        terminal.say("Nothing was written. Run again with --apply to carry it out.")
        return Status.PLANNED
    agree(terminal, plan, given)
    return finish(terminal, draft, carry_out(terminal, plan, inline=inline))


@transaction.atomic
def keep(draft: Onboarding, changes: engine.Plan, given: intake.Intake) -> Plan:
    """No number where the file's own word counts no more: nobody is to wait for a plan that was refused."""
    plan = plans.save(draft, changes)
    if given.agreement is not None and not hasattr(plan, "agreement"):
        said_before.check(plan, given.agreement.reference)
    return plan


def who_approves(terminal: Terminal, plan: Plan) -> None:
    """Who may become an approver follows the offer's choice, which the file leaves unsaid."""
    if words := agreeable.sold(plan).get("approval"):
        terminal.say(f"Who lets analysts in: {words}")
        terminal.note(approval=words)


def check_agreement(plan: Plan, given: intake.Intake) -> None:
    """There is one, or --apply may record the file's. Looking records nothing."""
    if hasattr(plan, "agreement"):
        return
    if given.agreement is None:
        raise Refused("agreement_missing")
    agreements.check_recordable(plan, given.agreement.reference)


def agree(terminal: Terminal, plan: Plan, given: intake.Intake) -> None:
    """The recorded agreement of the file, unless somebody has agreed already."""
    if hasattr(plan, "agreement") or given.agreement is None:
        return
    agreements.record_on_paper(plan, given.agreement.by, given.agreement.reference)
    terminal.say(f"Agreed to by {given.agreement.by}, {given.agreement.reference}: recorded, not signed.")


def finish(terminal: Terminal, draft: Onboarding, status: Status) -> Status:
    if status == Status.IN_ORDER:
        links(terminal, draft)
    return status


def links(terminal: Terminal, draft: Onboarding) -> None:
    """What an analyst opens, and the head of the record for the customer to keep."""
    found = {each.name: each.url for each in doors.requests(draft.tenant) if each.url}
    for label, link in found.items():
        terminal.say(f"  {label}: {link}")
    head = ledger.head(draft.tenant.customer)
    terminal.say(f"  Record's head: {head}")
    terminal.note(links=found, ledger_head=head)

"""What the command lines print and how they end; the same facts as JSON with --json."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from enum import IntEnum
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from onboarding import consent_links, pens, ready, runs, tasks
from onboarding.engine import plan as engine
from onboarding.models import Plan, Run, Step
from onboarding.running import unread
from onboarding.running.advance import advance as carry_on
from onboarding.words import descriptions, reasons, sentences
from tenants import stopping
from tenants.checks import Check
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.models import Tenant

POLL_SECONDS = 0.5
ACT_FIRST = frozenset(
    {"wrong_input", "own_tenant", "no_such_tenant", "not_a_domain", "bad_credential", "nothing_carried_out"}
)
INTERRUPTED = (
    "Interrupted. A run that was begun goes on by the worker, or when this command is given again; "
    "it looks for what was under way before it writes again. To stop it, use its page."
)


class Status(IntEnum):
    IN_ORDER = 0
    WRONG = 1
    PLANNED = 2
    PERSON = 3


class Line(BaseCommand):
    """A command whose wrong arguments end as all that is wrong does: argparse's own status says here that
    changes are planned, or found."""

    def run_from_argv(self, argv: list[str]) -> None:
        parser = self.create_parser(argv[0], argv[1])
        try:
            parser.parse_args(argv[2:])
        except CommandError as wrong:
            parser.print_usage(sys.stderr)
            sys.exit(str(wrong))
        super().run_from_argv(argv)


class Terminal:
    """Lines for people, or one JSON document at the end."""

    def __init__(self, out: TextIO | OutputWrapper, as_json: bool) -> None:
        self.out, self.as_json = out, as_json
        self.facts: dict[str, Any] = {}

    def say(self, line: str = "") -> None:
        if not self.as_json:
            self.out.write(f"{reasons.visible(line)}\n")
            self.out.flush()

    def note(self, **facts: Any) -> None:
        self.facts |= facts

    def refused(self, refused: Refused) -> Status:
        """What happened, what is safe, what is next, who does it."""
        here = {"shown": "printed here"} if refused.facts.get("link") else {}
        words = reasons.words(refused.reason, refused.facts | here)
        self.say(f"{words.what} {words.safe}")
        self.say(f"Next: {words.next} Who: {words.who}")
        if link := refused.facts.get("link") or words.link:
            self.say(f"Where: {link}")
        self.note(
            refused=refused.reason,
            what=words.what,
            safe=words.safe,
            next=words.next,
            who=words.who,
            where=link,
        )
        return Status.WRONG if refused.reason in ACT_FIRST else Status.PERSON

    def people(self, changed: list[str]) -> None:
        """Who is named now or no longer, which counts at once."""
        for line in changed:
            self.say(line)
        self.note(people=changed)

    def plan(self, plan: engine.Plan, tenant: Tenant, *, fold: bool = False) -> None:
        """`fold`: a check failed before, and what could not be read is most likely why."""
        changes = sentences.changes(plan, descriptions.called(plan, tenant))
        for line in changes:
            self.say(f"  {line}")
        for line in sentences.questions(plan):
            self.say(f"  A person must decide. {line}")
        if any(question.about in ("look-alike", "ambiguous") for question in plan.questions):
            self.say(f"  To tick what is meant: manage.py adopt {tenant.slug} --tick ADDRESS=ID")
        name = descriptions.by_address(tenant)
        self._unread(plan.unknown, fold, name)
        for address, found in plan.strange.items():
            for what in found:
                self.say(f"  Nobody planned this: {name(address)}: {what}")
        self.note(
            changes=changes,
            questions=list(sentences.questions(plan)),
            unknown=dict(plan.unknown),
            strange={address: list(found) for address, found in plan.strange.items()},
        )

    def _unread(self, unknown: Mapping[str, str], fold: bool, name: Callable[[str], str]) -> None:
        if fold and len(unknown) > 1:
            some, more = map(name, list(unknown)[:2]), len(unknown) - 2
            named = ", ".join(some) + (f" and {more} more" if more else "")
            self.say(f"  Could not be read, most likely because of what stands above: {named}.")
            return
        alone, hanging = sentences.unread(unknown, name)
        for what, why in alone:
            self.say(f"  Could not be read: {what}: {why}")
        if hanging:
            self.say(f"  Could not be read because of that: {hanging}.")

    def readiness(self, checks: list[Check]) -> None:
        """What is not simply well, with its remedy; what is in the way stands first."""
        for check in sorted(checks, key=lambda each: each.state != "fail"):
            if check.state != "pass":
                self.say(
                    f"  {check.state.upper():8}{check.name}: {check.found} {check.remedy} {_by_whom(check)}"
                )
        self.note(readiness=[asdict(check) | {"where": ready.where(check)} for check in checks])

    def end(self, status: Status) -> None:
        """Leave with the status; nothing returns from here."""
        if self.as_json:
            self.out.write(json.dumps(self.facts | {"status": int(status)}, indent=2, default=str))
        sys.exit(int(status))


def _by_whom(check: Check) -> str:
    return f"Who: {check.who}. Where: {ready.where(check)}"


def guarded(terminal: Terminal, work: Callable[[], Status]) -> None:
    """Run it and leave with its status; bad news becomes words."""
    try:
        status = work()
    except Refused as refused:
        status = terminal.refused(refused)
    except (Later, NotFound, Rejected) as error:
        terminal.say(f"Microsoft could not be asked: {error}. Nothing was changed. Try again in a minute.")
        terminal.note(error=str(error))
        status = Status.WRONG
    except KeyboardInterrupt:
        terminal.say(INTERRUPTED)
        terminal.note(error=INTERRUPTED)
        status = Status.WRONG
    terminal.end(status)


def carry_out(terminal: Terminal, plan: Plan, *, inline: bool) -> Status:
    """Start what was agreed to, and watch it."""
    return watch(terminal, runs.start(plan, "command line"), inline=inline)


def watch(terminal: Terminal, run: Run, *, inline: bool) -> Status:
    """A run that was just begun."""
    if not inline:
        tasks.ring(run.pk)
    return follow(terminal, run, inline=inline)


def follow(terminal: Terminal, run: Run, *, inline: bool) -> Status:
    """Watch a run to its end, or until it waits for a person. Inline carries it on in this process."""
    if run.steps.filter(state=Step.State.CUSTOMER).exists():
        runs.resume(run, "command line")
    told: dict[str, str] = {}
    while True:
        pause = carry_on(run.pk) if inline else POLL_SECONDS
        run.refresh_from_db()
        tell_progress(terminal, run, told)
        if run.closed_at is not None:
            return _ended(terminal, run)
        if run.steps.filter(state=Step.State.CUSTOMER).exists() and not run.lease_until:
            return _waits(terminal, run)
        if stopping.standing() and not run.lease_until:
            raise Refused("write_stop")
        if (until := runs.held_until(run)) and not run.lease_until:
            raise Refused("frozen", tenant=run.tenant.domain, until=f"{until:%F %H:%M} UTC")
        time.sleep(min(pause if pause is not None else POLL_SECONDS, 5))


def tell_progress(terminal: Terminal, run: Run, told: dict[str, str]) -> None:
    moved = [step for step in run.steps.all() if told.get(step.address, Step.State.WAITING) != step.state]
    for step, what in _in_words(run, moved):
        told[step.address] = step.state
        if step.state != Step.State.WAITING:
            terminal.say(f"  {step.get_state_display():24} {what}")
    tell_unread(terminal, run, told)
    tell_unclear(terminal, run, told)


def tell_unread(terminal: Terminal, run: Run, told: dict[str, str]) -> None:
    words = unread.words(run)
    if words and told.get("unread") != words.what:
        told["unread"] = words.what
        terminal.say(f"{words.what} {words.safe} {words.next} Who: {words.who}")


def tell_unclear(terminal: Terminal, run: Run, told: dict[str, str]) -> None:
    """A run that is over stays open while it looks for what a lost answer may have done."""
    closed = run.steps.filter(unclear=True).exclude(state__in=runs.OPEN_STATES).exclude(reason="left_unclear")
    for step, what in _in_words(run, [step for step in closed if f"unclear {step.address}" not in told]):
        told[f"unclear {step.address}"] = "said"
        terminal.say(f"  looking for what a lost answer may have done: {what}")


def _in_words(run: Run, steps: Sequence[Step]) -> list[tuple[Step, str]]:
    """Each with its change as the plan told it."""
    if not steps:
        return []
    names = descriptions.names(run.tenant, run.steps.values_list("address", "spec"))
    return [(step, sentences.of_step(step, names)) for step in steps]


def _ended(terminal: Terminal, run: Run) -> Status:
    terminal.note(run=run.pk, ended=run.ended)
    for step, what in _in_words(run, list(run.steps.filter(state=Step.State.FAILED))):
        terminal.say(what)
        terminal.refused(_of(step))
    terminal.say(f"The run ended: {run.ended}.")
    return Status.IN_ORDER if run.ended == "verified" else Status.PERSON


def _waits(terminal: Terminal, run: Run) -> Status:
    step = run.steps.filter(state=Step.State.CUSTOMER).first()
    assert step is not None  # noqa: S101  the caller has just seen one
    terminal.note(run=run.pk, ended="open")
    return terminal.refused(_of(step))


def _of(step: Step) -> Refused:
    """With the page where the app that writes it is let in, where that is the remedy."""
    return consent_links.with_link(Refused(step.reason, **step.facts), pens.writer(step.kind))

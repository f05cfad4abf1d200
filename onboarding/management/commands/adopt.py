"""Tick existing objects that are meant: they become ours when a plan with them is agreed to and applied."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from onboarding import plans
from onboarding.engine import plan as engine
from onboarding.management.find import draft_of
from onboarding.terminal import Line, Status, Terminal, guarded
from onboarding.wizard import drafts

MISSING = "nothing else that is there has a name of ours. What is listed would be made or changed by onboard"
IN_PLACE = "nothing of ours is missing"


class Command(Line):
    help = "List look-alikes with their ids; --tick ADDRESS=ID says which existing object is meant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--tick", action="append", default=[], metavar="ADDRESS=ID")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        terminal = Terminal(self.stdout, options["as_json"])
        guarded(terminal, lambda: adopt(terminal, options["slug"], options["tick"]))


def adopt(terminal: Terminal, slug: str, ticks: list[str]) -> Status:
    """Only candidates that were proposed in this very look can be ticked."""
    draft = draft_of(slug)
    found = plans.look(draft)
    proposed = {
        f"{question.address}={candidate.remote_id}"
        for question in found.plan.questions
        for candidate in question.candidates
        if not candidate.blockers
    }
    if ticks:
        drafts.take_over(draft, ticks, proposed, "command line", "--tick {}")
        found = plans.look(draft)
    terminal.plan(found.plan, draft.tenant)
    if nothing_to_adopt(found.plan):
        terminal.say(f"There is nothing to adopt: {MISSING if found.plan.changes else IN_PLACE}.")
    return status(found.plan)


def nothing_to_adopt(plan: engine.Plan) -> bool:
    """Neither asked about nor ticked before, and all of it could be read."""
    ticked = any(change.action is engine.Action.ADOPT for change in plan.changes)
    return not (ticked or plan.questions or plan.unknown)


def status(plan: engine.Plan) -> Status:
    """A person comes before what could not be read: they can act at once."""
    if plan.questions or plan.strange:
        return Status.PERSON
    if plan.unknown:
        return Status.WRONG
    return Status.PLANNED if plan.changes else Status.IN_ORDER

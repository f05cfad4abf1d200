"""Tick existing objects that are meant: they become ours when a plan with them is agreed to and applied."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from onboarding import plans
from onboarding.engine import plan as engine
from onboarding.management.find import draft_of
from onboarding.terminal import Line, Status, Terminal, guarded
from onboarding.wizard import drafts


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
    return status(found.plan)


def status(plan: engine.Plan) -> Status:
    """A person comes before what could not be read: they can act at once."""
    if plan.questions or plan.strange:
        return Status.PERSON
    if plan.unknown:
        return Status.WRONG
    return Status.PLANNED if plan.changes else Status.IN_ORDER

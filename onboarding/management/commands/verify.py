"""Read a tenant back and compare it with what was agreed. Writes nothing there."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.timezone import now

from onboarding import verifying
from onboarding.ending import pausing
from onboarding.management.find import draft_of
from onboarding.terminal import Line, Status, Terminal, guarded
from onboarding.words import descriptions

DRIFT, UNREADABLE = Status.PLANNED, Status.PERSON
MEANWHILE = "Not kept: a run was under way meanwhile, and is read back at its end."
IN_ORDER = "everything was read back and is as agreed."
PAUSED = (
    "access is paused, and it holds: everything was read back, requests are refused and nobody is let in."
)
ENDED = "this customer has ended; nothing that was ours is left in the tenant."


class Command(Line):
    help = "Exit status: 0 in order, 2 drift, 3 something could not be read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        terminal = Terminal(self.stdout, options["as_json"])
        guarded(terminal, lambda: verify(terminal, options["slug"]))


def verify(terminal: Terminal, slug: str) -> Status:
    draft = draft_of(slug)
    began = now()
    found, ended = verifying.verify(draft), verifying.has_ended(draft.tenant)
    terminal.plan(found, draft.tenant)
    paused = pausing.is_paused(draft.tenant)
    terminal.note(ended=ended, paused=paused)
    kept = descriptions.described(found, draft.tenant)
    if verifying.keep(draft.tenant, began, found.in_order, kept) is None:
        terminal.say(MEANWHILE)
    if found.unknown:
        return UNREADABLE
    if not found.in_order:
        return DRIFT
    terminal.say(f"{draft.tenant}: {ENDED if ended else PAUSED if paused else IN_ORDER}")
    return Status.IN_ORDER

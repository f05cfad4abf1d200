"""The switch for an incident: stop all writing in all tenants, or lift that again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from onboarding.intake import recorded
from onboarding.management.whose import by_whom
from onboarding.terminal import Line, Status, Terminal, guarded
from tenants import stopping
from tenants.models import WriteStop

HOLDS = (
    "Nothing new is written in any tenant. What was sent to Microsoft before may still end. Reading goes on, "
    "nothing is lost, and runs wait."
)
NEXT = "Next: when its cause is gone: manage.py stop_writing --lift. Who: whoever runs this portal."
BESIDES = (
    "An end that a customer asks for waits, too; their exit kit does not. Keys and consents still "
    "stand: where a key may be lost, SECURITY.md says what to do."
)


class Command(Line):
    help = "Stop all writing in all customers' tenants, with the reason; --lift ends that."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reason", nargs="?", default="", help="shown to your administrators and recorded")
        parser.add_argument("--lift", action="store_true", help="writing goes on; a reason may be given")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        terminal = Terminal(self.stdout, options["as_json"])
        act = lift if options["lift"] else stop
        guarded(terminal, lambda: act(terminal, options["reason"]))


def stop(terminal: Terminal, reason: str) -> Status:
    row, fresh = stopping.stop(recorded("REASON", reason), by_whom())
    terminal.say(f"All writing {'is' if fresh else 'was already'} stopped {told(row)}")
    for words in (HOLDS, BESIDES, NEXT):
        terminal.say(words)
    terminal.note(stopped=True, fresh=fresh, since=row.since, by=row.by, reason=row.reason)
    return Status.IN_ORDER


def lift(terminal: Terminal, reason: str) -> Status:
    """What does not stand is as it should be: nothing to change."""
    stood = stopping.lift(by_whom(), recorded("REASON", reason) if reason.strip() else "")
    terminal.note(stopped=False, lifted=stood is not None)
    if stood is None:
        terminal.say("No write stop stands, so there is nothing to lift. Nothing was changed.")
    else:
        terminal.say(f"Lifted: all writing was stopped {told(stood)}")
        terminal.say("Runs go on by themselves, where they were, within some minutes.")
    return Status.IN_ORDER


def told(row: WriteStop) -> str:
    return f"since {row.since:%F %T} UTC by {row.by}: {row.reason}"

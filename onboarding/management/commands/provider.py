"""What the provider is called: shown, or changed for the plans that are made from now on."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from onboarding.intake import recorded, wrong
from onboarding.management.whose import by_whom
from onboarding.terminal import Line, Status, Terminal, guarded
from tenants import provider
from tenants.models import Provider

LONGEST = {"brand": 60, "name": 120}
NOBODY = (
    "No provider is known here yet. It is kept with the first customer, under the name that Microsoft has "
    "for your tenant; or give both --brand and --name now."
)
FROM_NOW_ON = (
    "Plans made from now on are named by this. Nothing that exists was changed, in any tenant: a customer "
    "that is set up keeps its names and is verified against them until it is planned again. That plan then "
    "lists each new name, for the customer to agree to. A plan that was made before carries out the names "
    "that it shows."
)
AT_HOME = (
    "Where an offer names groups of your own tenant by {brand} or {provider}, call those groups so before "
    "you plan again, and give the answers again. Links to guard packs that were handed out before may lead "
    "nowhere now: the customer's page makes new ones."
)


class Command(Line):
    help = "Show the provider's name and brand, or change them for new plans. What exists keeps its names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--brand", help="put in front of every name that new plans make")
        parser.add_argument("--name", help="as the provider is called in descriptions and on pages")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        terminal = Terminal(self.stdout, options["as_json"])
        given = {key: options[key] for key in LONGEST if options[key] is not None}
        guarded(terminal, lambda: call(terminal, given) if given else show(terminal))


def show(terminal: Terminal) -> Status:
    row = provider.ours()
    if row is None:
        terminal.say(NOBODY)
    else:
        told(terminal, row)
    return Status.IN_ORDER


def call(terminal: Terminal, given: dict[str, str]) -> Status:
    row, wanted = provider.ours(), {key: checked(key, value) for key, value in given.items()}
    if row is None and len(wanted) < len(LONGEST):
        raise wrong("--brand, --name", "no provider is known here yet, so both must be given")
    there = {"brand": row.brand, "name": row.name} if row else {}
    changed = provider.call(**{**there, **wanted}, by=by_whom())
    terminal.note(changed=changed)
    for key, each in changed.items():
        terminal.say(f"{key.capitalize()}: “{each['was']}” is now “{each['is']}”.")
    told(terminal, provider.ours())
    for words in (FROM_NOW_ON, AT_HOME) if changed else ("It is called so already. Nothing was changed.",):
        terminal.say(words)
    return Status.IN_ORDER


def checked(key: str, value: str) -> str:
    """It goes into names in tenants and into the record."""
    found = recorded(f"--{key}", value)
    if len(found) > LONGEST[key]:
        raise wrong(f"--{key}", f"it must be a line of 1 to {LONGEST[key]} characters")
    if "{" in found or "}" in found:
        raise wrong(f"--{key}", "braces are for the gaps of an offer's names")
    return found


def told(terminal: Terminal, row: Provider | None) -> None:
    if row is not None:
        terminal.say(f"The provider is called “{row.name}”; its brand is “{row.brand}”.")
        terminal.note(name=row.name, brand=row.brand)

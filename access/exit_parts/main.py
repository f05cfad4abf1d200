"""What you see: everything found, in the order in which it would go; with --remove, how each went."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from access.exit_parts.azure import look_at_azure, why_not
from access.exit_parts.finding import Directory
from access.exit_parts.removing import PATIENCE, asked_to_go, awaited
from access.exit_parts.signing_in import AZURE_CLI, GRAPH_TOOLS, READS, WRITES, sign_in, sign_in_by_code
from access.exit_parts.web import ODD, Held, Refused
from access.exit_parts.words import KIT, SORTS, Found, Sort, Thing, plain

NOTHING, SHOWN, LEFT = 0, 2, 3
NOT_LOOKED_AT = (
    "Not looked at, because nobody can find it by a tenant id: partner relationships (GDAP) and governance "
    "relationships, roles in Microsoft Defender, keys and passwords that were handed over, and subscriptions "
    "that you cannot see. Groups, catalogs and packages that were made for the provider stay: with nobody in "
    "them they let nobody in."
)
LATER = (
    "Tokens that were given before live on for about an hour. Deleted people and apps can be restored by "
    "your own administrators for 30 days; for as long Microsoft may keep a package that they held."
)


class Kit:
    """One run: the tokens, and what they may do."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.removes, self.with_azure = bool(given.remove), not given.no_azure
        self.sign_in = sign_in_by_code if given.device_code else sign_in
        needed = WRITES if self.removes else READS
        self.graph = Held(lambda: self.sign_in(given.client_id, needed))
        self.azure: Held | None = None
        self.why_not = ""
        if self.with_azure:
            try:
                self.azure = Held(lambda: self.sign_in(AZURE_CLI, KIT["arm_scope"]))
            except Refused as no:
                self.why_not = str(no)

    def look(self) -> tuple[Found, Directory]:
        directory = Directory(self.graph)
        found = directory.look()
        if self.azure:
            print(
                "Azure subscriptions that you can see and that were looked at:",
                look_at_azure(self.azure, found),
            )
        elif self.with_azure:
            found.unread.append(("delegation", "nobody signed in to Azure: " + self.why_not))
        else:
            found.unread.append(("delegation", "not looked at, as you asked by --no-azure"))
        return found, directory

    def token(self, thing: Thing) -> Held:
        """What was found in Azure was found with its token."""
        return self.azure if self.azure and thing.sort in ("delegation", "definition") else self.graph


def show(found: Found) -> None:
    for sort, about in SORTS.items():
        things, unread = found.of(sort), [why for which, why in found.unread if which == sort]
        if things or unread:
            print(f"\n{about.title}: {len(things)}")
        for thing in things:
            print(f"  {thing.name} ({thing.why})")
        for why in unread:
            print(f"  could not be read, so there may be more: {plain(why, 400)}")
            print(f"    who can: {about.role}, at {about.place}")


def take_away(kit: Kit, found: Found, directory: Directory) -> None:
    """One sort after the other. All of a sort are told to go before any is waited for: it takes minutes."""
    for sort, about in SORTS.items():
        told = [each for each in found.of(sort) if is_told(kit, each, directory, about)]
        until = time.monotonic() + PATIENCE
        for thing in told:
            try:
                gone = awaited(kit.token(thing), thing, directory.organizations, until)
                went(about, thing, "gone, read back" if gone else "asked for; still there when last read")
            except (Refused, *ODD) as no:
                stays(about, thing, no)


def is_told(kit: Kit, thing: Thing, directory: Directory, about: Sort) -> bool:
    try:
        asked_to_go(kit.token(thing), thing, directory.organizations)
    except (Refused, *ODD) as no:
        stays(about, thing, no)
        return False
    return True


def stays(about: Sort, thing: Thing, no: Exception) -> None:
    went(about, thing, f"STAYS: {plain(why_not(no), 400)}\n    who can: {about.role}, at {about.place}")


def went(about: Sort, thing: Thing, said: str) -> None:
    print(f"  {about.title}: {thing.name}: {said}", flush=True)


def arguments() -> argparse.Namespace:
    words = (
        "Finds everything of the provider in your tenant and shows it. It changes nothing without --remove."
    )
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument(
        "--remove", metavar="DOMAIN", help=f"take it away; DOMAIN is {KIT['domain']}, in full"
    )
    parser.add_argument("--no-azure", action="store_true", help="do not sign in to Azure")
    by_code = "sign in by a code on another device, where no browser opens here (Azure Cloud Shell)"
    parser.add_argument("--device-code", action="store_true", help=by_code)
    own = "a public client of your own to sign in with, if yours blocks Microsoft's command line tools"
    parser.add_argument("--client-id", default=GRAPH_TOOLS, help=own)
    given = parser.parse_args()
    if given.remove and given.remove.lower() != KIT["domain"]:
        parser.error(f"nothing was done: to remove, write {KIT['domain']} after --remove")
    return given


def main() -> int:
    out: Any = sys.stdout
    out.reconfigure(errors="backslashreplace")
    given = arguments()
    if not KIT["providers"]:
        print("Nothing was looked for: this kit names no tenant of the provider. Ask for another one.")
        return 1
    print(
        f"Tenant {KIT['domain']} ({KIT['tenant']}). Provider: {plain(KIT['name'])}, tenants",
        *KIT["providers"],
    )
    try:
        kit = Kit(given)
    except Refused as no:
        print(f"Nothing was done: you could not be signed in. {plain(no, 400)}")
        return 1
    found, directory = kit.look()
    show(found)
    if found.things and kit.removes:
        print("\nTaking it away, in this order. It goes on where something is refused.")
        take_away(kit, found, directory)
        print("\nLooking again.")
        found, directory = kit.look()
        show(found)
    return over(found, kit.removes)


def over(found: Found, removes: bool) -> int:
    print()
    if found.things and not removes:
        print(f"Nothing was changed. To take it away, run it again with: --remove {KIT['domain']}")
    elif found.things:
        print("What is listed above is still there. It is safe to run this again.")
    elif found.unread:
        print("Of what could be read, nothing is the provider's. What could not be read is listed above.")
    else:
        print("Nothing of the provider's was found.")
    print(LATER if removes else "", NOT_LOOKED_AT, sep="\n" if removes else "")
    return (LEFT if removes else SHOWN) if found.things else LEFT if found.unread else NOTHING


if __name__ == "__main__":
    sys.exit(main())

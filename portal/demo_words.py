"""What the demo says when everything is up. What there is to try besides stands in the README."""

from __future__ import annotations

from portal.demo_room import Room

VERIFIED = """Northwind is set up, and all of it was read back. One thing is left to do by hand:
nobody gave a tier its role in Defender yet, without which an analyst who is let in sees nothing there.
That is why the portal says of Northwind “Let in, but no Defender role yet”."""


def what_now(room: Room) -> str:
    return "\n\n".join([trusted(room), opened(room), "Ctrl-C stops everything; nothing is lost."])


def opened(room: Room) -> str:
    return f"""Open   {room.portal}/
           # the portal: it sends you to the sandbox, where you choose who you are.
           # To onboard Contoso, each in a window that shares no sign-in with the others
           # (four browsers, profiles or private windows):
           #   Lena Hartmann   begins with New customer or tenant: contoso.example
           #   Ada Admin       opens the two links for apps, as they come
           #   Carla Ruiz      signs the plan, and answers the request at the end
           #   Amir Rahimi     is assigned Contoso at the hand-over, and asks for access
       {room.cloud}/@contoso.onmicrosoft.example
           # Contoso's My Access, where Carla Ruiz answers

README.md has these steps, and what else to try: two other customers, Azure, the command line."""


def trusted(room: Room) -> str:
    return f"""The browser will say of {room.cloud} that the connection is not private. Go on past that,
or trust {room.shown(room.ca)}: it was made for this demo alone, and its key was thrown away."""


def changed(room: Room) -> str:
    """Northwind is not as it was agreed, which in the demo only its user can have done."""
    file = room.shown(room.folder / "northwind.toml")
    return f"""Northwind is not as agreed any more: it was changed or ended since.
Bring it back in another terminal:
       export GATEHOUSE_ENV={room.shown(room.settings)}
       .venv/bin/python manage.py onboard {file} --apply
or start over: Ctrl-C, then `make demo-reset`."""

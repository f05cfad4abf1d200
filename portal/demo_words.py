"""What the demo says when everything is up."""

from __future__ import annotations

from portal.demo_room import Room

CUSTOMERS = (
    ("contoso", "has not let us in yet: prints the consent page to open, where Ada Admin accepts"),
    ("contoso-retail", "let us in, but has no licence: a person must act"),
    ("northwind-traders", "half set up by hand: asks which existing objects are meant"),
)


def what_now(room: Room) -> str:
    return "\n\n".join(
        [opened(room), typed(room), trusted(room), "Ctrl-C stops everything; nothing is lost."]
    )


def opened(room: Room) -> str:
    asked = f"{room.cloud}/@northwind.onmicrosoft.example"
    return f"""
Open   {room.portal}/
           # the portal: its pages come with the next issue
       {asked}
           # Northwind's My Access, where analysts ask and approvers decide, served by the sandbox:
           # this is not Microsoft, and no customer is real"""


def typed(room: Room) -> str:
    settings = room.shown(room.settings)
    lines = [f"Type   export GATEHOUSE_ENV={settings}     # in another terminal, in {room.base}, then:"]
    for name, why in CUSTOMERS:
        file = room.shown(room.folder / f"{name}.toml")
        lines.append(f"       .venv/bin/python manage.py onboard {file} --apply\n           # {why}")
    lines.append(
        "       .venv/bin/python manage.py adopt northwind-traders    # lists them; --tick says which"
    )
    lines.append("       .venv/bin/python manage.py verify northwind")
    lines.append("       .venv/bin/python manage.py offboard northwind --apply")
    return "\n".join(lines)


def trusted(room: Room) -> str:
    ca = room.shown(room.ca)
    return f"""The browser will say of {room.cloud} that the connection is not private: its certificate
is signed by an authority made for this demo alone. Go on past the warning, or trust {ca}:
       Firefox   Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import
       Chrome    chrome://certificate-manager, Custom, Installed by you, Import
       curl      curl --cacert {ca} {room.cloud}/@northwind.onmicrosoft.example
The authority's key was thrown away when it was made: nobody can sign anything else with it."""

"""What the demo says when everything is up."""

from __future__ import annotations

from portal.demo_room import Room

MADE_BY_HAND = {
    "catalog/mssp": "43c00000-0000-4000-8000-00000000a001",
    "group/tier-1": "43b00000-0000-4000-8000-00000000a001",
    "group/tier-2": "43b00000-0000-4000-8000-00000000a002",
}
"""What the sandbox's Northwind Traders has already, by the address it would get."""
CUSTOMERS = (
    ("contoso", "or in the browser, as below: prints the consent page to open, where Ada Admin accepts"),
    ("contoso-retail", "has no licence: a person must act"),
    ("northwind-traders", "begun by hand: until they are ticked, asks which existing objects are meant"),
)

VERIFIED = """Northwind is verified: everything was written by the worker and read back.
The portal says of it “Let in, but no Defender role yet”, and that is true as well: whoever gets a package is
let in, and sees nothing in Defender until somebody gave each tier its role there and confirmed it by name."""

AZURE = {
    "Northwind": "42a00000-0000-4000-8000-00000000a001",
    "Contoso": "c1a00000-0000-4000-8000-00000000a001",
    "Northwind Traders": "43a00000-0000-4000-8000-00000000a001",
}
"""Whose Azure subscription is which; each has the resource groups rg-security and rg-workloads."""


EVERY_WAY = """       The provider's groups for it are Sentinel … of Northwind and of Contoso only.
       All three ways in are in the offer “Managed Defender and Sentinel, with trust”:
       as guests it takes who is in the provider's group Fabrikam Security Analysts."""


def what_now(room: Room) -> str:
    return "\n\n".join(
        [typed(room), azure(), trusted(room), opened(room), "Ctrl-C stops everything; nothing is lost."]
    )


def opened(room: Room) -> str:
    asked = f"{room.cloud}/@northwind.onmicrosoft.example"
    return f"""Open   {room.portal}/
           # the portal: it sends you to the sandbox, where you choose who you are.
           # To onboard Contoso, each in a window that shares no sign-in with the others
           # (four browsers, profiles or private windows):
           #   Lena Hartmann   begins with New customer or tenant: contoso.example
           #   Ada Admin       opens the two links for apps, as they come
           #   Carla Ruiz      signs the plan, and answers the request at the end
           #   Amir Rahimi     is assigned Contoso at the hand-over, and asks for access
           # Besides, Bea Novak is an analyst, and Dana Costa audits.
       {room.cloud}/@contoso.onmicrosoft.example
           # Contoso's My Access, where Carla Ruiz answers
       {asked}
           # Northwind's. Both are served by the sandbox: this is not Microsoft, and no customer is real"""


def typed(room: Room) -> str:
    settings = room.shown(room.settings)
    lines = [f"Type   export GATEHOUSE_ENV={settings}     # in another terminal, in {room.base}, then:"]
    for name, why in CUSTOMERS:
        file = room.shown(room.folder / f"{name}.toml")
        lines.append(f"       .venv/bin/python manage.py onboard {file} --apply\n           # {why}")
    lines.append(f"       .venv/bin/python manage.py adopt northwind-traders {ticked()}")
    lines.append(
        "           # says that the catalog and groups made by hand are meant; then onboard it again"
    )
    lines.append("       .venv/bin/python manage.py verify northwind")
    lines.append("       .venv/bin/python manage.py offboard northwind --apply")
    return "\n".join(lines)


def azure() -> str:
    lines = [
        "Azure, where an offer has it: each of these has the resource groups rg-security and rg-workloads."
    ]
    lines += [f"       {id}   {name}" for name, id in AZURE.items()]
    return "\n".join([*lines, EVERY_WAY])


def ticked() -> str:
    return " ".join(f"\\\n           --tick {address}={id}" for address, id in MADE_BY_HAND.items())


def changed(room: Room) -> str:
    """Northwind is not as it was agreed, which in the demo only its user can have done."""
    file = room.shown(room.folder / "northwind.toml")
    return f"""Northwind is not as agreed any more: it was changed or ended since. Bring it back in another
terminal, with GATEHOUSE_ENV as below, by `.venv/bin/python manage.py onboard {file} --apply`,
or start over: Ctrl-C, then `make demo-reset`."""


def trusted(room: Room) -> str:
    ca = room.shown(room.ca)
    return f"""The browser will say of {room.cloud} that the connection is not private: its certificate
is signed by an authority made for this demo alone. Go on past the warning, or trust {ca}:
       Firefox   Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import
       Chrome    chrome://certificate-manager, Custom, Installed by you, Import
       curl      curl --cacert {ca} {room.cloud}/@northwind.onmicrosoft.example
The authority's key was thrown away when it was made: nobody can sign anything else with it."""

"""A small world to begin with: Fabrikam Security and three customers, each at a different point of the way.

Northwind       both apps consented, P2 licences: ready
Contoso         nothing consented yet
Contoso Retail  consented, but without a licence
Northwind Traders  consented and licensed, with groups and a catalog of our names that somebody made by hand
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sandbox import certificates, directory, microsofts
from sandbox.arm import demo as arm
from sandbox.cloud import Cloud

FABRIKAM = "fab00000-0000-4000-8000-000000000001"
NORTHWIND = "00420000-0000-4000-8000-000000000001"
CONTOSO = "c0000000-0000-4000-8000-000000000001"
CONTOSO_RETAIL = "c0000000-0000-4000-8000-000000000002"
NORTHWIND_TRADERS = "00420000-0000-4000-8000-000000000002"

AZURE_CLI = microsofts.AZURE_CLI
NORTHWIND_SUBSCRIPTION = "42a00000-0000-4000-8000-00000000a001"

SIGN_IN = "a0000000-0000-4000-8000-000000000001"
READER = "a0000000-0000-4000-8000-000000000002"
SETUP = "a0000000-0000-4000-8000-000000000003"
TRUST = "a0000000-0000-4000-8000-000000000004"
HOME = "a0000000-0000-4000-8000-000000000005"
DEPLOY = "a0000000-0000-4000-8000-000000000006"

ENTRA_P1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
ENTRA_P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"

READER_ROLES = [
    "CrossTenantInformation.ReadBasic.All",
    "EntitlementManagement.Read.All",
    "Group.Read.All",
    "Organization.Read.All",
    "Policy.Read.All",
    "User.Read.All",
]
SETUP_ROLES = [
    "EntitlementManagement.ReadWrite.All",
    "Group.ReadWrite.All",
    "User.Read.All",
]
TRUST_ROLES = ["Policy.ReadWrite.CrossTenantAccess"]
HOME_ROLES = ["GroupMember.Read.All", "Policy.ReadWrite.CrossTenantAccess"]
APPS = {
    "reader": (READER, READER_ROLES),
    "setup": (SETUP, SETUP_ROLES),
    "trust": (TRUST, TRUST_ROLES),
    "home": (HOME, HOME_ROLES),
    "deploy": (DEPLOY, list[str]()),
}
OPTIONAL = ("trust", "home", "deploy")
"""Not every deployment has them."""
SPELT = {"signin": "sign-in", "setup": "set-up"}
ANALYSTS = "Fabrikam Security Analysts"
OPTIONAL_CLAIMS = ["acct", "auth_time"]
"""What is added to ID tokens, as README.md has it done for the sign-in."""
REDIRECTS = [
    "http://localhost:8000/signin/return/",
    "http://localhost:8000/consent/return/",
    "https://localhost:8000/signin/return/",
    "https://localhost:8000/consent/return/",
]
DEPLOY_REDIRECTS = ["http://localhost:8000/azure/return/", "https://localhost:8000/azure/return/"]


def demo(cloud: Cloud, folder: Path, given: Path | None = None) -> None:
    """Into an empty store. The apps' credentials go into `folder`: signin.secret and a .pem each.

    Or they are there already, in `given`, as compose's secrets are.
    """
    microsofts.put(cloud)
    fabrikam(cloud)
    if given:
        known_registrations(cloud, given)
    else:
        registrations(cloud, folder)
    northwind(cloud)
    tenant(cloud, CONTOSO, "Contoso", "contoso", [ENTRA_P1, ENTRA_P2])
    customer_people(cloud, CONTOSO, "contoso", "c1")
    contoso_retail(cloud)
    northwind_traders(cloud)
    azure(cloud)


def azure(cloud: Cloud) -> None:
    """Each customer's administrator owns its subscription."""
    arm.northwind(cloud, NORTHWIND, NORTHWIND_SUBSCRIPTION, _id("42", 1))
    arm.contoso(cloud, CONTOSO, _id("c1a", 1), _id("c1", 1))
    arm.traders(cloud, NORTHWIND_TRADERS, _id("43a", 1), _id("43", 1))
    groups = [_id("fab3", number) for number in (1, 2, 3, 5, 6)]
    lena, amir, bea = (_id("fab1", number) for number in (1, 2, 3))
    arm.provider(cloud, FABRIKAM, groups, [[amir, bea], [amir], [lena], [amir, bea], [bea]])


def tenant(cloud: Cloud, tid: str, name: str, domain: str, plans: list[str]) -> None:
    domains = [
        {"name": f"{domain}.onmicrosoft.example", "isInitial": True, "isDefault": False},
        {"name": f"{domain}.example", "isInitial": False, "isDefault": True},
    ]
    cloud.store.put("", "tenants", {"id": tid, "displayName": name, "domains": domains, "plans": plans})


def user(cloud: Cloud, tid: str, id: str, name: str, domain: str, **more: Any) -> dict[str, Any]:
    mail = f"{name.split()[0].lower()}@{domain}.example"
    given, _, surname = name.partition(" ")
    names = {"displayName": name, "givenName": given, "surname": surname}
    body = {"id": id, **names, "userPrincipalName": mail, "mail": mail, "userType": "Member"}
    return cloud.store.put(tid, "users", {**body, "accountEnabled": True, **more})


def fabrikam(cloud: Cloud) -> None:
    domain = "fabrikam-security"
    tenant(cloud, FABRIKAM, "Fabrikam Security", domain, [ENTRA_P1, ENTRA_P2])
    user(cloud, FABRIKAM, _id("fab1", 1), "Lena Hartmann", domain, jobTitle="SOC lead", isAdmin=True)
    user(cloud, FABRIKAM, _id("fab1", 2), "Amir Rahimi", domain, jobTitle="Analyst")
    user(cloud, FABRIKAM, _id("fab1", 3), "Bea Novak", domain, jobTitle="Analyst")
    user(cloud, FABRIKAM, _id("fab1", 4), "Chidi Okafor", domain, jobTitle="Onboarding engineer")
    user(cloud, FABRIKAM, _id("fab1", 5), "Dana Costa", domain, jobTitle="Auditor")
    user(cloud, FABRIKAM, _id("fab1", 6), "Emil Berg", domain, jobTitle="Trainee, without a role")
    for number, role in ((1, "Admin"), (2, "Analyst"), (3, "Analyst"), (4, "Admin"), (5, "Auditor")):
        oid, value = _id("fab1", number), f"Portal.{role}"
        given = {"id": _id("fab2", number), "appId": SIGN_IN, "principalId": oid, "value": value}
        cloud.store.put(FABRIKAM, "appRoleAssignments", given)
    analysts = [_id("fab1", number) for number in (2, 3)]
    cloud.store.put(FABRIKAM, "groups", {**_group(cloud, _id("fab4", 1), ANALYSTS), "members": analysts})


def called(name: str) -> str:
    """As README.md has a provider call its registrations."""
    return f"Gatehouse {SPELT.get(name, name)}"


def registrations(cloud: Cloud, folder: Path) -> None:
    """New credentials each time: a seed happens once, into an empty store."""
    secret = secrets.token_urlsafe(32)
    certificates.write_private(folder / "signin.secret", secret.encode())
    register(cloud, SIGN_IN, called("signin"), [], secrets=[secret])
    for name, (app_id, roles) in APPS.items():
        key, certificate = certificates.client_certificate(f"gatehouse-{name}")
        certificates.write_private(folder / f"{name}.pem", key + certificate)
        register(cloud, app_id, called(name), roles, certificates=[certificate.decode()])


def known_registrations(cloud: Cloud, folder: Path) -> None:
    """Of each file only the certificate is taken, never the key. Those of optional apps may be missing."""
    nothing: list[str] = []
    for name, (app_id, roles) in {"signin": (SIGN_IN, nothing), **APPS}.items():
        if name in OPTIONAL and not (folder / f"{name}_certificate").exists():
            continue
        held = x509.load_pem_x509_certificates((folder / f"{name}_certificate").read_bytes())
        pem = held[0].public_bytes(serialization.Encoding.PEM).decode()
        register(cloud, app_id, called(name), roles, certificates=[pem])


def register(cloud: Cloud, app_id: str, name: str, roles: list[str], **credentials: Any) -> None:
    back = DEPLOY_REDIRECTS if app_id == DEPLOY else REDIRECTS
    body = {"id": app_id, "displayName": name, "tenant": FABRIKAM, "roles": roles, "redirectUris": back}
    body |= {"optionalClaims": OPTIONAL_CLAIMS, **credentials}
    only_here = {"signInAudience": "AzureADMyOrg"} if app_id == HOME else {}
    app = cloud.store.put("", "applications", {**body, **only_here})
    if app_id not in (TRUST, DEPLOY):  # what may write in customers' tenants may not do so at home
        directory.grant(cloud, FABRIKAM, app)


def consent(cloud: Cloud, tid: str) -> None:
    for app_id in (READER, SETUP):
        directory.grant(cloud, tid, directory.application(cloud, app_id))


def customer_people(cloud: Cloud, tid: str, domain: str, prefix: str) -> None:
    user(cloud, tid, _id(prefix, 1), "Ada Admin", domain, jobTitle="Administrator", isAdmin=True)
    user(cloud, tid, _id(prefix, 2), "Carla Ruiz", domain, jobTitle="CISO")
    user(cloud, tid, _id(prefix, 3), "Deniz Yilmaz", domain, jobTitle="IT manager")


def northwind(cloud: Cloud) -> None:
    tenant(cloud, NORTHWIND, "Northwind", "northwind", [ENTRA_P1, ENTRA_P2])
    customer_people(cloud, NORTHWIND, "northwind", "42")
    consent(cloud, NORTHWIND)


def contoso_retail(cloud: Cloud) -> None:
    tenant(cloud, CONTOSO_RETAIL, "Contoso Retail", "contoso-retail", [])
    customer_people(cloud, CONTOSO_RETAIL, "contoso-retail", "c2")
    consent(cloud, CONTOSO_RETAIL)


def northwind_traders(cloud: Cloud) -> None:
    """Somebody began by hand: our names, not our objects."""
    tid = NORTHWIND_TRADERS
    tenant(cloud, tid, "Northwind Traders", "northwind-traders", [ENTRA_P1, ENTRA_P2])
    customer_people(cloud, tid, "northwind-traders", "43")
    consent(cloud, tid)
    for number, tier in enumerate(("Tier 1", "Tier 2"), 1):
        name = f"Fabrikam Security {tier} Analyst"
        cloud.store.put(tid, "groups", _group(cloud, _id("43b", number), name))
    times = {"createdDateTime": _now(cloud), "modifiedDateTime": _now(cloud)}
    catalog = {"id": _id("43c", 1), "displayName": "Fabrikam Security MSSP Accesses"}
    catalog |= {"description": "Made by hand"}
    shape = {"catalogType": "userManaged", "state": "published", "isExternallyVisible": False}
    cloud.store.put(tid, "catalogs", {**catalog, **shape, **times})


def _group(cloud: Cloud, id: str, name: str) -> dict[str, Any]:
    nickname = name.lower().replace(" ", "-")
    body = {"id": id, "displayName": name, "description": "Made by hand", "mailNickname": nickname}
    flags = {"securityEnabled": True, "mailEnabled": False, "groupTypes": [], "members": [], "owners": []}
    return {**body, **flags, "createdDateTime": _now(cloud)}


def _now(cloud: Cloud) -> str:
    return cloud.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _id(prefix: str, number: int) -> str:
    """Readable, and a GUID all the same: 42000000-0000-4000-8000-00000000a001."""
    return f"{prefix:0<8}-0000-4000-8000-{0xA000 + number:012x}"

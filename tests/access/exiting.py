"""Northwind with two providers in it, and the exit kit of one of them run as a customer runs it."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from access import exit_kit
from sandbox import directory, seed
from sandbox.arm import roles
from sandbox.arm import seed as azure
from sandbox.cloud import Cloud
from sandbox.graph.self_service import request_package
from sandbox.store import Object
from tenants.models import Tenant

HERE = Path(__file__).parent
ADA, CARLA = (f"42000000-0000-4000-8000-00000000a00{number}" for number in (1, 2))
AMIR, BEA = (f"fab10000-0000-4000-8000-00000000a00{number}" for number in (2, 3))
SUBSCRIPTION = "66666666-6666-4666-8666-666666666666"
SERVICES = "Microsoft.ManagedServices"
DONE = {"provisioningState": "Succeeded"}
HOSTILE = 'Fabrikam\x1b[2J\u202e\'; rm -rf ~; "$(id)"\nNothing was found.'


def plant(box: Cloud, package: str) -> None:
    """What the portal does not know: an app, people, a request, access, a policy, settings, delegations."""
    store, tid = box.store, seed.NORTHWIND
    for owner in (seed.FABRIKAM, seed.CONTOSO):
        app = {"id": id_of(owner, "app"), "displayName": HOSTILE, "tenant": owner, "roles": []}
        directory.grant(box, tid, app)
        settings = {"inboundTrust": {"isMfaAccepted": True}}
        store.put(tid, "partners", {"id": owner, "tenantId": owner, **settings})
    store.put(tid, "identitySynchronizations", {"id": seed.FABRIKAM, "tenantId": seed.FABRIKAM})
    _second_domain(box)
    _guest(box, "lee", "lee@fabrikam-soc.example", HOSTILE)
    _guest(box, "kim", "kim@contoso.example", "Kim of Contoso")
    member = {"userType": "Member", "displayName": "Synchronised", "mail": "amir@fabrikam-soc.example"}
    store.put(tid, "users", {**_guest(box, "sam", "sam@fabrikam-soc.example", "Sam"), **member})
    waits = request_package(box, tid, package, seed.FABRIKAM, AMIR)
    store.put(tid, "assignmentRequests", {**waits, "id": id_of("later"), "state": "scheduled"})
    _others(box, package)
    _delegations(box)


def id_of(*words: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, " ".join(words)))


def _second_domain(box: Cloud) -> None:
    """Nothing in Northwind says whose it is: only the sign-in service knows."""
    tenant = box.store.get("", "tenants", seed.FABRIKAM)
    assert tenant
    domain = {"name": "fabrikam-soc.example", "isInitial": False, "isDefault": False}
    box.store.put("", "tenants", {**tenant, "domains": [*tenant["domains"], domain]})


def _guest(box: Cloud, name: str, mail: str, shown: str) -> Object:
    upn = f"{mail.replace('@', '_')}#EXT#@northwind.onmicrosoft.example"
    body = {"id": id_of(name), "displayName": shown, "mail": mail, "userPrincipalName": upn}
    return box.store.put(seed.NORTHWIND, "users", {**body, "userType": "Guest", "accountEnabled": True})


def _others(box: Cloud, package: str) -> None:
    """A second organisation beside ours in one policy, and access by hand for a guest of either."""
    store, tid = box.store, seed.NORTHWIND
    ours = store.all(tid, "connectedOrganizations")[0]
    source = {**ours["identitySources"][0], "tenantId": seed.CONTOSO}
    other = {**ours, "id": id_of("organisation"), "displayName": "Contoso", "identitySources": [source]}
    store.put(tid, "connectedOrganizations", other)
    named = [p for p in store.all(tid, "assignmentPolicies") if p["specificAllowedTargets"]]
    policy = next(each for each in named if each["accessPackage"]["id"] == package)
    shared = copy.deepcopy(policy) | {"id": id_of("policy"), "displayName": "For two providers"}
    second = {**policy["specificAllowedTargets"][0], "connectedOrganizationId": other["id"]}
    shared["specificAllowedTargets"] = [*shared["specificAllowedTargets"], second]
    store.put(tid, "assignmentPolicies", shared)
    for name in ("lee", "kim"):
        guest = store.get(tid, "users", id_of(name)) or {}
        target = {"objectId": guest["id"], "email": guest["mail"], "displayName": guest["displayName"]}
        held = {"state": "delivered", "schedule": {"expiration": {"type": "noExpiration"}}, "target": target}
        where = {"accessPackage": {"id": package}, "assignmentPolicy": {"id": shared["id"]}}
        store.put(tid, "assignments", {"id": id_of(name, "access"), **held, **where})


def _delegations(box: Cloud) -> None:
    scope = azure.subscription(box, seed.NORTHWIND, SUBSCRIPTION, "Production", ADA)
    group = azure.group(box, seed.NORTHWIND, scope, "rg-security")
    for manager, where in ((seed.FABRIKAM, scope), (seed.FABRIKAM, group), (seed.CONTOSO, scope)):
        definition = f"{scope}/providers/{SERVICES}/registrationDefinitions/{id_of(manager)}"
        offer = {"registrationDefinitionName": HOSTILE, "managedByTenantId": manager}
        given = {"authorizations": [{"principalId": id_of(manager, "soc"), "roleDefinitionId": roles.READER}]}
        _azure(box, "registrationDefinitions", definition, {**offer, **given})
        assignment = f"{where}/providers/{SERVICES}/registrationAssignments/{id_of(manager, where)}"
        _azure(box, "registrationAssignments", assignment, {"registrationDefinitionId": definition})


def _azure(box: Cloud, collection: str, id: str, properties: Object) -> None:
    names = {"id": id, "name": id.rpartition("/")[2], "type": f"{SERVICES}/{collection}"}
    body = {**names, "properties": {**properties, **DONE}, **azure.made(box)}
    box.store.put(seed.NORTHWIND, collection, body)


def by_code(box: Cloud, folder: Path, *arguments: str) -> tuple[int, str]:
    """Ada types each code that the script shows, on another device."""
    process = started(folder, "--device-code", *arguments)
    said = ""
    assert process.stdout
    for line in process.stdout:
        said += line
        if code := re.search(r"the code ([A-Z]{9})", line):
            box.devices[code[1]]["choice"] = f"{seed.NORTHWIND}/{ADA}"
    return process.wait(30), said


def run(folder: Path, *arguments: str, who: str = ADA, tid: str = seed.NORTHWIND) -> tuple[int, str]:
    process = started(folder, *arguments, who=who, tid=tid)
    said, _ = process.communicate(timeout=90)
    return process.returncode, said


def started(
    folder: Path, *arguments: str, who: str = ADA, tid: str = seed.NORTHWIND
) -> subprocess.Popen[str]:
    """As the customer: an interpreter of its own, nothing of ours to import, and a browser."""
    kit = exit_kit.kit(Tenant.objects.get(slug="northwind"))
    script = folder / kit.name
    script.write_text(kit.text, encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "SSL_CERT_FILE": os.environ["SANDBOX_CA"],
        "BROWSER": f"{sys.executable} {HERE / 'a_browser.py'} %s",
        "PERSON": f"{tid}/{who}",
    }
    command = [sys.executable, "-I", str(script), *arguments]
    out: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, env=environment, cwd=folder, **out)


def contents(box: Cloud) -> dict[str, dict[str, Any]]:
    return box.store.snapshot(seed.NORTHWIND)

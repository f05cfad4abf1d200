"""The exit kit finds by the provider's tenant id what no row of ours knows, and leaves all else alone."""

from __future__ import annotations

import ast
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from access import exit_kit
from access.exit_parts import finding, web
from access.exit_parts.words import KIT
from onboarding.models import OwnedObject
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import Provider, Tenant
from tests.access.exiting import ADA, CARLA, HOSTILE, by_code, contents, id_of, plant, run
from tests.cast import Cast, assemble
from tests.onboarding import already
from tests.onboarding.conftest import box, file, pki, portal

__all__ = ["box", "file", "pki", "portal"]
SORTS = ("partners", "identitySynchronizations", "connectedOrganizations", "registrationAssignments")


@pytest.fixture
def two(portal: Cloud, file: Callable[..., Path], pki: Path, monkeypatch: Any) -> Cloud:
    """Northwind, set up by us, with much more of Fabrikam's in it and as much of Contoso's."""
    already.set_up(portal, file())
    plant(portal, OwnedObject.objects.get(address="access_package/tier-1").remote_id)
    portal.habits.page_size = 2
    monkeypatch.setenv("SANDBOX_CA", str(pki / "ca.pem"))
    return portal


def is_fabrikams(thing: dict[str, Any]) -> bool:
    text = json.dumps(thing)
    return any(mark in text for mark in (seed.FABRIKAM, id_of(seed.FABRIKAM), "fabrikam-soc.example"))


def test_it_shows_without_changing_and_removes_what_is_the_providers_alone(
    two: Cloud, tmp_path: Path
) -> None:
    before = contents(two)
    status, said = run(tmp_path)
    assert (status, contents(two)) == (2, before), said
    for line in ("Apps of the provider: 3", "directory: 2", "wait: 2", "hold through a package: 1"):
        assert line in said, said
    assert "Azure Lighthouse delegations to the provider: 2" in said and "people from the" in said
    assert not set("\x1b\u202e") & set(said) and "eyJ" not in said and "\nNothing was found" not in said

    a_bad_day(two)
    status, said = run(tmp_path, "--remove", "northwind.example")
    after = contents(two)
    assert not any(fault.times for fault in two.faults)
    assert status == 0 and "STAYS" not in said and "Nothing of the provider's was found." in said, said
    for sort in SORTS:
        mine = [each for each in before[sort].values() if is_fabrikams(each)]
        assert mine and not [each for each in after.get(sort, {}).values() if is_fabrikams(each)], sort
    assert [app["appOwnerOrganizationId"] for app in after["servicePrincipals"].values()] == [seed.CONTOSO]
    states = Counter(each["state"] for each in after["assignmentRequests"].values())
    assert states["canceled"] == 2 and not states["pendingApproval"] and not states["scheduled"]
    stays(before, after)

    assert run(tmp_path, "--remove", "northwind.example")[0] == 0
    assert contents(two) == after


def a_bad_day(two: Cloud) -> None:
    """Microsoft is slow, throttles, fails, and answers get lost on their way."""
    two.habits.slow_elm = 2
    two.habits.slow_arm = 2
    two.faults += [
        Fault("429", "GET", "connectedOrganizations"),
        Fault("503", "DELETE", "servicePrincipals"),
        Fault("cut after", "POST", "/cancel"),
        Fault("cut after", "DELETE", "registrationAssignments"),
        Fault("500 after", "DELETE", "/users/"),
        Fault("malformed", "GET", "/assignments"),
    ]


def stays(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Contoso's things are as they were, also in what it shared with us; Northwind's own people, too."""
    for sort in (*SORTS[:1], *SORTS[2:], "users", "registrationDefinitions"):
        for id, each in before[sort].items():
            assert is_fabrikams(each) or after[sort][id] == each, (sort, id)
    assert sum("contoso" in json.dumps(each).lower() for each in after["users"].values()) == 1
    held = [each["target"]["email"] for each in after["assignments"].values() if each["state"] == "delivered"]
    assert held == ["kim@contoso.example"]
    shared = [each for each in after["assignmentPolicies"].values() if each["specificAllowedTargets"]]
    assert [len(each["specificAllowedTargets"]) for each in shared] == [1]
    whole = before["assignmentPolicies"][shared[0]["id"]]
    assert shared[0]["requestApprovalSettings"] == whole["requestApprovalSettings"]


def test_where_one_is_refused_it_goes_on_and_says_who_can(two: Cloud, tmp_path: Path) -> None:
    """Ada may only look, and end access; the rest stays, and nothing passes for "none"."""
    ada = two.store.get(seed.NORTHWIND, "users", ADA)
    roles = ["Global Reader", "Identity Governance Administrator"]
    two.store.put(
        seed.NORTHWIND, "users", {**(ada or {}), "isAdmin": False, "consented": True, "directoryRoles": roles}
    )
    status, said = run(tmp_path, "--remove", "northwind.example", "--no-azure")
    assert status == 3 and "not looked at, as you asked by --no-azure" in said, said
    assert said.count("STAYS") == 3 + 2 + 2 and "who can: User Administrator" in said, said
    held = [each["state"] for each in contents(two)["assignments"].values()]
    assert sorted(held) == ["delivered", "expired"]


def test_where_no_browser_opens_a_code_on_another_device_does(two: Cloud, tmp_path: Path) -> None:
    status, said = by_code(two, tmp_path, "--no-azure")
    assert status == 2 and "Apps of the provider: 3" in said, said


def test_without_an_administrator_or_with_another_word_nothing_changes(two: Cloud, tmp_path: Path) -> None:
    before = contents(two)
    assert "AADSTS65001" in run(tmp_path, "--remove", "northwind.example", who=CARLA)[1]
    assert run(tmp_path, "--remove", "northwind")[0] == 2
    assert contents(two) == before


ODD = [b"", b"null", b"{}", b"[]", b'{"issuer": null}', b'{"issuer": "https://login.example"}']


class Answering:
    """Where the sign-in service would be: always the same answer."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def open(self, *_: Any, **__: Any) -> io.BytesIO:
        return io.BytesIO(self.body)


@pytest.mark.parametrize("body", ODD)
def test_an_answer_that_names_nobody_is_unread_and_ends_no_look(body: bytes, monkeypatch: Any) -> None:
    monkeypatch.setattr(web, "OPENER", Answering(body))
    for name, where in (("login", "https://login.example"), ("graph", "https://graph.example")):
        monkeypatch.setitem(KIT, name, where)
    monkeypatch.setitem(KIT, "providers", [])
    looking = finding.Directory("token")
    assert looking.home("fabrikam.example") == ""
    assert [sort for sort, _ in looking.found.unread] == ["guest"]
    assert {sort for sort, _ in looking.look().unread} >= {"app", "organization", "guest", "assignment"}


def test_whose_address_tells_nothing_is_known_by_the_organisation_or_the_account(monkeypatch: Any) -> None:
    """One that asked with a private address, and a guest whose assignment names no address at all."""
    monkeypatch.setitem(KIT, "providers", [seed.FABRIKAM])
    looking = finding.Directory("token")
    looking.homes = {"mail.example": "", "fabrikam.example": seed.FABRIKAM}
    looking.organizations, looking.people = {"organisation of the provider"}, {"guest of the provider"}

    def theirs(**subject: Any) -> bool:
        return looking.is_person_of_theirs(subject)

    asked = {"email": "amir@mail.example", "connectedOrganization": {"id": "organisation of the provider"}}
    assert theirs(**asked) and theirs(objectId="guest of the provider")
    assert theirs(email="amir@Fabrikam.example")
    assert not theirs(email="kim@mail.example", objectId="another", connectedOrganization={"id": "another"})
    assert not theirs() and not theirs(connectedOrganization=None, email=None)


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def test_reviewers_and_admins_get_it_by_the_fingerprint_that_the_hand_over_shows(cast: Cast) -> None:
    kit = exit_kit.kit(cast.northwind)
    address = f"/tenants/northwind/exit-kit/{kit.sha256}.py"
    for name in ("rita", "alice"):
        client = cast.client(name)
        assert hashlib.sha256(client.get(address).content).hexdigest() == kit.sha256
        for page in ("exit-kit", "hand-over"):
            assert kit.sha256 in client.get(f"/tenants/northwind/{page}/").content.decode()
        assert client.get(address.replace(kit.sha256, "0" * 64)).status_code == 404
    handed = cast.client("ann").get("/tenants/northwind/hand-over/").content.decode()
    assert kit.sha256 in handed and "/exit-kit/" not in handed


def test_a_kit_that_names_no_provider_never_says_that_nothing_was_found(
    cast: Cast, settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    settings.PROVIDER_TENANT_ID = ""
    monkeypatch.setenv("SANDBOX_CA", "")
    status, said = run(tmp_path)
    assert status == 1 and said.startswith("Nothing was looked for")


def bound(node: ast.stmt) -> list[str]:
    """Whatever two parts both call something, the later one would take from the first."""
    if isinstance(node, ast.Assign):
        return [each.id for each in node.targets if isinstance(each, ast.Name)]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    return [getattr(node, "name", "")] if hasattr(node, "name") else []


def test_it_is_one_plain_script_without_secrets_that_names_hold_nothing_against(
    cast: Cast, settings: Any
) -> None:
    settings.PROVIDER_TENANT_ID = seed.FABRIKAM
    Provider.objects.create(name=HOSTILE + '"""', brand="Fabrikam")
    Tenant.objects.filter(slug="northwind").update(domain='x"""\nimport os')
    kit = exit_kit.kit(Tenant.objects.get(slug="northwind"))
    tree = ast.parse(kit.text, feature_version=(3, 9))
    names = [name for node in tree.body for name in bound(node)]
    assert len(names) == len(set(names)) > 60
    filled = next(n for n in tree.body if isinstance(n, ast.AnnAssign) and ast.unparse(n.target) == "KIT")
    known = ast.literal_eval(filled.value or ast.Constant(None))
    assert known["name"] == HOSTILE + '"""' and known["providers"] == [seed.FABRIKAM]
    assert known["domain"] == known["tenant"] == seed.NORTHWIND
    assert kit.text.isascii() or all(letter.isprintable() or letter == "\n" for letter in kit.text)
    assert kit == exit_kit.kit(Tenant.objects.get(slug="northwind"))

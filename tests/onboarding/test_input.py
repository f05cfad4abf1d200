"""What is wrong in a file or in a tenant is said in one line, before anything is written anywhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from onboarding.models import Agreement, Onboarding, Plan, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Customer, Tenant
from tests.onboarding.conftest import NORTHWIND, manage, writes
from tests.onboarding.delegating import sell, subscription

File = Callable[..., Path]
BOTH = 'emails = ["carla@northwind.example", "deniz@northwind.example"]'

# The line of the good file, what stands there instead, and the key that must be named.
MISTAKES = {
    "an unknown key": ('name = "Northwind"', 'nmae = "Northwind"', "nmae"),
    "no name": ('name = "Northwind"', "", "name"),
    "a name that is a number": ('name = "Northwind"', "name = 7", "name"),
    "a name that is blank": ('name = "Northwind"', 'name = "  "', "name"),
    "a name with a line break": ('name = "Northwind"', 'name = "North\\nwind"', "name"),
    "a name without letters for a slug": ('name = "Northwind"', 'name = "東京"', "slug"),
    "a slug with a slash": ('name = "Northwind"', 'name = "N"\nslug = "a/b"', "slug"),
    "a slug that is too long": ('name = "Northwind"', f'name = "N"\nslug = "{"a" * 64}"', "slug"),
    "a customer that is too long": (
        'name = "Northwind"',
        f'name = "N"\ncustomer = "{"a" * 300}"',
        "customer",
    ),
    "an unknown offer": ('name = "Northwind"', 'name = "N"\noffer = "gold"', "gold"),
    "an offer that is a list": ('name = "Northwind"', 'name = "N"\noffer = ["gold"]', "offer"),
    "an offer with a nought": ('name = "Northwind"', 'name = "N"\noffer = "a\\u0000"', "offer"),
    "an unknown tier": ('name = "Northwind"', 'name = "N"\ntiers = ["tier-9"]', "tiers"),
    "a tier twice": ('name = "Northwind"', 'name = "N"\ntiers = ["tier-1", "tier-1"]', "tiers"),
    "no tier": ('name = "Northwind"', 'name = "N"\ntiers = []', "tiers"),
    "tiers in one text": ('name = "Northwind"', 'name = "N"\ntiers = "tier-1"', "tiers"),
    "neither domain nor tenant id": ('domain = "northwind.example"', "", "domain"),
    "domain and tenant id": (
        'domain = "northwind.example"',
        f'domain = "northwind.example"\ntenant_id = "{seed.NORTHWIND}"',
        "domain",
    ),
    "no approvers": (BOTH, "", "approvers.emails"),
    "an empty list of approvers": (BOTH, "emails = []", "approvers.emails"),
    "approvers in one text": (BOTH, 'emails = "carla@northwind.example"', "approvers.emails"),
    "an approver that is a number": (BOTH, "emails = [1]", "approvers.emails"),
    "an approver without a domain": (BOTH, 'emails = ["carla"]', "approvers.emails"),
    "an approver that is a filter": (BOTH, 'emails = ["a\' or 1 eq 1 @x.example"]', "approvers.emails"),
    "another key of approvers": (BOTH, f'{BOTH}\nnames = ["Carla"]', "approvers.names"),
    "no reference": ('reference = "contract 2026-114"', "", "reference"),
    "a reference that is a number": (
        'reference = "contract 2026-114"',
        "reference = 7",
        "agreement.reference",
    ),
    "a reference that looks like a secret": ("contract 2026-114", "Bearer bonds 12", "reference"),
    "an agreement by nobody": ('by = "carla@northwind.example"', 'by = ""', "by"),
    "an agreement by somebody else": (
        'by = "carla@northwind.example"',
        'by = "ada@northwind.example"',
        "agreement.by",
    ),
}

# Neither a domain nor a tenant id: paths, addresses and other tenants' syntax.
NO_DOMAINS = [
    "https://northwind.example",
    "northwind.example/oauth2",
    "northwind.example/../common",
    "..",
    "northwind.example?x=1",
    "northwind.example#x",
    "carla@northwind.example",
    "northwind.example:443",
    "northwind .example",
    "common",
    "organizations",
    "consumers",
    "northwind",
    "%2e%2e",
    "*.example",
    "{00420000-0000-4000-8000-000000000001}",
]


def refused(path: Path) -> tuple[int, list[str]]:
    """The exit status and the lines a person reads."""
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("onboard", str(path), "--apply", "--inline", stdout=out)
    return int(ended.value.code or 0), out.getvalue().splitlines()


def nothing_happened(box: Cloud) -> bool:
    tables = (Customer, Tenant, Onboarding, Plan, Agreement, Run)
    return writes(box) == 0 and not any(table.objects.exists() for table in tables)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_file_is_one_line_that_names_its_key(
    portal: Cloud, file: File, mistake: str
) -> None:
    good, bad, key = MISTAKES[mistake]
    assert good in NORTHWIND
    status, lines = refused(file(NORTHWIND.replace(good, bad)))
    assert status == 1, lines
    assert key in lines[0] and "cannot be used as it stands" in lines[0], lines
    assert nothing_happened(portal)


def test_approvers_are_named_where_somebody_approves_and_not_for_azure_alone(
    portal: Cloud, file: File
) -> None:
    """There nobody asks for anything. Reviewers are named all the same: somebody agrees and may end it."""
    only = NORTHWIND.replace(f"[approvers]\n{BOTH}", f"[reviewers]\n{BOTH}")
    assert only != NORTHWIND
    status, lines = refused(file(only))
    assert status == 1 and "approvers.emails" in lines[0] and nothing_happened(portal)
    sell(planes=["lighthouse"])
    azure = f'[azure]\nsubscriptions = ["{subscription(portal)}"]\n'
    status, said = manage("onboard", file(only + azure), "--apply", "--inline")
    assert status == 3, said
    assert Onboarding.objects.get().approvers == [] and len(Onboarding.objects.get().reviewers) == 2


@pytest.mark.parametrize("domain", NO_DOMAINS)
def test_what_is_neither_a_domain_nor_a_tenant_id_is_never_sent(
    portal: Cloud, file: File, domain: str
) -> None:
    status, lines = refused(file(NORTHWIND.replace('"northwind.example"', f'"{domain}"', 1)))
    assert status == 1, lines
    assert domain in lines[0], lines
    assert portal.calls == [] and nothing_happened(portal)


@pytest.mark.parametrize("text", ["name = ", "[approvers", 'name = "a"\nname = "b"', "\x00"])
def test_a_file_that_is_not_toml_is_one_line(portal: Cloud, file: File, text: str) -> None:
    status, lines = refused(file(text))
    assert status == 1 and "it is not TOML" in lines[0], lines
    assert nothing_happened(portal)


def test_a_file_that_begins_with_the_mark_of_editors_on_windows_is_read(
    portal: Cloud, tmp_path: Path
) -> None:
    (tmp_path / "x.toml").write_text(NORTHWIND.replace("northwind.example", "nobody.example"), "utf-8-sig")
    status, lines = refused(tmp_path / "x.toml")
    assert status == 1 and "no tenant for nobody.example" in lines[0], lines


def test_a_file_that_is_not_text_is_one_line(portal: Cloud, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    status, lines = refused(tmp_path / "x.toml")
    assert status == 1 and "it is not TOML" in lines[0], lines


def test_a_missing_file_and_a_folder_are_one_line(portal: Cloud, tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        status, lines = refused(path)
        assert status == 1 and str(path) in lines[0] and "cannot be read" in lines[0], lines


def test_a_tenant_that_does_not_exist(portal: Cloud, file: File) -> None:
    for name in ("nobody.example", "99999999-0000-4000-8000-000000000009"):
        key = "domain" if "." in name else "tenant_id"
        text = NORTHWIND.replace('domain = "northwind.example"', f'{key} = "{name}"')
        status, lines = refused(file(text))
        assert status == 1 and f"no tenant for {name}" in lines[0], lines
    assert nothing_happened(portal)


def test_the_providers_own_tenant(portal: Cloud, file: File) -> None:
    text = NORTHWIND.replace('"northwind.example"', '"fabrikam-security.example"', 1)
    status, lines = refused(file(text))
    assert status == 1 and "fabrikam-security.example is the provider's own tenant" in lines[0], lines
    assert nothing_happened(portal)


PEOPLE: dict[str, tuple[dict[str, Any], str]] = {
    "a guest": ({"userType": "Guest"}, "is a guest"),
    "an external member": ({"userPrincipalName": "gus_other.example#EXT#@northwind.example"}, "is a guest"),
    "a disabled account": ({"accountEnabled": False}, "is disabled"),
    "a double": ({"mail": "carla@northwind.example"}, "more than one person"),
}


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_not_approve_is_named(portal: Cloud, file: File, who: str) -> None:
    change, words = PEOPLE[who]
    mail = str(change.get("mail", "gus@northwind.example"))
    seed.user(portal, seed.NORTHWIND, seed._id("42", 9), "Gus Guest", "northwind", **change)
    status, lines = refused(file(NORTHWIND.replace("deniz@northwind.example", mail)))
    assert status == 3 and mail in lines[0] and words in lines[0], lines
    assert nothing_happened(portal)


def test_an_approver_nobody_knows(portal: Cloud, file: File) -> None:
    status, lines = refused(file(NORTHWIND.replace("deniz@", "nobody@")))
    assert status == 3 and "nobody@northwind.example belongs to nobody" in lines[0], lines
    assert nothing_happened(portal)

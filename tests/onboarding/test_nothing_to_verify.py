"""Where nothing was carried out nothing is "not as agreed"; where it is paused, that is said."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from onboarding.engine.plan import Plan as Changes
from onboarding.models import Inquiry, Reading
from onboarding.terminal import Terminal
from onboarding.wizard import inquiries
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.cast import NORTHWIND as NORTHWIND_ID
from tests.cast import customer
from tests.onboarding.clicking import admin, text
from tests.onboarding.conftest import NORTHWIND, box, file, manage, pki, portal
from tests.onboarding.test_a_person_must_act import BY_HAND, plant
from tests.onboarding.wizarding import work

__all__ = ["box", "file", "pki", "portal"]
NO_LICENCE = NORTHWIND.replace("northwind.example", "contoso-retail.example")


def printed(command: str, *arguments: object) -> tuple[int, str]:
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(command, *map(str, arguments), stdout=out)
    return int(ended.value.code or 0), out.getvalue()


def test_where_nothing_was_carried_out_there_is_nothing_to_verify(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    manage("onboard", file(NO_LICENCE))
    status, said = printed("verify", "northwind")
    assert status == 1 and "Nothing was carried out" in said and "Next:" in said and "Who:" in said, said
    assert "Create" not in said and "could not be read" not in said
    assert not Reading.objects.exists()


def test_nor_does_its_page_say_that_anything_is_not_as_agreed(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    manage("onboard", file(NO_LICENCE))
    tenant = Tenant.objects.get()
    inquiries.ask(tenant, Inquiry.What.VERIFY, {"tenant": str(tenant.tenant_id)}, "person 1")
    work()
    said = text(admin("Alice"), "/tenants/northwind/")
    assert "Nothing was carried out" in said and "Not as agreed" not in said
    assert not Reading.objects.exists()


def test_what_could_not_be_read_because_of_something_else_is_one_line(db: None) -> None:
    """The cause itself is printed whole, and nothing that hangs on it under a cause of its own."""
    why = "catalog/mssp could not be read: no usable licence"
    unknown = {"catalog/mssp": "no usable licence", "group/tier-1": "throttled"}
    unknown |= {f"catalog_resource/{each}": why for each in ("a", "b", "c", "d")}
    out = io.StringIO()
    Terminal(out, False).plan(Changes(unknown=unknown), customer("Northwind", NORTHWIND_ID))
    assert out.getvalue().splitlines() == [
        '  Could not be read: Catalog "mssp": no usable licence',
        '  Could not be read: Group "tier-1": throttled',
        '  Could not be read because of that: Group in the catalog "a", Group in the catalog "b" and 2 more.',
    ]


def test_where_there_is_nothing_to_adopt_adopt_says_so(portal: Cloud, file: Callable[..., Path]) -> None:
    manage("onboard", file(), "--apply", "--inline")
    assert printed("adopt", "northwind") == (0, "There is nothing to adopt: nothing of ours is missing.\n")


def test_nor_does_it_ask_where_all_that_is_missing_is_to_be_made(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    manage("onboard", file())
    status, said = printed("adopt", "northwind")
    assert status == 2 and "There is nothing to adopt: nothing else that is there has a name of ours" in said


def test_what_was_ticked_already_is_not_called_nothing(portal: Cloud, file: Callable[..., Path]) -> None:
    plant(portal)
    manage("onboard", file())
    assert "nothing to adopt" not in printed("adopt", "northwind")[1]
    for more in (("--tick", f"group/tier-1={BY_HAND}"), ()):
        status, said = printed("adopt", "northwind", *more)
        assert status == 2 and "nothing to adopt" not in said, said

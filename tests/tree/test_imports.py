"""Which room may import which: DESIGN.md "Rooms", held on the syntax trees so that nothing has to be run.

Every import counts, also inside a function or under TYPE_CHECKING, and also `import_module("…")`.
"""

from __future__ import annotations

import ast
import graphlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("tenants", "onboarding", "access", "portal")
"""Each may import itself and those before it."""
LAYERS = (
    ("engine",),
    ("delegations",),
    ("kinds",),
    ("planes", "watch", "observe", "carry", "pens"),
    ("receipts", "app_stands"),
    ("assignments",),
    ("agreements", "plans"),
    ("runs",),
    ("outcomes", "checking", "settling", "advance"),
    ("delegating",),
    ("enrol", "ready", "consent_links", "verifying"),
    ("holdings",),
    ("findings",),
    ("inquiries", "nightly"),
    ("drafts", "consent_returns", "steps", "papers", "agreeable"),
    ("tasks",),
    ("terminal", "views", "export"),
    ("management",),
)
"""The same, inside onboarding."""
CLIENTS = ("httpx", "msgraph", "msgraph_core", "azure", "msal", "requests", "kiota")
"""What speaks to Microsoft; a name that begins with kiota_ counts as kiota."""


def imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Full dotted names; `from a import b` is a.b, relative ones are resolved against `package`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            yield from by_call(node)


def by_call(node: ast.Call) -> Iterator[str]:
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if called in ("import_module", "__import__") and node.args and isinstance(node.args[0], ast.Constant):
        yield str(node.args[0].value)


def layer(parts: list[str]) -> int | None:
    """Where a module stands inside onboarding; None where no rule names it."""
    if len(parts) < 2 or parts[0] != "onboarding":
        return None
    return next((index for index, names in enumerate(LAYERS) if {*parts[1:3]} & {*names}), None)


def room_fault(here: list[str], there: list[str]) -> str | None:
    mine, theirs = here[0], there[0]
    if mine != "sandbox" and theirs == "sandbox":
        return "nobody imports the sandbox"
    if mine == "sandbox" and theirs in ROOMS:
        return "the sandbox imports nothing of ours"
    if mine in ROOMS and theirs in ROOMS and ROOMS.index(theirs) > ROOMS.index(mine):
        return f"{mine} does not know {theirs}"
    return None


def layer_fault(here: list[str], there: list[str]) -> str | None:
    mine, theirs = layer(here), layer(there)
    if mine == 0 and there[0] not in sys.stdlib_module_names and theirs != 0:
        return "the engine is standard library only"
    if mine is not None and theirs is not None and theirs > mine:
        return f"onboarding.{here[1]} stands below onboarding.{there[1]}"
    return None


def client_fault(here: list[str], there: list[str]) -> str | None:
    client = "kiota" if there[0].startswith("kiota_") else there[0]
    if client not in CLIENTS or here[0] not in ROOMS or here[:2] == ["tenants", "microsoft"]:
        return None
    if here[:2] == ["onboarding", "kinds"] and only_words_of_a_query(there):
        return None
    return f"only tenants/microsoft imports {there[0]}"


def only_words_of_a_query(there: list[str]) -> bool:
    """Kinds may use the SDK's query-parameter classes, which live inside its request builders."""
    builder = there[:2] == ["msgraph", "generated"] and any(
        part.endswith("_request_builder") for part in there
    )
    return builder or there[0] == "kiota_abstractions"


def faults(path: str, source: str) -> list[str]:
    """What is wrong with the imports of one file; `path` is relative to the repository."""
    here = path.removesuffix(".py").removesuffix("/__init__").split("/")
    package = path.removesuffix("/__init__.py") if path.endswith("__init__.py") else path.rpartition("/")[0]
    found = []
    for name in imported(ast.parse(source), package.replace("/", ".")):
        there = name.split(".")
        for rule in (room_fault, layer_fault, client_fault):
            if fault := rule(here, there):
                found.append(f"{path}: {name}: {fault}")
    return found


def ours() -> list[Path]:
    return [file for room in (*ROOMS, "sandbox") for file in sorted((ROOT / room).rglob("*.py"))]


def test_every_import_points_the_right_way() -> None:
    files = ours()
    assert {file.relative_to(ROOT).parts[0] for file in files} == {*ROOMS, "sandbox"}
    found = [
        fault
        for file in files
        for fault in faults(str(file.relative_to(ROOT)), file.read_text(encoding="utf-8"))
    ]
    assert found == []


def parts_known(room: str) -> dict[str, set[str]]:
    """Of each folder and file right inside a room, which others there it imports."""
    known: dict[str, set[str]] = {}
    for file in sorted((ROOT / room).rglob("*.py")):
        here = file.relative_to(ROOT).with_suffix("").parts
        there = [name.split(".") for name in imported(ast.parse(file.read_text(encoding="utf-8")), "")]
        names = {parts[1] for parts in there if parts[0] == room and len(parts) > 1}
        known.setdefault(here[1], set()).update(names - {here[1]})
    return known


@pytest.mark.parametrize(
    ("room", "in_order"),
    [("onboarding", ("engine", "running", "wizard", "views")), ("access", ("azure", "desk", "views"))],
)
def test_no_two_parts_of_a_room_know_each_other(room: str, in_order: tuple[str, ...]) -> None:
    order = [*graphlib.TopologicalSorter(parts_known(room)).static_order()]
    assert sorted(in_order, key=order.index) == [*in_order]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("tenants/people.py", "from onboarding import models"),
        ("onboarding/runs.py", "import access.grants"),
        ("access/grants.py", "from portal.settings import DEBUG"),
        ("portal/urls.py", "import sandbox"),
        ("onboarding/tasks.py", "def late():\n    from sandbox.store import Store"),
        ("onboarding/tasks.py", "import importlib\nimportlib.import_module('sandbox.app')"),
        ("sandbox/login.py", "from tenants.microsoft import errors"),
        ("onboarding/engine/plan.py", "import django"),
        ("onboarding/engine/plan.py", "from onboarding.models import Plan"),
        ("onboarding/engine/plan.py", "from .. import models"),
        ("onboarding/engine/plan.py", "from tenants.microsoft.errors import Later"),
        ("onboarding/kinds/group.py", "from onboarding.planes import access_packages"),
        ("onboarding/planes/access_packages.py", "from onboarding import runs"),
        ("onboarding/observe.py", "from onboarding.tasks import ring"),
        ("onboarding/runs.py", "from .tasks import ring"),
        ("onboarding/agreeing/agreements.py", "from onboarding.running import advance"),
        ("onboarding/tasks.py", "from onboarding.export import markdown"),
        ("tenants/consent.py", "import httpx"),
        ("tenants/readiness.py", "from msgraph.generated.models.group import Group"),
        ("onboarding/kinds/group.py", "from msgraph.generated.models.group import Group"),
        ("onboarding/kinds/group.py", "import kiota_http"),
        ("portal/health.py", "import azure.identity"),
    ],
)
def test_an_import_that_points_the_wrong_way_is_found(path: str, source: str) -> None:
    assert len(faults(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("portal/urls.py", "from access import urls\nimport tenants.guards"),
        ("onboarding/tasks.py", "from onboarding import runs"),
        (
            "onboarding/engine/plan.py",
            "import json\nfrom .resource import Spec\nfrom onboarding.engine import digest",
        ),
        (
            "onboarding/kinds/group.py",
            "from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder",
        ),
        (
            "onboarding/kinds/group.py",
            "from kiota_abstractions.base_request_configuration import RequestConfiguration",
        ),
        ("tenants/microsoft/graph.py", "import httpx, msal\nfrom msgraph import GraphServiceClient"),
        ("sandbox/login.py", "import starlette\nfrom sandbox import store"),
    ],
)
def test_an_import_that_points_the_right_way_is_left_alone(path: str, source: str) -> None:
    assert faults(path, source) == []

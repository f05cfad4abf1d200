"""What the repository may hold: no registry's address, no third party's file, nothing overlong or unfinished.

The words looked for are put together from parts, so that this file does not contain them.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 300
HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("files", "pythonhosted"),
        ("registry", "npmjs"),
        ("registry", "yarnpkg"),
        ("npmmirror", "com"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("cdnjs", "cloudflare"),
        ("deb", "debian"),
        ("security", "debian"),
        ("archive", "ubuntu"),
        ("proxy", "golang"),
        ("index", "crates"),
        ("static", "crates"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
        ("mcr", "microsoft"),
    )
)
UNFINISHED = tuple(
    "".join(parts)
    for parts in (
        ("TO", "DO"),
        ("FIX", "ME"),
        ("NotImplemented", "Error"),
        ("pytest.", "skip"),
        ("mark.", "skip"),
        ("importor", "skip"),
        ("x", "fail"),
    )
)


def kept() -> list[str]:
    """Every file git has or would take, so that a file is looked at before it is committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return sorted({name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()})


def registry_named(path: str, text: str) -> Iterator[str]:
    yield from (f"{path} names {host}" for host in HOSTS if host in text.lower())


def address_in_a_lock(path: str, text: str) -> Iterator[str]:
    name = PurePosixPath(path).name
    if name == "package-lock.json" and '"resolved"' in text:
        yield f"{path} holds an address"
    if name.startswith("requirements") and ("://" in text or "--index" in text or "--extra-index" in text):
        yield f"{path} holds an address"


def third_party(path: str, text: str) -> Iterator[str]:
    parts = PurePosixPath(path)
    if {"node_modules", "site-packages", "vendor"} & set(parts.parts):
        yield f"{path} is a third party's"
    if path.endswith((".min.js", ".min.css", ".whl", ".tgz", ".tar.gz", ".egg", ".map")):
        yield f"{path} is a third party's"


def too_long(path: str, text: str) -> Iterator[str]:
    lines = len(text.splitlines())
    if path.endswith(".py") and "/migrations/" not in path and lines > LONGEST:
        yield f"{path} has {lines} lines"


def unfinished(path: str, text: str) -> Iterator[str]:
    if path.endswith(".py"):
        yield from (f"{path} says {word}" for word in UNFINISHED if word in text)


Rule = Callable[[str, str], Iterator[str]]
RULES: tuple[Rule, ...] = (registry_named, address_in_a_lock, third_party, too_long, unfinished)


@pytest.mark.parametrize("rule", RULES)
def test_no_file_of_the_repository_breaks_the_rule(rule: Rule) -> None:
    files = kept()
    assert {"README.md", "package-lock.json", "requirements.txt", "tests/tree/test_files.py"} <= set(files)
    found = [
        fault
        for name in files
        for fault in rule(name, (ROOT / name).read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        *((registry_named, "README.md", f"see HTTPS://{host.upper()}/simple") for host in HOSTS),
        (address_in_a_lock, "package-lock.json", '{"resolved": "somewhere"}'),
        (address_in_a_lock, "requirements-dev.txt", "--index-url somewhere"),
        (address_in_a_lock, "requirements.txt", "django @ https://mirror.example/django.whl"),
        (third_party, "static/htmx.min.js", ""),
        (third_party, "node_modules/axe-core/axe.js", ""),
        (third_party, "wheels/django.whl", ""),
        (too_long, "tenants/models.py", "x = 1\n" * 301),
        *((unfinished, "tenants/models.py", f"# {word}: later") for word in UNFINISHED),
    ],
)
def test_a_file_that_breaks_the_rule_is_found(rule: Rule, path: str, text: str) -> None:
    assert len(list(rule(path, text))) == 1


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (too_long, "tenants/models.py", "x = 1\n" * 300),
        (too_long, "tenants/migrations/0001_initial.py", "x = 1\n" * 900),
        (too_long, "requirements.txt", "x\n" * 900),
        (address_in_a_lock, "package-lock.json", '{"integrity": "sha512-abc"}'),
        (third_party, "static/app.js", ""),
    ],
)
def test_a_file_that_keeps_the_rule_is_left_alone(rule: Rule, path: str, text: str) -> None:
    assert list(rule(path, text)) == []

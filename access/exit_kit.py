"""The exit kit: one script that a customer runs with its own sign-in. It needs neither us nor the portal.

Python, because it is the one that could be run here. A person signed in by the Azure CLI has no permission of
entitlement management (Azure/azure-cli, issue 32733), so `az rest` could not do it; PowerShell could, but
cannot be tried where this is made. Its parts are ordinary files, joined into one that a person can read.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from access.exit_parts import words
from tenants.microsoft import clouds
from tenants.models import Provider, ProviderTenant, Tenant

PARTS = ("words", "web", "signing_in", "finding", "azure", "removing", "main")
EMPTY = "KIT: dict[str, Any] = {}\n"
DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
FOLDER = Path(__file__).parent / "exit_parts"
HEAD = '''#!/usr/bin/env python3
"""Exit kit: find everything of one provider in one Microsoft tenant, show it, and on request take it away.

    python3 {name}                    shows; changes nothing
    python3 {name} --remove {domain}

Needs Python 3.9 or later and nothing else; an administrator of {domain} signs in, in a browser.
"""

from __future__ import annotations

'''


@dataclass(frozen=True, slots=True)
class Kit:
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def kit(tenant: Tenant) -> Kit:
    """The same tenant, provider and version give the same bytes."""
    name, known = f"gatehouse-exit-{tenant.slug}.py", facts(tenant)
    filled = "".join(f"    {key!a}: {value!a},\n" for key, value in known.items())
    head = HEAD.format(name=name, domain=known["domain"])
    return Kit(name, head + body().replace(EMPTY, f"{EMPTY[:-3]}{{\n{filled}}}\n", 1))


def facts(tenant: Tenant) -> dict[str, Any]:
    cloud, provider = clouds.current(), Provider.objects.first()
    return {
        "domain": tenant.domain.lower() if DOMAIN.fullmatch(tenant.domain) else str(tenant.tenant_id),
        "tenant": str(tenant.tenant_id),
        "name": provider.name if provider else "",
        "providers": providers(tenant),
        "login": cloud.login,
        "graph": cloud.graph,
        "arm": cloud.arm,
        "arm_scope": cloud.arm_scope.removesuffix(".default") + "user_impersonation",
    }


def providers(tenant: Tenant) -> list[str]:
    """Every tenant of the provider's. Never the customer's own: the kit would take everything for ours."""
    known = {str(each) for each in ProviderTenant.objects.values_list("tenant_id", flat=True)}
    known |= {settings.PROVIDER_TENANT_ID.lower()} if settings.PROVIDER_TENANT_ID else set()
    return sorted(known - {str(tenant.tenant_id)})


def sorts() -> list[words.Sort]:
    """What it looks for, in the order in which it goes."""
    return list(words.SORTS.values())


@cache
def body() -> str:
    """All parts in one: what they import from elsewhere first, without what they import of each other."""
    texts = [(FOLDER / f"{part}.py").read_text(encoding="utf-8") for part in PARTS]
    return "\n".join(imported(texts)) + "\n" + "".join("\n\n" + own(text) for text in texts)


def imported(texts: list[str]) -> Iterator[str]:
    nodes = [node for text in texts for node in ast.parse(text).body if not left_out(node)]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    yield from (f"import {name}" for name in sorted(plain))
    chosen = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    for module in sorted({str(node.module) for node in chosen}):
        names = {alias.name for node in chosen if node.module == module for alias in node.names}
        yield f"from {module} import {', '.join(sorted(names))}"


def left_out(node: ast.stmt) -> bool:
    module = getattr(node, "module", None) or ""
    return module == "__future__" or module.startswith("access.")


def own(text: str) -> str:
    """A part without its imports; its docstring as a comment."""
    lines, tree = text.splitlines(), ast.parse(text)
    first = next(n for n in tree.body[1:] if not isinstance(n, ast.Import | ast.ImportFrom))
    about = (ast.get_docstring(tree) or "").splitlines()
    comment = "\n".join(f"# {line}".rstrip() for line in about)
    return f"{comment}\n\n" + "\n".join(lines[first.lineno - 1 - decorated(first) :]) + "\n"


def decorated(node: ast.stmt) -> int:
    return node.lineno - min(
        (each.lineno for each in getattr(node, "decorator_list", [])), default=node.lineno
    )

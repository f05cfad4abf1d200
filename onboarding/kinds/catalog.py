"""The catalog that holds what analysts may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from onboarding.kinds.described import Described
from tenants.microsoft.graph import Graph


class Catalog(Described):
    name: ClassVar[str] = "catalog"

    def collection(self, graph: Graph) -> Any:
        return graph.client.identity_governance.entitlement_management.catalogs

    def item(self, graph: Graph, remote_id: str) -> Any:
        return self.collection(graph).by_access_package_catalog_id(remote_id)

    def blockers(self, raw: Mapping[str, Any]) -> tuple[str, ...]:
        ours = raw.get("catalogType") in (None, "userManaged")
        return () if ours else ("It is a catalog that Microsoft manages.",)

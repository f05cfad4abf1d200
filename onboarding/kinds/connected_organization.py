"""The provider's tenant, as the customer's tenant knows it: recognised by its tenant id, not by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from onboarding.engine.resource import Spec
from onboarding.kinds.described import Described
from tenants.microsoft.graph import Graph


class ConnectedOrganization(Described):
    name: ClassVar[str] = "connected_organization"
    identity: ClassVar[tuple[str, ...]] = ("identitySources",)

    def collection(self, graph: Graph) -> Any:
        return graph.client.identity_governance.entitlement_management.connected_organizations

    def item(self, graph: Graph, remote_id: str) -> Any:
        return self.collection(graph).by_connected_organization_id(remote_id)

    def filter(self, spec: Spec) -> str:
        """Graph cannot filter by tenant: all are listed."""
        return ""

    def fits(self, spec: Spec, raw: Mapping[str, Any]) -> bool:
        return bool(_tenants(spec) & _tenants(raw))


def _tenants(organization: Mapping[str, Any]) -> set[str]:
    sources = organization.get("identitySources") or ()
    return {source["tenantId"].lower() for source in sources if source.get("tenantId")}

"""Which of our apps speaks for which object: in the customer's tenant, and in the provider's own.

What stands at home is read and written by an app that is let in nowhere else, and whatever is let into a
customer's tenant is not let in at home: no mistake in a row can make one write where the other should.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from onboarding.engine.resource import Resource
from onboarding.kinds import AT_HOME, KINDS
from tenants import consent
from tenants.microsoft import apps, clouds
from tenants.microsoft.errors import Refused
from tenants.microsoft.graph import Graph, graph
from tenants.models import ProviderTenant, Tenant

HOME = "home"


def home_tenant() -> str:
    """The provider's tenant that its analysts come from."""
    found = ProviderTenant.objects.filter(purpose=ProviderTenant.Purpose.ANALYSTS)
    return str(found.values_list("tenant_id", flat=True).get())


def tenant_names(tenant: Tenant) -> dict[str, str]:
    """Tenant id → what people call it."""
    homes = ProviderTenant.objects.filter(purpose=ProviderTenant.Purpose.ANALYSTS)
    return {str(home.tenant_id): home.name for home in homes} | {str(tenant.tenant_id): tenant.domain}


def writer(kind: str) -> str:
    return HOME if kind in AT_HOME else consent.writer(KINDS[kind].permissions)


def writers(kinds: Iterable[str]) -> list[str]:
    return sorted({writer(kind) for kind in kinds})


def at_home(kinds: Iterable[str]) -> frozenset[str]:
    """What their writes take in the provider's own tenant."""
    return frozenset().union(*(KINDS[kind].permissions for kind in kinds if kind in AT_HOME))


def needed(purpose: str, kinds: Iterable[str]) -> frozenset[str]:
    """What an app must be let in with for a plan of these."""
    besides = at_home(kinds) if purpose == HOME else frozenset[str]()
    return consent.NEEDED[purpose] | besides


def to_write(kind: str, tenant_id: str) -> Graph:
    return graph(clouds.current(), registered(writer(kind)), tenant_id)


def to_read(tenant: Tenant) -> Callable[[Resource], Graph]:
    """Always this very tenant, and for what stands at home the provider's own: whatever a row says."""
    home, here = home_tenant(), str(tenant.tenant_id)

    def reader(resource: Resource) -> Graph:
        at_home = resource.kind in AT_HOME
        app = registered(HOME if at_home else "reader")
        return graph(clouds.current(), app, home if at_home else here)

    return reader


def registered(purpose: str) -> apps.App:
    """Refused where whoever runs this portal has not registered it."""
    if not apps.is_registered(purpose):
        raise Refused("not_registered", app=purpose)
    return apps.app(purpose)

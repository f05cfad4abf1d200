"""Every kind of resource the portal knows, by name."""

from __future__ import annotations

from onboarding.kinds.access_package import AccessPackage
from onboarding.kinds.assignment_policy import AssignmentPolicy
from onboarding.kinds.base import Kind
from onboarding.kinds.catalog import Catalog
from onboarding.kinds.catalog_resource import CatalogResource
from onboarding.kinds.connected_organization import ConnectedOrganization
from onboarding.kinds.delegation import Delegation
from onboarding.kinds.group import Group
from onboarding.kinds.group_membership import GroupMembership
from onboarding.kinds.package_assignments import PackageAssignments
from onboarding.kinds.package_resource_role import PackageResourceRole
from onboarding.kinds.partner_inbound import PartnerInbound
from onboarding.kinds.partner_outbound import PartnerOutbound

ALL: tuple[Kind, ...] = (
    Group(),
    GroupMembership(),
    ConnectedOrganization(),
    Catalog(),
    CatalogResource(),
    AccessPackage(),
    PackageResourceRole(),
    AssignmentPolicy(),
    PackageAssignments(),
    PartnerInbound(),
    PartnerOutbound(),
    Delegation(),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in ALL}
AT_HOME = frozenset({PartnerOutbound.name, Delegation.name})
"""Kinds that are written and read from the provider's own tenant; all others from the customer's."""
ENDS_WITH_US = frozenset({Delegation.name})
"""Kinds that are access for us and nothing else: taken over, too, they end and are not given back."""
READ_BY_ITSELF = frozenset({Delegation.name})
"""Kinds that give us the right to look at them: once told to end, they are looked for like a stranger's."""

"""How entitlement management's objects are shown, and where their navigation leads (facts 3)."""

from __future__ import annotations

import uuid

from msgraph.generated.models.access_package import AccessPackage
from msgraph.generated.models.access_package_assignment import AccessPackageAssignment
from msgraph.generated.models.access_package_assignment_policy import AccessPackageAssignmentPolicy
from msgraph.generated.models.access_package_assignment_request import AccessPackageAssignmentRequest
from msgraph.generated.models.access_package_catalog import AccessPackageCatalog
from msgraph.generated.models.access_package_resource import AccessPackageResource
from msgraph.generated.models.access_package_resource_request import AccessPackageResourceRequest
from msgraph.generated.models.access_package_resource_role import AccessPackageResourceRole
from msgraph.generated.models.access_package_resource_role_scope import AccessPackageResourceRoleScope
from msgraph.generated.models.access_package_resource_scope import AccessPackageResourceScope
from msgraph.generated.models.access_package_subject import AccessPackageSubject
from msgraph.generated.models.connected_organization import ConnectedOrganization

from sandbox.cloud import Cloud
from sandbox.graph import policy_links
from sandbox.graph.calls import seen
from sandbox.graph.directory import OBJECTS, linked
from sandbox.graph.odata import Follow, Kind
from sandbox.store import Object

EXPANDED = "expanded"


def catalogs(cloud: Cloud, tid: str) -> list[Object]:
    """The built-in catalog "General" is always there; it is only stored once somebody changes it."""
    found = cloud.store.all(tid, "catalogs")
    if any(each["catalogType"] == "serviceDefault" for each in found):
        return found
    return [general(tid), *found]


def general(tid: str) -> Object:
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{tid}/General")),
        "displayName": "General",
        "description": "Built-in catalog.",
        "catalogType": "serviceDefault",
        "state": "published",
        "isExternallyVisible": True,
        "createdDateTime": "2024-01-01T00:00:00Z",
    }


def _catalog(cloud: Cloud, tid: str, item: Object) -> tuple[Kind, Object | None]:
    return CATALOGS, next(
        (each for each in catalogs(cloud, tid) if each["id"] == item["catalog"]["id"]), None
    )


def _link(kind_name: str, name: str) -> Follow:
    """To the one object whose id is stored under `name`."""
    return lambda cloud, tid, item: (
        KINDS[kind_name],
        cloud.store.get(tid, kind_name, item.get(name, {}).get("id", "")),
    )


def _inside(kind_name: str, name: str) -> Follow:
    """To what is stored within the object itself."""
    return lambda cloud, tid, item: (KINDS[kind_name], item.get(name))


def _having(kind_name: str, name: str) -> Follow:
    """To all those that point back here under `name`."""

    def follow(cloud: Cloud, tid: str, item: Object) -> tuple[Kind, list[Object]]:
        found = [each for each in cloud.store.all(tid, kind_name) if each[name]["id"] == item["id"]]
        return KINDS[kind_name], seen(cloud, tid, kind_name, found, EXPANDED)

    return follow


def _sponsors(name: str) -> Follow:
    return lambda cloud, tid, item: (OBJECTS, linked(cloud, tid, item.get(name, [])))


def roles(resource: Object) -> list[Object]:
    return [_role(resource, name) for name in ("Member", "Owner")]


def _role(resource: Object, name: str) -> Object:
    origin = f"{name}_{resource['originId']}"
    shown = {"displayName": name, "originId": origin, "originSystem": resource["originSystem"]}
    return {"id": str(uuid.uuid5(uuid.UUID(resource["id"]), name)), **shown}


def role_scopes(cloud: Cloud, tid: str, package: Object, where: str) -> list[Object]:
    """Those of one resource have one id in every package: they are counted by package."""
    return seen(cloud, tid, package["id"], package["resourceRoleScopes"], where)


def scopes(resource: Object) -> list[Object]:
    shown = {"originId": resource["originId"], "originSystem": resource["originSystem"], "isRootScope": True}
    return [{"id": str(uuid.uuid5(uuid.UUID(resource["id"]), "Root")), "displayName": "Root", **shown}]


NAMED = frozenset({"eq displayName"})
CATALOGS = Kind(
    "catalogs", AccessPackageCatalog, NAMED, follow={"accessPackages": _having("accessPackages", "catalog")}
)
ORGANIZATIONS = Kind(
    "connectedOrganizations",
    ConnectedOrganization,
    NAMED,
    follow={name: _sponsors(name) for name in ("internalSponsors", "externalSponsors")},
)
ROLES = Kind("roles", AccessPackageResourceRole, follow={"resource": _inside("resources", "resource")})
SCOPES = Kind("scopes", AccessPackageResourceScope, follow={"resource": _inside("resources", "resource")})
RESOURCES = Kind(
    "resources",
    AccessPackageResource,
    frozenset({"eq originId", "eq id", "eq displayName"}),
    follow={
        "roles": lambda cloud, tid, item: (
            ROLES,
            [] if cloud.lags(tid, "roles", item["id"], EXPANDED) else roles(item),
        ),
        "scopes": lambda cloud, tid, item: (
            SCOPES,
            [] if cloud.lags(tid, "scopes", item["id"], EXPANDED) else scopes(item),
        ),
    },
)
RESOURCE_REQUESTS = Kind(
    "resourceRequests",
    AccessPackageResourceRequest,
    frozenset({"eq state", "eq requestType"}),
    follow={"catalog": _catalog, "resource": _inside("resources", "resource")},
)
ROLE_SCOPES = Kind(
    "resourceRoleScopes",
    AccessPackageResourceRoleScope,
    follow={"role": _inside("roles", "role"), "scope": _inside("scopes", "scope")},
)
PACKAGES = Kind(
    "accessPackages",
    AccessPackage,
    frozenset({"eq displayName", "contains displayName", "eq catalog/id"}),
    follow={
        "catalog": _catalog,
        "resourceRoleScopes": lambda cloud, tid, item: (ROLE_SCOPES, role_scopes(cloud, tid, item, EXPANDED)),
        "assignmentPolicies": _having("assignmentPolicies", "accessPackage"),
    },
)
POLICIES = Kind(
    "assignmentPolicies",
    AccessPackageAssignmentPolicy,
    frozenset({"eq displayName", "eq accessPackage/id"}),
    follow={"accessPackage": _link("accessPackages", "accessPackage"), **policy_links.FOLLOW},
)
SUBJECTS = Kind(
    "subjects",
    AccessPackageSubject,
    follow={"connectedOrganization": _link("connectedOrganizations", "connectedOrganization")},
)
ASSIGNMENTS = Kind(
    "assignments",
    AccessPackageAssignment,
    frozenset({"eq state", "eq accessPackage/id", "eq assignmentPolicy/id", "eq target/objectId"}),
    follow={
        "target": _inside("subjects", "target"),
        "accessPackage": _link("accessPackages", "accessPackage"),
        "assignmentPolicy": _link("assignmentPolicies", "assignmentPolicy"),
    },
)
REQUESTS = Kind(
    "assignmentRequests",
    AccessPackageAssignmentRequest,
    frozenset({"eq state", "eq accessPackage/id", "eq requestType"}),
    follow={
        "requestor": _inside("subjects", "requestor"),
        "accessPackage": _link("accessPackages", "accessPackage"),
        "assignment": _link("assignments", "assignment"),
    },
)
KINDS = {
    kind.collection: kind
    for kind in (
        CATALOGS, ORGANIZATIONS, ROLES, SCOPES, RESOURCES, RESOURCE_REQUESTS, ROLE_SCOPES, PACKAGES, POLICIES,
        SUBJECTS, ASSIGNMENTS, REQUESTS,
    )
}  # fmt: skip

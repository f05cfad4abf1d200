"""Each kind keeps the contract."""

from __future__ import annotations

from typing import Any, ClassVar

from tests.kinds.carrying import carried
from tests.kinds.contract import KindContract
from tests.kinds.world import FABRIKAM


class TestGroup(KindContract):
    name = "group"
    collection = "groups"
    change: ClassVar = {"displayName": "Tier 1 new", "description": "New"}
    foreign: ClassVar = {"visibility": "Private"}

    def spec(self) -> dict[str, Any]:
        for name in ("Tier 2", "Tier 3", "Tier 11"):
            self.world.group(name)
        rest = {"mailNickname": "tier-1", "securityEnabled": True, "mailEnabled": False}
        return {"displayName": "O'Brien's Tier 1", "description": "First", **rest}


class TestMembership(KindContract):
    name = "group_membership"
    collection = "groups"

    def spec(self) -> dict[str, Any]:
        others = [self.world.user(name) for name in ("Ann", "Ben", "Cem")]
        self.group = self.world.group("Approvers", members=others)
        return {"group": self.group, "member": self.world.user("Nora"), "founder": True}

    def count(self) -> int:
        return len(self.world.get("groups", self.group)["members"])

    def test_an_update_keeps_what_is_not_ours(self) -> None:
        assert set(self.kind.identity) == {"group", "member"}


class TestConnectedOrganization(KindContract):
    name = "connected_organization"
    collection = "connectedOrganizations"
    change: ClassVar = {"displayName": "Fabrikam", "description": "New"}
    foreign: ClassVar = {"externalSponsors": []}

    def spec(self) -> dict[str, Any]:
        for number in range(3):
            self.world.organization(f"Contoso {number}", f"c0000000-0000-4000-8000-00000000000{number}")
        source = {"@odata.type": "#microsoft.graph.azureActiveDirectoryTenant", "tenantId": FABRIKAM}
        sources = [{**source, "displayName": "Fabrikam Security"}]
        words = {"displayName": "Fabrikam Security", "description": "Analysts"}
        return {**words, "state": "configured", "identitySources": sources}


class TestCatalog(KindContract):
    name = "catalog"
    collection = "catalogs"
    change: ClassVar = {"description": "New", "isExternallyVisible": True}
    foreign: ClassVar = {"catalogType": "userManaged"}

    def spec(self) -> dict[str, Any]:
        for number in range(3):
            self.world.catalog(f"Sales {number}")
        words = {"displayName": "MSSP", "description": "First"}
        return {**words, "state": "published", "isExternallyVisible": True}


class TestCatalogResource(KindContract):
    name = "catalog_resource"
    collection = "catalogResources"

    def spec(self) -> dict[str, Any]:
        catalog = self.world.catalog("MSSP")
        for number in range(3):
            self.world.resource(catalog, self.world.group(f"Other {number}"))
        return {"catalog": catalog, "originId": self.world.group("Tier 1"), "originSystem": "AadGroup"}


class TestSlowCatalogResource(TestCatalogResource):
    def spec(self) -> dict[str, Any]:
        self.world.cloud.habits.slow_elm = 3
        return super().spec()

    def test_deleting_it_twice_is_fine_and_leaves_the_others(self) -> None:
        remote_id = self.create()
        self.delete(remote_id)
        self.delete(remote_id)
        for _ in range(4):
            self.find()
        assert self.count() == self.before

    def test_while_it_is_under_way_no_second_request_is_sent(self) -> None:
        carried(self.world, self.name, self.wanted)
        assert len(self.world.all("resourceRequests")) == 1


class TestAccessPackage(KindContract):
    name = "access_package"
    collection = "accessPackages"
    change: ClassVar = {"displayName": "Tier 1 new", "description": "New"}
    foreign: ClassVar = {"resourceRoleScopes": []}

    def spec(self) -> dict[str, Any]:
        catalog, other = self.world.catalog("MSSP"), self.world.catalog("Sales")
        for _ in range(3):
            self.world.package(other, "Tier 1")
        words = {"displayName": "Tier 1", "description": "First"}
        return {**words, "isHidden": False, "catalog": {"id": catalog}}


class TestPackageResourceRole(KindContract):
    name = "package_resource_role"
    collection = "accessPackages"

    def spec(self) -> dict[str, Any]:
        catalog, group = self.world.catalog("MSSP"), self.world.group("Tier 1")
        self.package = self.world.package(catalog, "Tier 1")
        where = {"accessPackage": self.package, "catalog": catalog}
        origin = {"originId": group, "originSystem": "AadGroup", "role": "Member"}
        return {**where, "resource": self.world.resource(catalog, group), **origin}

    def count(self) -> int:
        return len(self.world.get("accessPackages", self.package)["resourceRoleScopes"])

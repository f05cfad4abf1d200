"""A write whose answer was lost shows up later, or lands later: it is looked for, and made once."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.kinds import KINDS
from sandbox.faults import Fault
from tests.kinds.carrying import carried
from tests.kinds.contract import KindContract
from tests.kinds.test_assignment_policy import TestAssignmentPolicy as Policy
from tests.kinds.test_contract import TestAccessPackage as Package
from tests.kinds.test_contract import TestCatalog as Catalog
from tests.kinds.test_contract import TestCatalogResource as Resource
from tests.kinds.test_contract import TestConnectedOrganization as Organization
from tests.kinds.test_contract import TestGroup as Group
from tests.kinds.test_contract import TestMembership as Membership
from tests.kinds.test_contract import TestPackageResourceRole as Role
from tests.kinds.test_partner import TestPartnerInbound as Partner
from tests.kinds.world import World

WRITES = {
    Group: ("PATCH", r"/groups\(uniqueName="),
    Membership: ("POST", r"/members/\$ref$"),
    Organization: ("POST", "/connectedOrganizations$"),
    Catalog: ("POST", "/catalogs$"),
    Resource: ("POST", "/resourceRequests$"),
    Package: ("POST", "/accessPackages$"),
    Role: ("POST", "/resourceRoleScopes$"),
    Policy: ("POST", "/assignmentPolicies$"),
    Partner: ("POST", "/partners$"),
}
Kept = type[KindContract]


def planted(world: World, kind: Kept) -> KindContract:
    story = kind()
    story.world, story.kind = world, KINDS[kind.name]
    story.wanted = story.spec()
    story.before = story.count()
    return story


def spoilt(what: Any, kind: Kept) -> Fault:
    method, path = WRITES[kind]
    return Fault(what, method, path)


@pytest.mark.parametrize("kind", WRITES, ids=lambda kind: kind.name)
def test_what_is_not_listed_at_once_is_not_made_twice(world: World, kind: Kept) -> None:
    story = planted(world, kind)
    world.cloud.habits.lag = 4
    world.cloud.faults.append(spoilt("cut after", kind))
    carried(world, kind.name, story.wanted)
    assert story.count() == story.before + 1


@pytest.mark.parametrize("kind", WRITES, ids=lambda kind: kind.name)
def test_what_lands_late_is_not_made_twice(world: World, kind: Kept) -> None:
    story = planted(world, kind)
    world.cloud.faults.append(spoilt("late", kind))
    carried(world, kind.name, story.wanted)
    assert (world.cloud.late, story.count()) == ([], story.before + 1)

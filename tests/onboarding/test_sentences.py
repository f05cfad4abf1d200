"""What a plan says in words: everything is called by its name, never by our address for it."""

from __future__ import annotations

import pytest

from onboarding.engine.plan import Action, Change, Plan
from onboarding.engine.resource import Resource, Spec, ref
from onboarding.kinds import KINDS
from onboarding.words import sentences

GROUP, PACKAGE, CATALOG = "group/tier-1", "access_package/tier-1", "catalog/mssp"
NAMED: dict[str, str] = {GROUP: "Fabrikam Tier 1 Analyst", PACKAGE: "Tier 1", CATALOG: "MSSP Accesses"}
LINKS: list[tuple[str, Spec, str]] = [
    (
        "group_membership/tier-1/oid",
        {"group": ref(GROUP), "member": "oid"},
        'Add Carla Ruiz to the group "Fabrikam Tier 1 Analyst".',
    ),
    (
        "catalog_resource/tier-1",
        {"catalog": ref(CATALOG), "originId": ref(GROUP), "originSystem": "AadGroup"},
        'Put the group "Fabrikam Tier 1 Analyst" into the catalog "MSSP Accesses".',
    ),
    (
        "package_resource_role/tier-1",
        {"accessPackage": ref(PACKAGE), "originId": ref(GROUP), "role": "Member"},
        'Let the package "Tier 1" give membership in the group "Fabrikam Tier 1 Analyst".',
    ),
    (
        "package_assignments/tier-1",
        {"accessPackage": ref(PACKAGE)},
        'Create everybody\'s assignment of the access package "Tier 1".',
    ),
    (
        "package_assignments/tier-1/analysts",
        {"accessPackage": ref(PACKAGE), "assignmentPolicy": ref("assignment_policy/tier-1/analysts")},
        'Create everybody\'s assignment of the access package "Tier 1" '
        'that the request policy "tier-1/analysts" gave.',
    ),
]


def create(address: str, spec: Spec) -> Change:
    return Change(Action.CREATE, Resource(address, address.split("/")[0], "tenant", spec))


@pytest.mark.parametrize(("address", "spec", "words"), LINKS, ids=lambda value: str(value)[:20])
def test_a_link_is_told_by_the_names_of_what_it_links(address: str, spec: Spec, words: str) -> None:
    assert sentences.change(create(address, spec), NAMED | {"oid": "Carla Ruiz"}) == words


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("partner_inbound", "Delete the entry for the tenant Fabrikam under cross-tenant access"),
        (
            "partner_outbound",
            "Delete the entry for the tenant Fabrikam under cross-tenant access in the provider's own tenant",
        ),
    ],
)
def test_what_others_share_is_never_said_to_go_whole(kind: str, words: str) -> None:
    resource = Resource(f"{kind}/x", kind, "tenant", {"tenantId": "t"})
    said = sentences.change(Change(Action.DELETE, resource), {"t": "Fabrikam"})
    assert said == f"{words}, but for what others have put into it."


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_noun_and_says_why(kind: str) -> None:
    assert kind in sentences.NOUNS and sentences.WHY[kind].endswith(".")


def test_a_plan_knows_the_names_of_its_own_objects() -> None:
    group = create(GROUP, {"displayName": "Fabrikam Tier 1 Analyst"})
    member = create("group_membership/tier-1/oid", {"group": ref(GROUP), "member": "oid"})
    said = sentences.changes(Plan(changes=(group, member)))
    assert said[1] == 'Add oid to the group "Fabrikam Tier 1 Analyst".'


def test_what_nobody_named_keeps_our_short_name_for_it() -> None:
    member = create("group_membership/tier-1/oid", {"group": ref(GROUP), "member": "oid"})
    assert sentences.change(member, {}) == 'Add oid to the group "tier-1".'

"""Who may pass which door, for which tenant; everybody else sees the 404 of what does not exist."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.utils.timezone import now

from tenants import guards, sessions
from tenants.guards import SignedOut, Stale, Visitor
from tenants.models import Contact, ProviderTenant, Tenant
from tenants.people import Role
from tests.cast import FABRIKAM, Cast, assemble

pytestmark = pytest.mark.django_db
ALL = {"northwind", "contoso"}
WHO_SEES_WHAT: dict[str, dict[Role, set[str]]] = {
    "alice": {Role.ADMIN: ALL},
    "audrey": {Role.AUDITOR: ALL},
    "ann": {Role.ANALYST: {"northwind"}},
    "bob": {},
    "rita": {Role.REVIEWER: {"northwind"}},
    "rolf": {Role.REVIEWER: {"contoso"}},
    "mallory": {},
}


@pytest.fixture
def cast() -> Cast:
    return assemble()


def request(cast: Cast, name: str = "", **post: str) -> Any:
    made: Any = RequestFactory().post("/", post)
    made.visitor = visitor(cast, name) if name else Visitor()
    return made


def visitor(cast: Cast, name: str) -> Visitor:
    return Visitor(sessions.find(sessions.begin(cast.people[name], cast.roles[name], now())))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", WHO_SEES_WHAT)
def test_each_sees_exactly_the_tenants_of_their_role(cast: Cast, name: str, role: Role) -> None:
    seen = {tenant.slug for tenant in guards.tenants_of(visitor(cast, name), role)}
    assert seen == WHO_SEES_WHAT[name].get(role, set())


@pytest.mark.parametrize("slug", [*sorted(ALL), "nobody"])
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", WHO_SEES_WHAT)
def test_a_tenant_is_had_by_right_or_is_a_404(cast: Cast, name: str, role: Role, slug: str) -> None:
    asked = request(cast, name)
    if slug in WHO_SEES_WHAT[name].get(role, set()):
        assert guards.tenant_for(asked, slug, role).slug == slug
    else:
        with pytest.raises(Http404):
            guards.tenant_for(asked, slug, role)


def test_several_roles_open_what_any_of_them_opens(cast: Cast) -> None:
    staff = (Role.ADMIN, Role.ANALYST)
    assert guards.tenants_of(visitor(cast, "ann"), *staff).count() == 1
    assert guards.tenants_of(visitor(cast, "alice"), *staff).count() == 2


def test_nobody_signed_in_is_told_so_before_anything_is_looked_up(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0), pytest.raises(SignedOut):
        guards.tenant_for(request(cast), "northwind", *Role)
    with django_assert_num_queries(0), pytest.raises(SignedOut):
        guards.require(request(cast), *Role)


def test_an_approver_is_not_a_reviewer(cast: Cast) -> None:
    Contact.objects.update(role=Contact.Role.APPROVER)
    assert not guards.tenants_of(visitor(cast, "rita"), Role.REVIEWER)


def test_a_person_of_another_tenant_named_reviewer_reviews_nothing(cast: Cast) -> None:
    Contact.objects.create(tenant=cast.northwind, person=cast.people["rolf"], role=Contact.Role.REVIEWER)
    assert {tenant.slug for tenant in guards.tenants_of(visitor(cast, "rolf"))} == {"contoso"}


def test_the_twin_of_a_tenant_in_another_cloud_is_not_shown(cast: Cast) -> None:
    Tenant.objects.filter(slug="northwind").update(cloud="china")
    assert {tenant.slug for tenant in guards.tenants_of(visitor(cast, "alice"))} == {"contoso"}
    assert not guards.tenants_of(visitor(cast, "rita"))


def test_a_tenant_named_for_sign_in_takes_the_place_of_the_setting(cast: Cast) -> None:
    provider = ProviderTenant._meta.get_field("provider").related_model.objects.create(name="F", brand="F")
    purpose = ProviderTenant.Purpose.SIGN_IN
    named = ProviderTenant.objects.create(provider=provider, purpose=purpose, tenant_id=FABRIKAM, name="F")
    assert guards.tenants_of(visitor(cast, "alice")).count() == 2
    named.tenant_id = uuid.uuid4()
    named.save()
    assert not guards.tenants_of(visitor(cast, "alice"))


def test_a_form_that_names_another_tenant_is_refused(cast: Cast) -> None:
    assert guards.tenant_for(request(cast, "alice", tenant="contoso"), "contoso", Role.ADMIN)
    with pytest.raises(SuspiciousOperation):
        guards.tenant_for(request(cast, "alice", tenant="northwind"), "contoso", Role.ADMIN)


def test_a_door_hands_over_the_tenant_and_no_slug(cast: Cast) -> None:
    @guards.door(Role.ADMIN)
    def page(request: Any, tenant: Tenant, **rest: Any) -> HttpResponse:
        return HttpResponse(f"{tenant.slug} {rest}")

    assert page(request(cast, "alice"), slug="contoso", run=3).content == b"contoso {'run': 3}"
    with pytest.raises(Http404):
        page(request(cast, "ann"), slug="northwind")


@pytest.mark.parametrize(("name", "role"), [("bob", Role.ANALYST), ("rita", Role.REVIEWER)])
def test_a_door_without_a_tenant_asks_for_the_role_alone(cast: Cast, name: str, role: Role) -> None:
    @guards.door(role)
    def page(request: Any) -> HttpResponse:
        return HttpResponse("in")

    assert page(request(cast, name)).content == b"in"
    for other in ("mallory", "audrey"):
        with pytest.raises(Http404):
            page(request(cast, other))


def test_a_dangerous_door_wants_a_fresh_sign_in_after_the_right_one(cast: Cast) -> None:
    @guards.door(Role.ADMIN, fresh=True)
    def page(request: Any, tenant: Tenant) -> HttpResponse:
        return HttpResponse("in")

    def sitting(name: str, ago: float) -> Any:
        asked = request(cast, name)
        asked.visitor.sign_in.auth_time = now() - sessions.FRESH * ago
        return asked

    assert page(sitting("alice", 0.9), slug="contoso").content == b"in"
    with pytest.raises(Stale):
        page(sitting("alice", 1.1), slug="contoso")
    with pytest.raises(Http404):
        page(sitting("ann", 1.1), slug="contoso")

"""What a tenant says of itself: organization, domains, products; and what any tenant may know of another."""

from __future__ import annotations

from msgraph.generated.models.domain import Domain
from msgraph.generated.models.organization import Organization
from msgraph.generated.models.subscribed_sku import SubscribedSku

from sandbox.graph import licences
from sandbox.graph.calls import Call, Endpoint, Reply, absent, bad
from sandbox.graph.odata import Kind, listing
from sandbox.store import Object

ORGANIZATION = Kind("organization", Organization)
DOMAINS = Kind("domains", Domain)
SKUS = Kind("subscribedSkus", SubscribedSku)


def _organization(call: Call) -> Reply:
    tenant = call.tenant
    shown = {
        "id": tenant["id"],
        "displayName": tenant["displayName"],
        "tenantType": "AAD",
        "countryLetterCode": tenant.get("countryLetterCode", "NO"),
        "verifiedDomains": [_verified(domain) for domain in tenant["domains"]],
        "assignedPlans": [_plan(tenant, plan) for plan in tenant.get("plans", [])],
    }
    return listing(call, ORGANIZATION, [shown])


def _verified(domain: Object) -> Object:
    flags = {name: bool(domain.get(name)) for name in ("isDefault", "isInitial")}
    return {
        "name": domain["name"],
        "type": "Managed",
        "capabilities": "Email, OfficeCommunicationsOnline",
        **flags,
    }


def _plan(tenant: Object, plan: str) -> Object:
    status = "Suspended" if plan in tenant.get("suspendedPlans", []) else "Enabled"
    return {"servicePlanId": plan, "service": "AADPremiumService", "capabilityStatus": status}


def _domains(call: Call) -> Reply:
    return listing(call, DOMAINS, [_domain(domain) for domain in call.tenant["domains"]])


def _domain(domain: Object) -> Object:
    flags = {name: bool(domain.get(name)) for name in ("isDefault", "isInitial")}
    return {
        "id": domain["name"],
        "authenticationType": "Managed",
        "isVerified": True,
        "isRoot": True,
        **flags,
    }


def _skus(call: Call) -> Reply:
    if "$filter" in call.query:
        raise bad("$filter is not supported on subscribedSkus.")
    tenant = call.tenant
    return listing(call, SKUS, [licences.sku(tenant, plan) for plan in tenant.get("plans", [])])


def _by_tenant(call: Call) -> Reply:
    return _information(call, call.store.get("", "tenants", call.given["id"]), call.given["id"])


def _by_domain(call: Call) -> Reply:
    name = call.given["name"].casefold()
    tenants = call.store.tenants()
    owns = (each for each in tenants if any(d["name"].casefold() == name for d in each["domains"]))
    return _information(call, next(owns, None), name)


def _information(call: Call, tenant: Object | None, asked: str) -> Reply:
    if not tenant:
        raise absent(asked)
    default = next((d for d in tenant["domains"] if d.get("isDefault")), tenant["domains"][0])
    shown = {
        "tenantId": tenant["id"],
        "displayName": tenant["displayName"],
        "defaultDomainName": default["name"],
    }
    context = f"{call.cloud.origin}/v1.0/$metadata#microsoft.graph.tenantInformation"
    return Reply(200, {"@odata.context": context, **shown, "federationBrandName": None})


BY_TENANT = "findTenantInformationByTenantId(tenantId='{id}')"
BY_DOMAIN = "findTenantInformationByDomainName(domainName='{name}')"

ENDPOINTS = [
    Endpoint("GET", "/organization", _organization),
    Endpoint("GET", "/domains", _domains),
    Endpoint("GET", "/subscribedSkus", _skus),
    Endpoint("GET", f"/tenantRelationships/{BY_TENANT}", _by_tenant),
    Endpoint("GET", f"/tenantRelationships/{BY_DOMAIN}", _by_domain),
    Endpoint("GET", f"/tenantRelationships/microsoft.graph.{BY_TENANT}", _by_tenant),
    Endpoint("GET", f"/tenantRelationships/microsoft.graph.{BY_DOMAIN}", _by_domain),
]

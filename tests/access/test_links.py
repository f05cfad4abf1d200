"""Every door of links.toml: it leads to the right host and tenant, and nothing hostile gets into it."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from access import links, ways
from access.links import LINKS, SHAPES, Link
from onboarding.planes import PLANES
from tenants.microsoft.clouds import CLOUDS, PUBLIC, current
from tenants.models import Tenant

TID = "00420000-0000-4000-8000-000000000001"
GOOD = {
    **dict.fromkeys(("tid", "package", "group", "app", "principal", "subscription"), TID),
    "domain": "northwind.onmicrosoft.example",
    "resource_group": "rg-soc_(1)",
    "workspace": "Sentinel-1",
}
SOLD = ("access_packages", "lighthouse")
RESPONDER, SUPPORT = "3e150937-b8fe-4cfb-8069-0eaf05ecd056", "cfd33db0-3dd1-45e3-aa9d-cdbdf3b6f24e"
ID = (
    f"%2Fsubscriptions%2F{TID}%2Fresourcegroups%2Frg-soc_%281%29"
    "%2Fproviders%2Fmicrosoft.securityinsightsarg%2Fsentinel%2FSentinel-1"
)
INSIGHTS = "https://portal.azure.com/#view/Microsoft_Azure_Security_Insights/MainMenuBlade/~"
HOSTILE = (
    "",
    " ",
    "../../admin",
    "x/../y",
    "a?b=c",
    "a#b",
    "a&tid=other",
    "javascript:alert(1)",
    "//elsewhere.example",
    "elsewhere.example@northwind.example",
    "north wind.example",
    "{tid}",
    "%2e%2e",
    "a\r\nSet-Cookie: x=1",
    f"{TID}\n",
    f"{TID}/x",
    "\u202enorthwind.example",
    "nоrthwind.example",  # the o is Cyrillic
    "northwind.example.",
    "a" * 300,
    "<script>",
    '"',
    "'",
    "\0",
)
CLOUDS_AND_LINKS = [
    pytest.param(cloud, link, id=f"{name}-{link.slug}")
    for name, cloud in CLOUDS.items()
    for link in LINKS.values()
    if links.host(link.host, cloud)
]


@pytest.mark.parametrize(("cloud", "link"), CLOUDS_AND_LINKS)
def test_a_door_leads_to_its_host_with_all_its_gaps_filled(cloud: links.Cloud, link: Link) -> None:
    address = links.url(link.slug, cloud, **GOOD)
    assert urlsplit(address).scheme == "https" and "{" not in address
    assert f"https://{urlsplit(address).netloc}" == links.host(link.host, cloud)
    for gap in link.gaps:
        assert GOOD[gap] in unquote(address)


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_a_hostile_value_is_refused_in_every_gap_and_not_repeated(link: Link) -> None:
    for gap in link.gaps:
        for value in HOSTILE:
            with pytest.raises(ValueError, match="this is not a") as refused:
                links.url(link.slug, PUBLIC, **{**GOOD, gap: value})
            assert not value.strip() or value not in str(refused.value)


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_a_link_says_all_it_has_to(link: Link) -> None:
    assert link.gaps <= set(SHAPES)
    assert link.path.startswith("/") and "//" not in link.path
    assert link.source and link.how_sure and link.label
    assert set(link.whose) <= {"analyst", "approver", "reviewer", "admin"} and link.whose


def test_a_cloud_without_the_portal_gets_no_door() -> None:
    """Security Copilot is known for the public cloud only; nobody is sent to another cloud's."""
    with pytest.raises(ValueError, match="no such portal"):
        links.url("copilot", CLOUDS["usgov"], tid=TID)
    tenant = Tenant(tenant_id=TID, initial_domain="northwind.onmicrosoft.example")
    china = {door.url for door in links.doors(tenant, CLOUDS["china"], "analyst", SOLD)}
    assert all(".cn/" in url or "myaccess" in url for url in china) and china


def test_an_analyst_gets_the_analysts_doors_of_this_tenant_only() -> None:
    tenant = Tenant(tenant_id=TID, initial_domain="northwind.onmicrosoft.example")
    doors = {door.link.slug: door.url for door in links.doors(tenant, PUBLIC, "analyst", SOLD)}
    assert doors["defender"] == f"https://security.microsoft.com/?tid={TID}"
    assert "defender-roles" not in doors and "sentinel" not in doors


def test_each_door_of_an_analyst_belongs_to_a_way_in() -> None:
    """One that everybody gets, whatever was sold, would lead to a closed door."""
    assert [link.slug for link in LINKS.values() if "analyst" in link.whose and not link.way_in] == []
    ours = {*PLANES, *ways.IN_AZURE, "pim"}
    assert {link.way_in for link in LINKS.values()} <= {*ours, ""}


def test_what_no_offer_gives_is_said_at_the_door() -> None:
    for slug in ("defender", "hunting", "copilot", "purview", "intune", "entra-as-guest", "azure-as-guest"):
        assert LINKS[slug].rights


def test_a_tier_without_a_role_in_azure_gets_no_door_into_it() -> None:
    roles = [{"tier": "tier-1", "role": RESPONDER}, {"tier": "tier-2", "role": SUPPORT, "on_demand": True}]
    both = {"access_packages", "lighthouse", ways.SENTINEL}
    assert ways.open_to(["tier-3"], SOLD, roles) == {"access_packages"}
    assert ways.open_to(["tier-2"], SOLD, roles) == {*SOLD, ways.ON_DEMAND}
    assert ways.open_to(["tier-1"], SOLD, roles) == both
    assert ways.open_to(["tier-1", "tier-2"], SOLD, roles) == {*both, ways.ON_DEMAND}
    assert ways.open_to(["tier-2"], ["access_packages"], roles) == {"access_packages"}


def test_without_an_initial_domain_no_door_that_needs_one_is_shown() -> None:
    doors = {door.link.slug for door in links.doors(Tenant(tenant_id=TID), PUBLIC, "analyst", SOLD)}
    assert "packages" not in doors and "defender" in doors


@pytest.mark.parametrize("value", ["-a.example", "a-.example", "a..example", "localhost", "a_b.example"])
def test_a_domain_is_as_strict_as_the_names_of_hosts(value: str) -> None:
    with pytest.raises(ValueError, match="this is not a domain"):
        links.url("packages", PUBLIC, domain=value)


def test_the_request_link_is_whole() -> None:
    address = links.url("request", PUBLIC, domain="northwind.onmicrosoft.example", package=TID)
    assert address == f"https://myaccess.microsoft.com/@northwind.onmicrosoft.example#/access-packages/{TID}"


@pytest.mark.parametrize(
    ("slug", "address"),
    [
        ("sentinel", f"{INSIGHTS}/0/id/{ID}"),
        ("sentinel-incidents", f"{INSIGHTS}/Incidents/id/{ID}"),
        (
            "sentinel-all",
            "https://portal.azure.com/#blade/Microsoft_Azure_Security_Insights/WorkspaceSelectorBlade",
        ),
        (
            "delegated",
            "https://portal.azure.com/#view/Microsoft_Azure_CustomerHub/MyCustomersBladeV2/~/customers",
        ),
        (
            "service-providers",
            f"https://portal.azure.com/{TID}/#view/Microsoft_Azure_CustomerHub/ServiceProvidersBladeV2/~/providers",
        ),
        (
            "activate-azure",
            "https://entra.microsoft.com/#view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/azurerbac",
        ),
    ],
)
def test_the_doors_of_azure_are_exactly_these(slug: str, address: str) -> None:
    assert links.url(slug, PUBLIC, **GOOD) == address


def test_what_is_delegated_is_opened_from_ones_own_directory() -> None:
    """Analysts have no account in the customer's tenant: a switch to it would be refused."""
    for link in LINKS.values():
        if link.way_in in ways.IN_AZURE and "analyst" in link.whose:
            assert not link.gaps & {"tid", "domain"}, link.slug
            assert "own tenant" in link.advice, link.slug


@pytest.mark.parametrize("portal", ["myaccess", "defender", "entra", "azure"])
def test_a_deployment_may_name_a_portals_host_and_all_its_doors_lead_there(
    settings: Any, portal: str
) -> None:
    setattr(settings, f"CLOUD_{portal.upper()}_URL", "https://portals.fabrikam.example")
    cloud = current()
    theirs = [link for link in LINKS.values() if link.host == portal]
    assert theirs and all(
        links.host(link.host, cloud) == "https://portals.fabrikam.example" for link in theirs
    )
    others = {link.host for link in LINKS.values()} - {portal}
    assert all("fabrikam" not in (links.host(other, cloud) or "") for other in others)

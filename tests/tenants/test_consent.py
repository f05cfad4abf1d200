"""What we ask for, and in which words."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tenants import consent
from tenants.microsoft.clouds import PUBLIC, USGOV


def test_every_permission_we_ask_for_is_explained() -> None:
    asked = (*consent.NEEDED.values(), *consent.DELEGATED.values())
    assert set(consent.PERMISSIONS) == frozenset[str]().union(*asked)
    for permission in consent.PERMISSIONS.values():
        assert permission.use.endswith(".") and permission.reach.endswith(".")


def test_the_reader_can_only_read() -> None:
    assert [name for name in consent.READER_PERMISSIONS if ".Read" not in name or "Write" in name] == []


def test_the_link_goes_to_this_tenant_at_this_clouds_login() -> None:
    url = consent.admin_consent_url(USGOV, "n-1", "app-1", "https://portal.example/back?a=1&b=2", "s&t")
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{USGOV.login}/n-1/v2.0/adminconsent"
    assert parse_qs(parts.query) == {
        "client_id": ["app-1"],
        "scope": [USGOV.graph_scope],
        "redirect_uri": ["https://portal.example/back?a=1&b=2"],
        "state": ["s&t"],
    }


def test_a_tenant_id_cannot_leave_its_place_in_the_link() -> None:
    url = consent.admin_consent_url(PUBLIC, "../evil?x=#", "a", "https://portal.example/", "s")
    assert urlsplit(url).path == "/..%2Fevil%3Fx%3D%23/v2.0/adminconsent"

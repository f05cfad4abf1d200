"""The way back from the consent page: it rings, once, and nothing it says is believed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from django.utils.timezone import now

from onboarding.models import ConsentRequest, Draft, Inquiry
from onboarding.wizard import consent_returns, inquiries
from onboarding.wizard.consent_returns import Outcome
from onboarding.wizard.steps import next_step
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding.wizarding import BY, begun, let_in, offered, take_out, work


def asked(box: Cloud, app: str = "reader") -> tuple[Draft, ConsentRequest, str]:
    """A customer that has let nothing in, and the state of the link it was sent."""
    take_out(box, seed.NORTHWIND, seed.READER)
    draft = offered(begun())
    request = consent_returns.ask(draft.tenant, app, BY)
    return draft, request, parse_qs(urlsplit(consent_returns.link(request)).query)["state"][0]


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (ConsentRequest, Inquiry, Draft)]


def test_the_link_names_this_tenant_and_this_app(portal: Cloud) -> None:
    _, request, _ = asked(portal)
    link = urlsplit(consent_returns.link(request))
    assert link.path == f"/{seed.NORTHWIND}/v2.0/adminconsent"
    query = parse_qs(link.query)
    assert query["client_id"] == [seed.READER]
    assert query["redirect_uri"] == ["http://localhost:8000/consent/return/"]


def test_asked_for_again_it_is_the_same_link_until_it_is_used_or_too_old(portal: Cloud) -> None:
    draft, request, state = asked(portal)
    assert consent_returns.ask(draft.tenant, "reader", "person 2").pk == request.pk
    consent_returns.come_back(state, "", "")
    again = consent_returns.ask(draft.tenant, "reader", BY)
    assert again.pk != request.pk
    ConsentRequest.objects.update(expires_at=now() - timedelta(seconds=1))
    assert consent_returns.ask(draft.tenant, "reader", BY).pk not in (request.pk, again.pk)


def test_coming_back_after_consent_our_own_token_decides(portal: Cloud) -> None:
    draft, _, state = asked(portal)
    let_in(portal, seed.NORTHWIND, seed.READER)
    back = consent_returns.come_back(state, seed.NORTHWIND, "")
    assert back.outcome == Outcome.NOTED and next_step(draft) == "reader"
    work()
    assert next_step(draft) == "readiness"


def test_who_let_the_app_in_is_thanked_and_told_what_comes_next(portal: Cloud, client: Client) -> None:
    _, _, state = asked(portal)
    back = {"state": state, "tenant": seed.NORTHWIND, "admin_consent": "True"}
    said = client.get("/consent/return/", back).content.decode()
    assert "<h1>Thank you</h1>" in said and "proves nothing" not in said
    assert "now asks the tenant northwind.example itself whether the app is let in" in said


def test_a_forged_success_lets_nobody_in(portal: Cloud) -> None:
    draft, _, state = asked(portal)
    assert consent_returns.come_back(state, seed.NORTHWIND, "").inquiry is not None
    work()
    assert next_step(draft) == "reader"
    assert Inquiry.objects.get().reason == "no_admin_consent"


def test_a_success_for_another_tenant_is_said_loudly_and_changes_nothing(portal: Cloud) -> None:
    draft, request, state = asked(portal)
    back = consent_returns.come_back(state, seed.CONTOSO, "")
    assert back.outcome == Outcome.OTHER_TENANT
    request.refresh_from_db()
    assert request.claimed == seed.CONTOSO
    work()
    assert next_step(draft) == "reader"
    assert not [call for call in portal.calls if seed.CONTOSO in call[1]], "nothing is asked of the other"


def test_opened_twice_as_by_a_mail_scanner_it_rings_once(portal: Cloud) -> None:
    _, _, state = asked(portal)
    consent_returns.come_back(state, seed.NORTHWIND, "")
    work()
    before = rows()
    assert consent_returns.come_back(state, seed.NORTHWIND, "").outcome == Outcome.AGAIN
    assert consent_returns.come_back(state, seed.CONTOSO, "access_denied").outcome == Outcome.AGAIN
    assert rows() == before


def test_an_old_link_changes_nothing(portal: Cloud) -> None:
    _, _, state = asked(portal)
    ConsentRequest.objects.update(expires_at=now() - timedelta(seconds=1))
    before = rows()
    assert consent_returns.come_back(state, seed.NORTHWIND, "").outcome == Outcome.EXPIRED
    assert rows() == before


def test_a_state_we_never_gave_changes_nothing(portal: Cloud) -> None:
    _, request, state = asked(portal)
    before = rows()
    for forged in ("", str(request.pk), f"{request.pk}:x", state[:-1] + ("A" if state[-1] != "A" else "B")):
        assert consent_returns.come_back(forged, seed.NORTHWIND, "").outcome == Outcome.UNKNOWN
    assert rows() == before


def test_a_state_is_for_its_own_tenant_and_app_only(portal: Cloud) -> None:
    draft, _, state = asked(portal, app="setup")
    other = begun("contoso.example", seed.CONTOSO, "Contoso")
    consent_returns.come_back(state, seed.CONTOSO, "")
    assert [(each.tenant_id, each.what) for each in Inquiry.objects.all()] == [(draft.tenant_id, "setup")]
    assert inquiries.latest(other.tenant, "setup") is None


def test_what_was_declined_is_noted_as_a_word_and_not_as_text(portal: Cloud) -> None:
    draft, request, state = asked(portal)
    assert consent_returns.come_back(state, "", "<script>").outcome == Outcome.DECLINED
    request.refresh_from_db()
    assert request.claimed == "an error"
    fresh = consent_returns.ask(draft.tenant, "reader", BY)
    link = urlsplit(consent_returns.link(fresh))
    consent_returns.come_back(parse_qs(link.query)["state"][0], "", "access_denied")
    fresh.refresh_from_db()
    assert fresh.claimed == "access_denied"

"""Each bad answer becomes one of four errors, and a write that may have happened says so."""

from __future__ import annotations

import json

import httpx
import pytest

from tenants.microsoft import answers
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tests.microsoft.base import TENANT, Network


def graph_error(status: int, code: str = "Some", message: str = "words", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"error": {"code": code, "message": message}}, headers=named)


@pytest.mark.parametrize(
    ("status", "maybe_done"),
    [(429, False), (408, True), (424, True), (500, True), (502, True), (503, True), (504, True)],
)
def test_a_passing_trouble_is_later_and_a_write_may_have_happened(status: int, maybe_done: bool) -> None:
    network = Network(lambda request: graph_error(status, Retry_After="7"))
    with pytest.raises(Later) as reading:
        network.get()
    assert (reading.value.seconds, reading.value.maybe_done) == (7, False)
    with pytest.raises(Later) as writing:
        network.post()
    assert (writing.value.seconds, writing.value.maybe_done) == (7, maybe_done)
    assert len(network.sent) == 2, "nothing is repeated behind our back"


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("", 5),
        ("soon", 5),
        ("0", 5),
        ("-3", 5),
        ("nan", 5),
        ("inf", 5),
        ("0.2", 1),
        ("12", 12),
        ("999999", 3600),
    ],
)
def test_retry_after_is_kept_within_reason(given: str, seconds: float) -> None:
    network = Network(lambda request: graph_error(429, Retry_After=given))
    with pytest.raises(Later) as later:
        network.get()
    assert later.value.seconds == seconds


@pytest.mark.parametrize(
    ("error", "maybe_done"),
    [
        (httpx.ConnectError("x"), False),
        (httpx.ConnectTimeout("x"), False),
        (httpx.PoolTimeout("x"), False),
        (httpx.ReadTimeout("x"), True),
        (httpx.ReadError("x"), True),
        (httpx.WriteError("x"), True),
        (httpx.RemoteProtocolError("x"), True),
    ],
)
def test_a_lost_answer_is_later(error: httpx.TransportError, maybe_done: bool) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    network = Network(answer)
    with pytest.raises(Later) as writing:
        network.post()
    assert writing.value.maybe_done is maybe_done
    with pytest.raises(Later) as reading:
        network.get()
    assert reading.value.maybe_done is False


@pytest.mark.parametrize("body", [b"<html>", b"{", b"[]", b"null", b"\xff\xfe"])
def test_a_good_status_without_a_json_object_is_later(body: bytes) -> None:
    network = Network(lambda request: httpx.Response(200, content=body))
    with pytest.raises(Later):
        network.get()
    with pytest.raises(Later) as writing:
        network.post()
    assert writing.value.maybe_done


@pytest.mark.parametrize(("status", "whole"), [(400, Rejected), (401, Refused), (403, Refused)])
def test_a_refusal_that_was_cut_on_its_way_is_later_for_what_it_says_is_not_known(
    status: int, whole: type[Exception]
) -> None:
    """A 401 of Azure's: nothing is delegated, or nobody let us in. Only its code tells which."""
    said = graph_error(status).content
    for body, kind, error in (
        (said[: len(said) // 2], "application/json; charset=utf-8", Later),
        (said, "application/json", whole),
        (b"<html>", "text/html", whole),
        (b"", "application/json", whole),
    ):
        answer = httpx.Response(status, content=body, headers={"Content-Type": kind})
        met = answers.failure(answer, tenant_id=TENANT, call="POST /groups", writing=True)
        assert type(met) is error and not getattr(met, "maybe_done", False)


def test_an_empty_answer_to_a_read_is_not_success() -> None:
    with pytest.raises(Later):
        Network(lambda request: httpx.Response(200, content=b"")).get()


def test_a_list_without_values_is_not_an_empty_list() -> None:
    with pytest.raises(Later):
        Network(lambda request: httpx.Response(200, json={})).pages()


def test_an_answer_over_eight_megabytes_is_dropped() -> None:
    async def flood():  # type: ignore[no-untyped-def]
        for _ in range(9):
            yield b" " * 1024 * 1024

    with pytest.raises(Later, match="TooLarge"):
        Network(lambda request: httpx.Response(200, content=flood())).get()


def test_not_found_is_not_found() -> None:
    with pytest.raises(NotFound):
        Network(lambda request: graph_error(404)).get()


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        ("Authorization_RequestDenied", "Insufficient privileges.", "missing_permission"),
        ("AccessDenied", "no", "missing_permission"),
        ("AadPremiumLicenseRequired", "no", "no_licence"),
        ("Forbidden", "Your tenant is not licensed for this feature.", "no_licence"),
        ("", "The tenant needs to have Microsoft Entra ID P2 or Governance license.", "no_licence"),
    ],
)
def test_forbidden_says_whether_a_licence_or_a_permission_is_missing(
    code: str, message: str, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        Network(lambda request: graph_error(403, code, message)).get()
    assert refused.value.reason == reason
    assert refused.value.facts["app"] == "reader"


def test_another_refusal_keeps_the_words_without_control_characters() -> None:
    message = "Line\r\nSet-Cookie: x\x1b[31m \u202eevil"
    with pytest.raises(Rejected) as rejected:
        Network(lambda request: graph_error(409, "Request_MultipleObjects", message)).get()
    assert (rejected.value.status, rejected.value.code) == (409, "Request_MultipleObjects")
    assert rejected.value.message.isprintable()


@pytest.mark.parametrize(
    "body", [b"<html>no", b"[]", b'{"error": "text"}', b'{"error": {"message": {"a": 1}}}', b""]
)
def test_an_error_of_any_shape_is_read(body: bytes) -> None:
    with pytest.raises(Rejected) as rejected:
        Network(lambda request: httpx.Response(400, content=body)).get()
    assert rejected.value.status == 400


def test_unauthorized_is_met_once_with_a_new_token() -> None:
    answers = iter([graph_error(401), graph_error(401)])
    network = Network(lambda request: next(answers))
    first = network.issuer
    with pytest.raises(Later, match="sign-in service"):  # a new one is asked for, from nobody here
        network.get()
    assert first.asked == 1, "the old credential is dropped after the 401"


def test_a_write_sends_its_body_with_its_nulls() -> None:
    network = Network(lambda request: httpx.Response(204))
    assert network.post() is None
    assert json.loads(network.sent[0].content) == {"displayName": "Tier 1", "description": None}
    assert network.sent[0].headers["Content-Type"] == "application/json"

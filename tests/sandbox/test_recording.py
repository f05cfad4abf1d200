"""A recording holds Graph's traffic as the contract checker reads it, and nothing anybody could use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from sandbox.recording import LEFT_OUT, Recorder, without_secrets

FIELDS = [
    "time",
    "method",
    "url",
    "request_headers",
    "request_body",
    "status",
    "response_headers",
    "response_body",
]


@pytest.fixture
def recording(world: Cloud, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "traffic.jsonl"
    world.recorder = Recorder(path)
    yield path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_graphs_traffic_is_recorded_and_nothing_else(
    recording: Path, http: httpx.Client, reader: dict[str, str], origin: str
) -> None:
    http.get("/v1.0/groups?$top=2", headers=reader)
    http.get(f"/{seed.NORTHWIND}/discovery/v2.0/keys")
    [line] = lines(recording)
    assert list(line) == FIELDS
    assert (line["method"], line["url"], line["status"]) == ("GET", f"{origin}/v1.0/groups?$top=2", 200)
    assert line["response_body"]["value"] == []


def test_a_recording_holds_no_token_or_secret(
    recording: Path, http: httpx.Client, reader: dict[str, str], tmp_path: Path
) -> None:
    http.get("/v1.0/groups", headers={**reader, "Cookie": "session=canary"})
    text = recording.read_text()
    assert reader["Authorization"].partition(" ")[2] not in text
    assert "canary" not in text
    assert "authorization" not in lines(recording)[0]["request_headers"]


def test_only_its_owner_reads_a_recording(
    recording: Path, http: httpx.Client, reader: dict[str, str]
) -> None:
    http.get("/v1.0/groups", headers=reader)
    assert recording.stat().st_mode & 0o777 == 0o600


def test_a_cut_answer_has_no_status(
    recording: Path, http: httpx.Client, world: Cloud, reader: dict[str, str]
) -> None:
    world.faults.append(Fault("cut after", "GET", "/groups"))
    with pytest.raises(httpx.RemoteProtocolError):
        http.get("/v1.0/groups", headers=reader)
    [line] = lines(recording)
    assert (line["status"], line["response_headers"], line["response_body"]) == (None, {}, None)


@pytest.mark.parametrize("key", ["inviteRedeemUrl", "inviteRedeemURL", "client_assertion", "secretText"])
def test_telling_values_are_left_out_however_deep(key: str) -> None:
    body = {"responses": [{"body": {key: "canary", "id": "1"}}]}
    assert without_secrets(body) == {"responses": [{"body": {key: LEFT_OUT, "id": "1"}}]}


def test_every_call_is_counted_and_writes_apart(
    http: httpx.Client, world: Cloud, reader: dict[str, str]
) -> None:
    world.calls.clear()
    http.get("/v1.0/groups", headers=reader)
    http.post("/v1.0/groups", json={}, headers=reader)
    assert [(call.method, call.path) for call in world.calls] == [
        ("GET", "/v1.0/groups"),
        ("POST", "/v1.0/groups"),
    ]
    assert world.writes() == 1

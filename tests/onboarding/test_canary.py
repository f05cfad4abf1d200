"""After a customer's whole life: no token, key, secret or redeem link in rows, logs, recording or output."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from sandbox.cloud import Cloud
from sandbox.recording import Recorder

SECRETS = re.compile(r"eyJ[\w-]{10,}|PRIVATE KEY|client_assertion|[Bb]earer \S|inviteRedeemUrl\": \"http")


def said(*arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(*arguments, stdout=out, stderr=err)
    assert ended.value.code == 0, out.getvalue()
    return out.getvalue() + err.getvalue()


def dump() -> str:
    """All rows of all tables as text."""
    rows = {model._meta.label: list(model._default_manager.values()) for model in apps.get_models()}
    assert sum(map(len, rows.values())) > 100
    return json.dumps(rows, default=str)


def keys(folder: Path) -> list[str]:
    """Lines of the certificates' keys, and the client secret."""
    text = "\n".join(path.read_text() for path in (folder / "setup.pem", folder / "reader.pem"))
    lines = [line for line in text.splitlines() if len(line) > 40 and "-----" not in line]
    return [*lines, (folder / "signin.secret").read_text().strip()]


def test_nothing_secret_is_left_anywhere(
    portal: Cloud, file: Callable[..., Path], tmp_path: Path, caplog: Any, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    recording = tmp_path / "traffic.jsonl"
    portal.recorder = Recorder(recording)
    output = said("onboard", str(file()), "--apply", "--inline") + said("verify", "northwind")
    output += said("offboard", "northwind", "--apply", "--inline")
    captured = capfd.readouterr()
    places = {
        "rows": dump(),
        "logs": caplog.text,
        "recording": recording.read_text(),
        "output": output + captured.out + captured.err,
    }
    secrets = keys(tmp_path)
    assert len(secrets) > 20 and len(places["recording"]) > 10_000
    for place, text in places.items():
        found = SECRETS.search(text)
        assert found is None, (place, text[max(0, found.start() - 60) : found.start() + 20])
        assert not any(secret in text for secret in secrets), place

"""Nothing secret reaches a log line, by its name or by its shape."""

from __future__ import annotations

import pytest

from portal.logs import redact

CANARY = "canary-0123456789"


@pytest.mark.parametrize(
    "event",
    [
        {"authorization": CANARY},
        {"headers": {"Authorization": f"Bearer {CANARY}"}},
        {"reader_client_secret": CANARY},
        {"event": f"sent Bearer {CANARY}"},
        {"event": f"got eyJhbGciOiJSUzI1NiJ9.{CANARY}.{CANARY}"},
        {"event": f"POST client_id=1&client_secret={CANARY}&x=1"},
        {"event": f"callback?code={CANARY}&state=1"},
        {"event": f"https://login.example/redeem?rd={CANARY}"},
        {"inviteRedeemUrl": f"https://x.example/{CANARY}"},
        {"event": f"redis://:{CANARY}@redis:6379/0"},
        {"exception": f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----"},
        {"event": ["x", {"deep": ("Bearer " + CANARY,)}]},
    ],
)
def test_a_secret_is_struck_out(event: dict[str, object]) -> None:
    assert CANARY not in str(redact(None, "info", event))


def test_ordinary_words_stay() -> None:
    event = {"event": "step verified", "step": 7, "tenant": "northwind.example", "status": None}
    assert redact(None, "info", event) == event

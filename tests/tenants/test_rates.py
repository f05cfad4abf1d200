"""What may be done only so often from one address, whichever process is asked."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from tenants.models import Tally
from tenants.rates import Rows, TooMany, address, limited


@limited("test", "3/minute")
def page(request: Any) -> HttpResponse:
    return HttpResponse("in")


def ask(where: str = "192.0.2.1", **headers: str) -> HttpResponse:
    return page(RequestFactory(REMOTE_ADDR=where).get("/", headers=headers))  # type: ignore[return-value]


@pytest.mark.django_db
def test_the_fourth_in_a_minute_waits_and_says_how_long() -> None:
    with time_machine.travel("2026-11-21T09:00:10+00:00", tick=False) as clock:
        for _ in range(3):
            ask()
        clock.shift(20)
        with pytest.raises(TooMany) as waits:
            ask()
        assert waits.value.seconds == 40
        clock.shift(41)
        assert ask().content == b"in"


@pytest.mark.django_db
def test_the_next_window_is_counted_too() -> None:
    with time_machine.travel("2026-11-21T09:00:00+00:00", tick=False) as clock:
        ask()
        clock.shift(61)
        for _ in range(3):
            ask()
        with pytest.raises(TooMany):
            ask()


@pytest.mark.django_db
def test_one_address_does_not_use_up_anothers() -> None:
    for _ in range(3):
        ask("192.0.2.1")
    assert ask("192.0.2.2").content == b"in"


@pytest.mark.django_db
def test_old_counts_are_cleared_away() -> None:
    with time_machine.travel("2026-11-21T09:00:00+00:00", tick=False) as clock:
        ask("192.0.2.1")
        clock.shift(2 * 86400)
        ask("192.0.2.2")
        assert Tally.objects.count() == 1


@pytest.mark.parametrize(
    ("hops", "sent", "counted"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", ""),
    ],
)
def test_the_address_is_what_our_own_proxy_saw(settings: Any, hops: int, sent: str, counted: str) -> None:
    settings.TRUSTED_PROXIES = hops
    made = RequestFactory(REMOTE_ADDR="192.0.2.1").get("/", headers={"X-Forwarded-For": sent})
    assert address(made) == counted


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_all_counted() -> None:
    def hit() -> None:
        try:
            Rows().incr("race", 60)
        finally:
            connection.close()

    threads = [threading.Thread(target=hit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Rows().get("race") == 8

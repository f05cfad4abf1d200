"""What each process of a deployment is given, and which credentials it never sees."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from portal import checks, processes
from portal.registrations import HELD_BY

PROOFS = ("CERTIFICATE_FILE", "CLIENT_SECRET", "CLIENT_SECRET_FILE")
READ = "from portal.settings import MICROSOFT_APPS as apps; print(*apps)"


def seen(process: str) -> set[str]:
    """The apps of which anything that proves who we are reaches it, where all of it is in the environment."""
    everything = {f"{app.upper()}_{proof}": "x" for app in HELD_BY for proof in PROOFS}
    given = processes.only_for(process, everything)
    return {app for app in HELD_BY if any(given[f"{app.upper()}_{proof}"] for proof in PROOFS)}


@pytest.mark.parametrize("process", ["web", "worker"])
def test_a_process_sees_the_credentials_that_it_holds_and_no_other(process: str) -> None:
    assert seen(process) == {app for app, holder in HELD_BY.items() if holder == process}


def test_each_credential_is_in_one_process_and_what_opens_tenants_never_in_web() -> None:
    assert seen("web") | seen("worker") == set(HELD_BY) and not seen("web") & seen("worker")
    assert not seen("web") & {"reader", "setup", "trust", "home"} and "signin" not in seen("worker")
    assert set(checks.WORKERS) == seen("worker"), "a check tells of each that is in web all the same"


def test_the_settings_know_no_app_of_which_nobody_said_who_holds_it() -> None:
    """Read afresh: tests give the settings apps of their own."""
    environment = os.environ | {"DEBUG": "on", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    told = subprocess.run(
        [sys.executable, "-c", READ], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == list(HELD_BY)

"""How the command lines end where they were called wrongly, or somebody ended them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import execute_from_command_line

from onboarding.models import OwnedObject, Run
from onboarding.running import advance
from sandbox.cloud import WRITES, Cloud, changes
from tests.onboarding.conftest import manage

ENVIRONMENT = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
WRONG = {
    "onboard": [[], ["a.toml", "--bogus"], ["a.toml", "b.toml"]],
    "verify": [[], ["northwind", "--apply"], ["a", "b"]],
    "adopt": [[], ["northwind", "--tick"]],
    "offboard": [[], ["northwind", "--by"]],
    "member": [[], ["not-an-id", "northwind", "tier-1"]],
    "provider": [["Fabrikam"], ["--brand"]],
    "stop_writing": [["a", "b"], ["a", "--lift", "--bogus"]],
}


@pytest.mark.parametrize(("command", "given"), [(name, each) for name in WRONG for each in WRONG[name]])
def test_a_command_that_is_given_wrongly_does_not_end_as_if_changes_were_found(
    command: str, given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """argparse ends with 2, which says here that there are changes, or drift."""
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["manage.py", command, *given])
    said = capsys.readouterr()
    # A text is what Python prints as such a process ends, with 1.
    assert isinstance(ended.value.code, str) and ended.value.code.startswith("Error: "), ended
    assert said.out == "" and said.err.startswith("usage: "), said


def test_a_process_that_is_given_wrongly_ends_with_that_status() -> None:
    line = [sys.executable, "manage.py", "verify", "northwind", "--apply"]
    ended = subprocess.run(
        line, cwd=settings.BASE_DIR, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, ""), ended
    assert ended.stderr.startswith("usage: ") and "Traceback" not in ended.stderr, ended.stderr


def test_whoever_interrupts_a_command_is_told_what_becomes_of_the_run(
    portal: Cloud, file: Callable[..., Path], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RUN_STOPPED_SECONDS = 3  # its calls end in this process though nobody hears them
    looks = []

    def interrupted(*given: Any, **more: Any) -> Any:
        looks.append(given)
        if len(looks) == 4:
            raise KeyboardInterrupt
        return wait(*given, **more)

    monkeypatch.setattr(advance, "wait", interrupted)
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert status == 1 and "goes on by the worker" in said["error"], said
    assert Run.objects.get().closed_at is None
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["changes"]) == (0, []), said
    assert Run.objects.get().ended == "verified"
    assert accepted(portal) == OwnedObject.objects.count()


def accepted(cloud: Cloud) -> int:
    """Writes that did something. One that is cut by the interruption before its body arrived gets a 400."""
    calls = [call for call in cloud.calls if call.method in WRITES and changes(call.path)]
    return sum(call.status is not None and call.status < 400 for call in calls)

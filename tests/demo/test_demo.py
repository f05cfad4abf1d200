"""The whole demo as a person starts it: real processes, real ports, real signals.

The tests share one folder and come in order, because the first start costs seconds.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.demo.watching import BASE, Demo, eventually, free_ports
from tests.onboarding.test_canary import hold_nothing, keys

PORTS = free_ports()
SECRET_NAMES = ("_CERTIFICATE_FILE", "_CLIENT_SECRET", "_CLIENT_SECRET_FILE")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "room"


@pytest.fixture(scope="module")
def first(room: Path) -> Iterator[Demo]:
    yield from started(room)


@pytest.fixture(scope="module")
def second(room: Path, first: Demo) -> Iterator[Demo]:
    """Started again after the first was stopped."""
    assert first.process.poll() is not None
    yield from started(room)


def started(room: Path) -> Iterator[Demo]:
    demo = Demo(room, PORTS)
    yield demo
    if demo.process.poll() is None:
        demo.process.terminate()
        demo.process.wait(15)


def settings_of(pid: int) -> dict[str, str]:
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def test_it_brings_a_customer_from_nothing_to_verified(first: Demo) -> None:
    first.says("Northwind is set up, and all of it was read back.")
    first.says("Let in, but no Defender role yet")
    first.says("Ctrl-C stops everything; nothing is lost.")
    assert first.writes() > 10


def test_its_settings_pass_the_checks_and_its_key_is_private(first: Demo) -> None:
    environment = {"PATH": os.environ["PATH"], "GATEHOUSE_ENV": str(first.room / "gatehouse.env")}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True)
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stdout + done.stderr
    for name in ("gatehouse.env", "secret_key"):
        assert (first.room / name).stat().st_mode & 0o777 == 0o600


def test_no_process_holds_what_another_needs(first: Demo) -> None:
    """Emptied in the environment, which beats the file."""
    seen = {command: settings_of(pid) for pid, command in first.alive().items() if "-m" in command}
    webs = [given for command, given in seen.items() if " gunicorn " in command]
    workers = [given for command, given in seen.items() if " celery " in command]
    assert webs and workers
    for name in SECRET_NAMES:
        for app in ("READER", "SETUP", "TRUST", "HOME"):
            assert all(given[f"{app}{name}"] == "" for given in webs)
        for app in ("SIGNIN", "DEPLOY"):
            assert all(given[f"{app}{name}"] == "" for given in workers)


def test_it_opens_on_a_sign_in_page_that_says_it_is_not_microsoft(first: Demo) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORTS[0]}/") as answer:
        text = answer.read().decode()
    assert "Sign in with Microsoft" in text and "not Microsoft" in text


def test_what_is_not_there_is_said_by_our_page_with_its_looks(first: Demo) -> None:
    """As in a deployment: Django's own page for developers would show settings."""
    with pytest.raises(urllib.error.HTTPError, match="404") as found:
        urllib.request.urlopen(f"http://127.0.0.1:{PORTS[0]}/not-there/")
    text = found.value.read().decode()
    assert "DEBUG" not in text and "not Microsoft" in text
    [sheet] = re.findall(r'href="(/static/gatehouse[^"]*\.css)"', text)
    assert urllib.request.urlopen(f"http://127.0.0.1:{PORTS[0]}{sheet}").status == 200


def test_nothing_secret_is_said_by_any_of_its_processes(first: Demo) -> None:
    """After an onboarding by the real worker, and requests that bring secrets where none belongs."""
    canary = secrets.token_urlsafe(32)
    for path in (f"signin/return/?code={canary}&state=x", f"not-there/?id_token={canary}"):
        for method, data in (("GET", None), ("POST", {"code": canary, "client_secret": canary})):
            held = {"Authorization": f"Bearer {canary}"}
            url = f"http://127.0.0.1:{PORTS[0]}/{path}"
            assert (
                httpx.request(method, url, data=data, headers=held, follow_redirects=True).status_code >= 400
            )
    files = [first.terminal, *(first.room / "logs").glob("*")]
    places = {file.name: file.read_text() for file in files}
    assert {"sandbox.log", "web.log", "worker.log"} <= places.keys() and "not-there" in places["web.log"]
    hold_nothing(places, [*keys(first.room / "sandbox"), (first.room / "secret_key").read_text(), canary])


def test_a_second_start_says_in_one_line_why_it_cannot(first: Demo) -> None:
    done = subprocess.run(first.command(), cwd=BASE, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "already running" in done.stderr


def test_a_taken_port_is_one_line(first: Demo, tmp_path: Path) -> None:
    command = [*first.command(), "--room", str(tmp_path / "other")]
    done = subprocess.run(command, cwd=BASE, capture_output=True, text=True)
    assert done.stderr == f"Port {PORTS[0]} is taken; choose another: make demo PORT={PORTS[0] + 1}\n"


def test_a_killed_worker_is_started_again_and_its_beat_does_not_stay(first: Demo) -> None:
    before = first.workers()
    os.kill(min(before), signal.SIGKILL)
    first.says("worker ended with -9; starting it again in 1 s")
    assert eventually(lambda: len(first.workers()) == len(before)), first.everything()
    assert not set(before) & set(first.workers())


def test_ctrl_c_ends_everything_within_ten_seconds(first: Demo) -> None:
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(10) == 0
    assert first.gone(), first.alive()
    first.says("nothing is lost")


def test_started_again_it_verifies_and_writes_nothing(second: Demo) -> None:
    second.says("everything was read back and is as agreed")
    second.says("Ctrl-C stops everything")
    assert second.writes() == 0


def test_killed_it_leaves_no_orphan(second: Demo) -> None:
    assert len(second.alive()) > 4
    second.process.kill()
    second.process.wait()
    assert eventually(second.gone, 10), second.alive()


def test_reset_removes_its_folder_and_nothing_else(second: Demo) -> None:
    beside = second.room.parent / "beside"
    beside.touch()
    assert subprocess.run(second.command("--reset"), cwd=BASE).returncode == 0
    assert not second.room.exists() and beside.exists()

"""`make demo`: a sandbox, the web and a worker, and one customer brought from nothing to verified.

Everything it knows lies in one folder, so started again it goes on, and `--reset` means to remove the folder.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import ssl
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import TextIO

from portal import demo_room, demo_words, processes
from portal.demo_room import Room
from portal.supervisor import Child, Stopped, Supervisor

BASE = Path(__file__).resolve().parent.parent
HABITS = ("lag=1", "slow_elm=1", "latency=0.05")
BEFORE = {("migrate",): "the database", ("collectstatic",): "the pages' files"}
START_SECONDS = 60.0
DRIFT = 2
"""The exit status of `manage.py verify` where something is not as agreed."""


def main() -> None:
    options = arguments().parse_args()
    room = Room(options.room.resolve(), BASE, options.port, options.sandbox_port)
    held = hold(room.folder)
    if options.reset:
        shutil.rmtree(room.folder)
        say(f"Removed {room.folder}. `make demo` starts from nothing.")
        return
    for name, port in (("PORT", room.port), ("SANDBOX_PORT", room.sandbox_port)):
        refuse_taken(name, port)
    try:
        with held, Supervisor(say) as up:
            show(up, room)
    except Stopped:
        say("Everything is stopped; nothing is lost. `make demo` goes on.")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make demo", description="The whole portal against a sandbox.")
    parser.add_argument("--room", type=Path, default=BASE / "var" / "demo", help="folder for all its state")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--sandbox-port", type=int, default=8443)
    parser.add_argument("--reset", action="store_true", help="remove the folder and end")
    return parser


def say(line: str) -> None:
    print(line, flush=True)


def hold(folder: Path) -> TextIO:
    """One demo a folder; the hold ends with the process, however it ends."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (folder / "lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"A demo is already running from {folder}; stop it first with Ctrl-C.")
    return file


def refuse_taken(name: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"Port {port} is taken; choose another: make demo {name}={port + 1}")


def show(up: Supervisor, room: Room) -> None:
    say(f"Starting the sandbox at {room.cloud} …")
    up.add(sandbox(room))
    expect(up.until(lambda: answers(room.cloud, room.ca), START_SECONDS), "the sandbox", room)
    demo_room.write(room)
    for words, what in BEFORE.items():
        expect(up.run(manage(room, *words, "--verbosity", "0", "--no-input")) == 0, what, room)
    up.add(processes.worker(room.environment, room.folder / "celerybeat-schedule", room.log("worker")))
    up.add(processes.web(room.environment, room.port, room.log("web")))
    ready = f"{room.portal}/health/ready"
    expect(up.until(lambda: answers(ready, room.ca), START_SECONDS), "the web", room)
    onboard_or_verify(up, room)
    say(f"\n{demo_words.what_now(room)}")
    up.forever()


def expect(well: bool, what: str, room: Room) -> None:
    if not well:
        sys.exit(f"make demo: {what} did not come up; see {room.shown(room.folder / 'logs')}.")


def sandbox(room: Room) -> Child:
    habits = [word for habit in HABITS for word in ("--habit", habit)]
    where = ["--port", str(room.sandbox_port), "--state", str(room.state), "--seed", "demo"]
    command = [sys.executable, "-m", "sandbox", *where, *habits]
    return Child("sandbox", command, room.plain, room.log("sandbox"))


def manage(room: Room, *words: str) -> Child:
    """A command line of ours, as the worker sees the world; it shares our terminal's output."""
    command = [sys.executable, str(room.base / "manage.py"), *words]
    return Child(words[0], command, processes.only_for("worker", room.environment))


def answers(url: str, ca: Path) -> bool:
    """Any HTTP answer that came over TLS we trust, or from the web itself."""
    try:
        trust = ssl.create_default_context(cafile=ca)
        with opener(trust).open(url, timeout=2):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, ssl.SSLError):
        return False


def opener(trust: ssl.SSLContext) -> urllib.request.OpenerDirector:
    """Without the proxies of the environment: what we ask is on this machine."""
    no_proxy = urllib.request.ProxyHandler({})
    return urllib.request.build_opener(no_proxy, urllib.request.HTTPSHandler(context=trust))


def onboard_or_verify(up: Supervisor, room: Room) -> None:
    """The first time from nothing; later only read back, and nothing written."""
    seen = room.folder / "northwind.verified"
    if seen.exists():
        say("\n$ manage.py verify northwind")
        if up.run(manage(room, "verify", "northwind")) == DRIFT:
            say(demo_words.changed(room))
        return
    file = room.folder / "northwind.toml"
    say(f"\n$ manage.py onboard {room.shown(file)} --apply")
    if up.run(manage(room, "onboard", str(file), "--apply")) == 0:
        say(demo_words.VERIFIED)
        for oid, tier, name in demo_room.ANALYSTS:
            up.run(manage(room, "member", oid, "northwind", tier, "--name", name))
        seen.touch()


if __name__ == "__main__":
    main()

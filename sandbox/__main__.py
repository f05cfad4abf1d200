"""`python -m sandbox --port 8443 --state DIR [--record FILE] [--seed demo] [--habit lag=1]…`: serve until
told to stop. For other machines also --host, --name, --ca and --registrations, as the Dockerfile has them."""

from __future__ import annotations

import argparse
import shutil
import signal
import threading
from pathlib import Path

from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.control import change_habits
from sandbox.recording import Recorder
from sandbox.server import Running
from sandbox.store import Store


def main() -> None:
    options = arguments().parse_args()
    options.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    cloud = Cloud(Store(options.state / "sandbox.sqlite3"), "")
    change_habits(cloud, dict(options.habit))
    cloud.recorder = Recorder(options.record) if options.record else None
    if options.seed and not cloud.store.tenants():
        seed.demo(cloud, options.state, options.registrations)
    running = Running(cloud, options.state, options.port, options.host, options.name)
    if options.ca:
        options.ca.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(running.pki / "ca.pem", options.ca)
    serve(running)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="A Microsoft cloud in a box.")
    parser.add_argument("--port", type=int, default=8443)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument(
        "--name", action="append", default=[], help="what others call this machine; first is origin"
    )
    parser.add_argument("--ca", type=Path, help="copy the authority's certificate here, for clients")
    parser.add_argument(
        "--registrations",
        type=Path,
        help="folder of signin_certificate, reader_certificate, setup_certificate; else new ones are made",
    )
    parser.add_argument(
        "--state", type=Path, required=True, help="folder for certificates, keys and the store"
    )
    parser.add_argument("--record", type=Path, help="append Graph's traffic to this file")
    parser.add_argument("--seed", choices=["demo"], help="what an empty store begins with")
    parser.add_argument("--habit", type=habit, action="append", default=[], metavar="NAME=NUMBER")
    return parser


def habit(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    return name, float(number) if "." in number else int(number)


def serve(running: Running) -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with running as origin:
        print(f"The sandbox serves {origin} (trust {running.pki / 'ca.pem'})", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()

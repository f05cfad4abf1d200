"""The demo's folder: where its state lies, its settings file, and the environment its processes get."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CUSTOMERS = Path(__file__).resolve().parent / "demo-data"
PROVIDER = "fab00000-0000-4000-8000-000000000001"
CLIENTS = {
    "SIGNIN": "a0000000-0000-4000-8000-000000000001",
    "READER": "a0000000-0000-4000-8000-000000000002",
    "SETUP": "a0000000-0000-4000-8000-000000000003",
    "TRUST": "a0000000-0000-4000-8000-000000000004",
    "HOME": "a0000000-0000-4000-8000-000000000005",
    "DEPLOY": "a0000000-0000-4000-8000-000000000006",
}
ANALYSTS = (
    ("fab10000-0000-4000-8000-00000000a002", "tier-1", "Amir Rahimi"),
    ("fab10000-0000-4000-8000-00000000a003", "tier-2", "Bea Novak"),
)
PASSED_ON = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "TERM", "VIRTUAL_ENV", "SYSTEMROOT")
"""Of the caller's environment; so a proxy or a setting for something else cannot reach the demo."""


@dataclass(frozen=True)
class Room:
    folder: Path
    base: Path
    port: int
    sandbox_port: int

    @property
    def cloud(self) -> str:
        return f"https://localhost:{self.sandbox_port}"

    @property
    def portal(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def state(self) -> Path:
        return self.folder / "sandbox"

    @property
    def ca(self) -> Path:
        return self.state / "ca.pem"

    @property
    def settings(self) -> Path:
        return self.folder / "gatehouse.env"

    @property
    def plain(self) -> dict[str, str]:
        passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return {**passed, "PYTHONPATH": str(self.base), "PYTHONUNBUFFERED": "1"}

    @property
    def environment(self) -> dict[str, str]:
        return {**self.plain, "GATEHOUSE_ENV": str(self.settings)}

    def log(self, name: str) -> Path:
        (self.folder / "logs").mkdir(parents=True, exist_ok=True)
        return self.folder / "logs" / f"{name}.log"

    def shown(self, path: Path) -> Path:
        """As short as it can be typed from here."""
        return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def write(room: Room) -> None:
    """Settings anew each time, for ports may differ; the key and the customers' files once."""
    key = room.folder / "secret_key"
    if not key.exists():
        private(key, secrets.token_urlsafe(60))
    private(room.settings, "".join(f"{name}={value}\n" for name, value in settings(room).items()))
    for file in CUSTOMERS.glob("*.toml"):
        if not (room.folder / file.name).exists():
            shutil.copyfile(file, room.folder / file.name)


def settings(room: Room) -> dict[str, str]:
    database = quote(str(room.folder / "gatehouse.sqlite3"))
    return {
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "ALLOW_CUSTOM_CLOUD": "on",
        "SECRET_KEY_FILE": str(room.folder / "secret_key"),
        "PORTAL_URL": room.portal,
        "DATABASE_URL": f"sqlite:///{database}",
        "CELERY_BROKER_URL": f"sqla+sqlite:///{room.folder / 'broker.sqlite3'}",
        "SWEEP_SECONDS": "5",
        "LOG_LEVEL": "WARNING",
        "ALLOW_RECORDED_AGREEMENT": "on",
        "PROVIDER_TENANT_ID": PROVIDER,
        **microsoft(room),
        **{f"{app}_CLIENT_ID": client for app, client in CLIENTS.items()},
        "SIGNIN_CLIENT_SECRET_FILE": str(room.state / "signin.secret"),
        **certificates(room),
    }


def certificates(room: Room) -> dict[str, str]:
    """As far as the sandbox has them: one that was seeded earlier knows fewer apps."""
    files = {app: room.state / f"{app.lower()}.pem" for app in CLIENTS if app != "SIGNIN"}
    return {f"{app}_CERTIFICATE_FILE": str(file) for app, file in files.items() if file.exists()}


def microsoft(room: Room) -> dict[str, str]:
    names = ("LOGIN", "GRAPH", "ARM", "MYACCESS")
    return {
        "CLOUD": "custom",
        "CLOUD_CA_FILE": str(room.ca),
        **{f"CLOUD_{name}_URL": room.cloud for name in names},
    }


def private(path: Path, text: str) -> None:
    """Readable by the owner alone, from the first byte."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)

"""A small typed reader of the environment.

Every method either returns a value of the promised type or raises ImproperlyConfigured with one line that
says which setting, what is wrong and what is allowed. Secrets never appear in that line. A file of
NAME=value lines (GATEHOUSE_ENV, else var/gatehouse.env where it is) fills what the environment leaves out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off")
BROKERS = ("redis://", "rediss://", "sqla+sqlite://", "sqla+postgresql")


class Environment:
    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = {name: value.strip() for name, value in values.items()}

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name) or default
        if value is None:
            raise ImproperlyConfigured(f"{name} is missing; set it in the environment.")
        return value

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.text(name, "on" if default else "off").lower()
        if value not in YES + NO:
            raise ImproperlyConfigured(f"{name} is {value!r}; allowed: on, off.")
        return value in YES

    def number(self, name: str, default: float) -> float:
        value = self.text(name, str(default))
        try:
            number = float(value)
        except ValueError:
            number = 0.0
        if not 0 < number < 1e9:
            raise ImproperlyConfigured(f"{name} is {value!r}; allowed: a number above 0.")
        return number

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise ImproperlyConfigured(f"{name} is {value!r}; allowed: {', '.join(allowed)}.")
        return value

    def guid(self, name: str) -> str:
        """A GUID in lower case, or "" where the setting is not given."""
        value = self.text(name, "")
        try:
            return str(UUID(value)) if value else ""
        except ValueError:
            raise ImproperlyConfigured(f"{name} is {value!r}; allowed: a GUID.") from None

    def origin(self, name: str, default: str | None = None) -> str:
        """https://host or https://host:port, without a path."""
        value = self.text(name, default)
        if value and not is_origin(value):
            raise ImproperlyConfigured(f"{name} is {value!r}; allowed: https://host[:port] without a path.")
        return value

    def web_origin(self, name: str, default: str) -> str:
        """As origin; http is allowed for localhost only, where browsers trust it too."""
        value = self.text(name, default)
        local = re.fullmatch(r"http://(localhost|127\.0\.0\.1)(:\d+)?", value) is not None
        if not is_origin(value.replace("http://", "https://", 1) if local else value):
            raise ImproperlyConfigured(
                f"{name} is {value!r}; allowed: https://host[:port] without a path, http for localhost."
            )
        return value

    def file(self, name: str) -> str:
        """The path of a file that is there, or "" where the setting is not given."""
        value = self.text(name, "")
        if value and not Path(value).is_file():
            raise ImproperlyConfigured(f"{name} is {value!r}; there is no such file.")
        return value

    def certificate(self, name: str) -> str:
        """The path of a file that holds a key and its certificate, or "" where the setting is not given."""
        path = self.file(name)
        try:
            held = Path(path).read_text(encoding="ascii") if path else ""
        except (OSError, UnicodeDecodeError):
            held = ""
        if path and not all(f"{part}-----" in held for part in ("PRIVATE KEY", "CERTIFICATE")):
            raise ImproperlyConfigured(f"{name} is {path!r}; it must hold a key and its certificate, as PEM.")
        return path

    def broker(self, name: str, default: str) -> str:
        """As secret, of a kind that is installed here. It may hold a password, so it is not repeated."""
        value = self.secret(name) or default
        if not value.startswith(BROKERS):
            raise ImproperlyConfigured(f"{name} is of another kind; allowed: {', '.join(BROKERS)}….")
        return value

    def secret(self, name: str) -> str:
        """From NAME or from the file NAME_FILE names, "" where neither is given."""
        if self.text(name, "") and self.text(f"{name}_FILE", ""):
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; set one of them.")
        path = self.file(f"{name}_FILE")
        value = Path(path).read_text(encoding="utf-8").strip() if path else self.text(name, "")
        if path and not value:
            raise ImproperlyConfigured(f"{name}_FILE is {path!r}; the file is empty.")
        return value


def is_origin(value: str) -> bool:
    """Nothing but a scheme, a host and perhaps a port: what is left out must equal what was given."""
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return False
    return bool(parts.hostname) and value.lower() == f"https://{parts.hostname}{port}"


def read(base: Path) -> Environment:
    """The process's environment over the file's lines."""
    named = os.environ.get("GATEHOUSE_ENV", "")
    path = Path(named) if named else base / "var" / "gatehouse.env"
    if named and not path.is_file():
        raise ImproperlyConfigured(f"GATEHOUSE_ENV is {named!r}; there is no such file.")
    return Environment({**(lines(path) if path.is_file() else {}), **os.environ})


def lines(path: Path) -> dict[str, str]:
    """NAME=value, one a line; blank lines and # lines are skipped. No quotes, no expansion."""
    pairs: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ImproperlyConfigured(f"{path} line {number} is not NAME=value.")
        pairs[name.strip()] = value.strip()
    return pairs

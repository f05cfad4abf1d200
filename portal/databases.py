"""DATABASE_URL as Django wants it: SQLite tuned for several writing processes, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Measured in facts/stack.md §3: without IMMEDIATE half of all read-then-write transactions fail at once.
SQLITE = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;"
    " PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=27103364;",
}
ALLOWED = "sqlite:///path or postgres://user:password@host:port/name"


def parse(url: str, base: Path) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read; allowed: {ALLOWED}.") from None
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        return sqlite(base / unquote(parts.path[1:]))
    if parts.scheme in ("postgres", "postgresql") and parts.hostname and len(parts.path) > 1:
        return postgres(parts.path[1:], parts.username, parts.password, parts.hostname, port)
    raise ImproperlyConfigured(f"DATABASE_URL is of scheme {parts.scheme!r}; allowed: {ALLOWED}.")


def sqlite(path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": SQLITE}


def postgres(
    name: str, user: str | None, password: str | None, host: str, port: int | None
) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(name),
        "USER": unquote(user or ""),
        "PASSWORD": unquote(password or ""),
        "HOST": host,
        "PORT": port or 5432,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }

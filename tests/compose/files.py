"""docker-compose.yml as compose reads it, and the environment a service gets by it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def stage(name: str) -> str:
    """One stage of the Dockerfile, without its comments."""
    lines = [line for line in DOCKERFILE.splitlines() if not line.startswith("#")]
    parts = re.split(r"^FROM \S+ AS (\w+)$", "\n".join(lines), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))[name]


def example(name: str) -> dict[str, str]:
    """An env file of this folder, as `docker-compose --env-file` takes it."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def filled(text: str, given: dict[str, str]) -> str:
    """`${NAME:-default}` and `${NAME:?words}`, filled in as compose does; KeyError for what must be given."""

    def one(found: re.Match[str]) -> str:
        name, mark, default = found.groups()
        return given.get(name) or (default if mark == "-" else given[name])

    return VARIABLE.sub(one, text).replace("$$", "$")


def environment(service: str, given: dict[str, str], secrets: Path) -> dict[str, str]:
    """What the service's process gets, its secrets lying in `secrets` instead."""
    named = SERVICES[service]["environment"]
    values = {name: filled(str(value), given) for name, value in named.items()}
    return {name: value.replace("/run/secrets/", f"{secrets}/") for name, value in values.items()}

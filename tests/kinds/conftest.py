"""One world for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import certificates
from sandbox.server import Running
from tests.kinds.world import World


@pytest.fixture(scope="session")
def kinds_pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates.ensure(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def world(kinds_pki: Path) -> Iterator[World]:
    made = World()
    with Running(made.cloud, kinds_pki) as origin:
        made.connect(origin, kinds_pki)
        yield made

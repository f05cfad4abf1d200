from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.isolation import world


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    """A cloud that answers nobody: what a page sends out fails at once instead of leaving the machine."""
    settings.CLOUD = "custom"
    settings.CLOUD_LOGIN_URL = settings.CLOUD_GRAPH_URL = settings.CLOUD_ARM_URL = "https://localhost:1"
    return world.build()

"""The engine knows kinds and ways in by what they do, and none by name: a new one changes nothing in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from onboarding.kinds import KINDS
from onboarding.planes import PLANES

ENGINE = Path(__file__).parents[2] / "onboarding" / "engine"
NAMES = {*KINDS, *PLANES}


def named(source: str) -> set[str]:
    """Kinds and ways in that are named in the program itself; what is told of it beside does not count."""
    tree = ast.parse(source)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    )
    return {word for text in texts for word in re.findall(r"\w+", text) if word in NAMES}


@pytest.mark.parametrize("path", sorted(ENGINE.glob("*.py")), ids=lambda path: path.stem)
def test_no_kind_and_no_way_in_is_named_in_the_engine(path: Path) -> None:
    assert named(path.read_text("utf-8")) == set()


def test_one_that_were_named_would_be_found() -> None:
    assert named('"""Of a delegation."""\nif kind == "delegation": ...') == {"delegation"}
    assert named('needs = f"lighthouse/{place}"') == {"lighthouse"}

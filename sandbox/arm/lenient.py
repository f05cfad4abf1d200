"""JSON as Azure reads it: comments, trailing commas, line breaks in texts and bare names are all right.

Templates are often written so, and the Azure CLI itself sends `template:` without quotes.
"""

from __future__ import annotations

import json
import re
from typing import Any

PIECES = re.compile(
    r'(?P<text>"(?:\\.|[^"\\])*")|(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<bare>[A-Za-z_]\w*)(?=\s*:)'
    r"|(?P<comma>,)(?=(?:\s|//[^\n]*|/\*.*?\*/)*[}\]])",
    re.DOTALL,
)


def loads(raw: bytes) -> Any:
    """ValueError where even Azure would not know what is meant."""
    return json.loads(PIECES.sub(_strict, raw.decode()), strict=False)


def _strict(found: re.Match[str]) -> str:
    if found["text"] is not None:
        return found["text"]
    return f'"{found["bare"]}"' if found["bare"] else ""

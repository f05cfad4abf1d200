"""Text with gaps in braces, as offers keep names: which may stand in it, and how they are filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter


def spelled(gaps: Iterable[str]) -> str:
    return ", ".join(f"{{{gap}}}" for gap in gaps)


def filled(template: str, gaps: Mapping[str, str]) -> str:
    """Braces of a version from before its name had gaps stand for themselves."""
    return template.format_map(gaps) if fits(template, gaps) else template


def fits(template: str, gaps: Iterable[str]) -> bool:
    """No other gap, and nothing in one but its name: what follows a name would be read as a command."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return False
    named = [(gap, spec, how) for _, gap, spec, how in parts if gap is not None]
    return all(gap in gaps and not spec and how is None for gap, spec, how in named)

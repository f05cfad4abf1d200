"""Taking our values out of a setting that was inherited before us: what is left is what others put into it.

    remains(there, ours, default)   None: nothing is left, and it is inherited again

A value that is no longer as we set it was changed by somebody: it stays, unless the default says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.engine.shape import beyond, is_list, same


def remains(there: Any, ours: Any, default: Any) -> Any:
    if isinstance(there, Mapping) and isinstance(ours, Mapping):
        return _block(there, ours, default if isinstance(default, Mapping) else {})
    if is_list(there) and is_list(ours):
        return beyond(ours, there) or None
    changed = says(there) or says(default)
    return there if changed and not same(there, ours) and not same(there, default) else None


def says(value: Any) -> bool:
    """False, null and empty say nothing; so does a block of nothing else."""
    if isinstance(value, Mapping):
        return any(says(inner) for inner in value.values())
    return any(says(inner) for inner in value) if is_list(value) else bool(value)


def _block(there: Mapping[str, Any], ours: Mapping[str, Any], default: Mapping[str, Any]) -> Any:
    """As a whole, since only a whole setting is inherited: ours in it go back to what the default says."""
    left = {key: remains(there.get(key), ours[key], default.get(key)) for key in ours}
    beside = {key for key in there if key not in ours and not _as_inherited(there[key], default.get(key))}
    if not beside and all(value is None for value in left.values()):
        return None
    return {
        key: _neutral(left[key], there[key], default.get(key)) if key in ours else there[key] for key in there
    }


def _neutral(left: Any, there: Any, default: Any) -> Any:
    """A flag of ours goes back; who and what may come is meaningless without its other half."""
    if left is not None:
        return left
    return bool(default) if isinstance(there, bool) else there


def _as_inherited(value: Any, default: Any) -> bool:
    return same(value, default) or not (says(value) or says(default))

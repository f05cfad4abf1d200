"""Parts of Microsoft's clouds that have the same sign-in page: GCC, GCC High, DoD.

The discovery page names them in a field that Microsoft documents nowhere, `tenant_region_sub_scope`; what its
values mean is what other people's tools read in them.
"""

from __future__ import annotations

from dataclasses import dataclass

from tenants.microsoft.clouds import CLOUDS, Cloud


@dataclass(frozen=True, slots=True)
class Part:
    """`cloud` is the setting of a portal that speaks to it."""

    called: str
    cloud: str


PARTS = {
    "GCC": Part("GCC", "public"),
    "DODCON": Part("GCC High", "usgov"),
    "DOD": Part("DoD", "usgov-dod"),
}


def elsewhere(part: str, cloud: Cloud) -> Part | None:
    """The part, where it is another cloud's in spite of the same sign-in page: its Graph is another one."""
    found = PARTS.get(part)
    if found is None or not cloud.is_microsoft or found.cloud == cloud.name:
        return None
    return found if CLOUDS[found.cloud].login == cloud.login else None

"""Whether a plan only takes away what is ours, by its rows: then one side may decide it alone."""

from __future__ import annotations

from typing import Any

from onboarding import closing
from onboarding.engine.plan import ENDINGS, Action
from onboarding.kinds import ENDS_WITH_US
from onboarding.models import Agreement, Plan


def how(agreement: Agreement) -> str:
    """In words. A pause is decided as an end is, and must not read like one."""
    said = str(agreement.get_form_display())
    if agreement.plan.purpose != Plan.Purpose.PAUSE:
        return said
    return said.replace("withdrawn by", "paused by").replace("ended by", "paused by")


def only_ours(plan: Plan) -> bool:
    """Deleting what we made, giving back what we took over, and ending who holds a package of ours.

    What is nothing but access for us is deleted, whoever made it.
    """
    owned = {row.address: (row.remote_id, row.origin) for row in plan.tenant.owned.all()}
    return only_takes(plan) and all(_is_ours(c, owned) for c in plan.changes)


def only_takes(plan: Plan) -> bool:
    """By its rows: it ends and gives back, or it is a pause and closes."""
    if plan.purpose == Plan.Purpose.PAUSE:
        return all(closing.is_closing(change) for change in plan.changes)
    return plan.takes_away and all(c["action"] in ENDINGS for c in plan.changes)


def _is_ours(change: dict[str, Any], owned: dict[str, tuple[str, str]]) -> bool:
    address = change["address"]
    if change["kind"] == "package_assignments":
        spec = change["spec"]
        address = spec.get("assignmentPolicy", spec["accessPackage"])["ref"]
    remote_id, origin = owned.get(address, ("", ""))
    may_be = {
        Action.DELETE: ("created",),
        Action.RELEASE: ("adopted",),
        Action.UPDATE: ("created", "adopted"),
    }
    if change["kind"] in ENDS_WITH_US:
        may_be = {Action.DELETE: ("created", "adopted")}
    return remote_id == change["remote_id"] and origin in may_be.get(change["action"], ())

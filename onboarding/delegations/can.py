"""What roles of Azure allow, and on what terms an offer gives them, in words for the customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.delegations.roles import DELETE, READER, listed
from onboarding.delegations.rules import spoken

CAN = {
    READER: "Read everything there; cannot change anything.",
    DELETE: "End this delegation; nothing else.",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Make, change and delete everything there; "
    "cannot change who has access.",
    "8d289c81-5878-46d4-8554-54e1e3d8b5cb": "Read incidents, rules, workbooks and logs in Sentinel; "
    "cannot change them.",
    "3e150937-b8fe-4cfb-8069-0eaf05ecd056": "Read Sentinel and work on its incidents: assign, change and "
    "close them, change automation rules, run playbooks on what an incident names; "
    "cannot delete incidents or change analytics rules.",
    "ab8e14d6-4a74-4a29-9ba8-549422addade": "Everything in Sentinel but confidential watchlists: incidents, "
    "rules, connectors, workbooks and saved searches.",
    "51d6186e-6489-4900-b93f-92e23144cca5": "List, read and run playbooks; cannot change them.",
}
"""By the id of Azure's role, from what its definition allows (facts A4); of others only the name is told."""
ENDS = (
    "It has no end of its own: it stays until the delegation is ended, which the customer can do at any time."
)
ALWAYS = f"Always on, for whoever the provider puts into its group. Nobody of the customer is asked. {ENDS}"


def terms(role: Mapping[str, Any]) -> str:
    """Of one role in an offer: what it allows, when, who approves it, and that nothing ends it by itself."""
    name, can = listed().name(role["role"]), CAN.get(role["role"], "")
    return " ".join(filter(None, (f"{name}.", can, _when(role))))


def _when(role: Mapping[str, Any]) -> str:
    if not role.get("on_demand"):
        return ALWAYS
    longest = spoken(role.get("longest", "PT8H"))
    asked = "people of the provider approve that" if role.get("approvers") else "nobody approves that"
    on = f"On demand: somebody in its group switches it on, for {longest} at most each time; {asked}."
    return f"{on} Nobody of the customer is asked. {ENDS}"

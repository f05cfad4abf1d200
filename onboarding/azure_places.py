"""Where in Azure a delegation is to be: subscriptions or resource groups as typed, one a line."""

from __future__ import annotations

import re

from onboarding.intake import wrong
from tenants.microsoft.discovery import is_guid

GROUP = re.compile(r"[\w.()-]{0,89}[\w()-]")
"""As Azure takes names of resource groups: not ending in a full stop."""
MOST = 50


def scopes(typed: list[str], field: str = "azure.subscriptions") -> list[str]:
    """`ID` or `ID/resource-group` → Azure's scopes, each once. Refused("wrong_input") names the line."""
    made = list(dict.fromkeys(_scope(line.strip(), field) for line in typed if line.strip()))
    if len(made) > MOST:
        raise wrong(field, f"at most {MOST} can be named")
    whole = {scope for scope in made if "/resourceGroups/" not in scope}
    for scope in made:
        if scope not in whole and scope.partition("/resourceGroups/")[0] in whole:
            raise wrong(field, f"{scope} lies in a subscription that is named as a whole")
    return made


def _scope(line: str, field: str) -> str:
    subscription, _, group = line.removeprefix("/subscriptions/").partition("/")
    group = group.removeprefix("resourceGroups/")
    if not is_guid(subscription) or (group and not GROUP.fullmatch(group)) or line.endswith("/"):
        raise wrong(field, f"{line!r} is neither a subscription's id nor ID/resource-group")
    scope = f"/subscriptions/{subscription.lower()}"
    return f"{scope}/resourceGroups/{group}" if group else scope

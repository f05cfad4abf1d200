"""Azure's built-in roles, as far as a managed provider meets them (facts A4, as of 22 August 2026).

Of long lists of actions only what decides something here is kept. Whether a role has data actions is true to
the facts: the two Log Analytics roles have had one again since 22 May 2026.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from functools import lru_cache

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
USER_ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
DELETE_ROLE = "91c1777a-f3dc-4fae-b103-61d183457e46"
SENTINEL_READER = "8d289c81-5878-46d4-8554-54e1e3d8b5cb"
SENTINEL_RESPONDER = "3e150937-b8fe-4cfb-8069-0eaf05ecd056"
SENTINEL_CONTRIBUTOR = "ab8e14d6-4a74-4a29-9ba8-549422addade"
LOG_ANALYTICS_CONTRIBUTOR = "92aaf0da-9dab-42b6-94a3-d43ce8d16293"


@dataclasses.dataclass(frozen=True)
class Role:
    id: str
    name: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()

    def allows(self, action: str) -> bool:
        return fits(action, self.actions) and not fits(action, self.not_actions)


def fits(action: str, patterns: Sequence[str]) -> bool:
    return any(_pattern(each).fullmatch(action) for each in patterns)


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*"), re.IGNORECASE)


COMMON = (
    "Microsoft.Authorization/*/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
)
SENTINEL = (
    "Microsoft.SecurityInsights/*/read",
    "Microsoft.OperationalInsights/workspaces/read",
    "Microsoft.OperationalInsights/workspaces/*/read",
    "Microsoft.OperationalInsights/workspaces/query/read",
    "Microsoft.OperationsManagement/solutions/read",
    "Microsoft.Insights/workbooks/read",
    "Microsoft.Support/*",
)
EXPORT = "Microsoft.OperationalInsights/workspaces/jobs/export/action"
NOT_IN_CONTRIBUTOR = (
    "Microsoft.Authorization/*/Delete",
    "Microsoft.Authorization/*/Write",
    "Microsoft.Authorization/elevateAccess/Action",
    "Microsoft.Blueprint/blueprintAssignments/write",
    "Microsoft.Blueprint/blueprintAssignments/delete",
)

ROLES = (
    Role(OWNER, "Owner", ("*",)),
    Role(CONTRIBUTOR, "Contributor", ("*",), NOT_IN_CONTRIBUTOR),
    Role(READER, "Reader", ("*/read",)),
    Role(
        USER_ACCESS_ADMINISTRATOR,
        "User Access Administrator",
        ("*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"),
    ),
    Role(
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        "Role Based Access Control Administrator",
        (
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ),
    ),
    Role(SENTINEL_READER, "Microsoft Sentinel Reader", (*COMMON, *SENTINEL)),
    Role(
        SENTINEL_RESPONDER,
        "Microsoft Sentinel Responder",
        (
            *COMMON,
            *SENTINEL,
            "Microsoft.SecurityInsights/incidents/*",
            "Microsoft.SecurityInsights/automationRules/*",
            "Microsoft.SecurityInsights/entities/runPlaybook/action",
        ),
        (
            "Microsoft.SecurityInsights/incidents/delete",
            "Microsoft.SecurityInsights/ConfidentialWatchlists/*",
        ),
    ),
    Role(
        SENTINEL_CONTRIBUTOR,
        "Microsoft Sentinel Contributor",
        (
            *COMMON,
            *SENTINEL,
            "Microsoft.SecurityInsights/*",
            "Microsoft.Insights/workbooks/*",
            "Microsoft.OperationalInsights/workspaces/savedSearches/*",
        ),
        ("Microsoft.SecurityInsights/ConfidentialWatchlists/*",),
    ),
    Role(
        "f4c81013-99ee-4d62-a7ee-b3f1f648599a",
        "Microsoft Sentinel Automation Contributor",
        ("Microsoft.Authorization/*/read", "Microsoft.Logic/workflows/triggers/read"),
    ),
    Role(
        "51d6186e-6489-4900-b93f-92e23144cca5",
        "Microsoft Sentinel Playbook Operator",
        ("Microsoft.Logic/workflows/read", "Microsoft.Logic/workflows/triggers/listCallbackUrl/action"),
    ),
    Role(
        "87a39d53-fc1b-424a-814c-f7e04687dc9e",
        "Logic App Contributor",
        (*COMMON, "Microsoft.Logic/*", "Microsoft.Storage/storageAccounts/listkeys/action"),
    ),
    Role("515c2055-d9d4-4321-b1b9-bd0c9a0f79fe", "Logic App Operator", (*COMMON, "Microsoft.Logic/*/read")),
    Role(
        "73c42c96-874c-492b-b04d-ab87d138a893",
        "Log Analytics Reader",
        ("*/read", "Microsoft.Support/*"),
        ("Microsoft.OperationalInsights/workspaces/sharedKeys/read",),
        (EXPORT,),
    ),
    Role(
        LOG_ANALYTICS_CONTRIBUTOR,
        "Log Analytics Contributor",
        ("*/read", "Microsoft.OperationalInsights/*", "Microsoft.Resources/deployments/*"),
        data_actions=(EXPORT,),
    ),
    Role(
        "3b03c2da-16b3-4a49-8834-0f8130efdd3b",
        "Log Analytics Data Reader",
        ("Microsoft.OperationalInsights/workspaces/read",),
        data_actions=("Microsoft.OperationalInsights/workspaces/tables/data/read",),
    ),
    Role(
        "39bc4728-0917-49c7-9d2c-d95423bc2eb4",
        "Security Reader",
        ("Microsoft.Authorization/*/read", "Microsoft.Security/*/read", "Microsoft.Resources/*/read"),
    ),
    Role(
        "fb1c8493-542b-48eb-b624-b4c8fea62acd",
        "Security Admin",
        (
            *COMMON,
            "Microsoft.Authorization/policyAssignments/*",
            "Microsoft.Authorization/policyDefinitions/*",
            "Microsoft.Security/*",
        ),
    ),
    Role(
        DELETE_ROLE,
        "Managed Services Registration assignment Delete Role",
        (
            "Microsoft.ManagedServices/registrationAssignments/read",
            "Microsoft.ManagedServices/registrationAssignments/delete",
            "Microsoft.ManagedServices/operationStatuses/read",
        ),
    ),
    Role("b279062a-9be3-42a0-92ae-8b3cf002ec4d", "Workbook Reader", ("Microsoft.Insights/workbooks/read",)),
    Role("e8ddcd69-c73f-4f9f-9844-4100522f16ad", "Workbook Contributor", ("Microsoft.Insights/workbooks/*",)),
    Role("43d0d8ad-25c7-4714-9337-8ba259a9fe05", "Monitoring Reader", ("*/read", "Microsoft.Support/*")),
    Role(
        "749f88d5-cbae-40b8-bcfc-e573ddc772fa",
        "Monitoring Contributor",
        ("*/read", "Microsoft.Insights/*", "Microsoft.Support/*"),
    ),
    Role(
        "cfd33db0-3dd1-45e3-aa9d-cdbdf3b6f24e",
        "Support Request Contributor",
        (*COMMON, "Microsoft.Support/*"),
    ),
    Role(
        "36243c78-bf99-498c-9df9-86d9f8d28608",
        "Resource Policy Contributor",
        (
            *COMMON,
            "*/read",
            "Microsoft.Authorization/policyAssignments/*",
            "Microsoft.Authorization/policyDefinitions/*",
            "Microsoft.Authorization/policySetDefinitions/*",
        ),
    ),
    Role(
        "1c9b6475-caf0-4164-b5a1-2142a7116f4b",
        "Template Spec Contributor",
        (*COMMON, "Microsoft.Resources/templateSpecs/*"),
    ),
)
BY_ID = {role.id: role for role in ROLES}

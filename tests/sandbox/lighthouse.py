"""What a provider asks to be let in with, as a template's resources or a PUT have it."""

from __future__ import annotations

from typing import Any

from sandbox.arm import roles
from sandbox.store import Object
from tests.sandbox.arm_client import ENGINEERS, PORTAL, SCOPE, SERVICES, SOC, Azure
from tests.sandbox.graph_client import FABRIKAM

NAME = "a284898a-fc04-581d-aca0-047861d06160"
OTHER = "d6a5baf1-8b9b-542a-8525-2982f1f98a0c"
DEFINITION = f"{SERVICES}/registrationDefinitions/{NAME}"
ASSIGNMENT = f"{SERVICES}/registrationAssignments/{NAME}"


def authorization(role: str, principal: str = SOC, **more: Any) -> Object:
    return {"principalId": principal, "principalIdDisplayName": "SOC", "roleDefinitionId": role, **more}


def eligible(role: str = roles.SENTINEL_CONTRIBUTOR, principal: str = ENGINEERS, **policy: Any) -> Object:
    whole = {"multiFactorAuthProvider": "Azure", "maximumActivationDuration": "PT8H", **policy}
    return authorization(role, principal, justInTimeAccessPolicy=whole)


def approvers(count: int) -> list[Object]:
    return [{"principalId": SOC, "principalIdDisplayName": f"Lead {number}"} for number in range(count)]


def offer(**changes: Any) -> Object:
    """Reader for the SOC and the delete role for the portal; one more role to activate."""
    permanent = [authorization(roles.READER), authorization(roles.READER, ENGINEERS)]
    permanent += [authorization(roles.READER, PORTAL), authorization(roles.DELETE_ROLE, PORTAL)]
    given = {
        "registrationDefinitionName": "Relecloud Managed Services",
        "description": "Sentinel, day and night",
    }
    given |= {"managedByTenantId": FABRIKAM, "authorizations": permanent}
    return {"properties": {**given, "eligibleAuthorizations": [eligible()], **changes}}


def assigned(definition: str = DEFINITION) -> Object:
    return {"properties": {"registrationDefinitionId": definition}}


def delegate(nora: Azure, **changes: Any) -> None:
    nora.call("POST", f"{SCOPE}/providers/Microsoft.ManagedServices/register")
    nora.put(DEFINITION, offer(**changes))
    nora.put(ASSIGNMENT, assigned())

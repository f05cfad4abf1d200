"""Microsoft's own apps that anybody signs in with, from a console: public clients, without a secret.

The command line tools of Microsoft Graph may be granted whatever an administrator consents to. The Azure CLI
holds what Microsoft gave it, which is nothing of entitlement management (Azure/azure-cli, issue 32733).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox import directory, tokens
from sandbox.cloud import Cloud
from sandbox.errors import LoginError

GRAPH_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
AZURE = f"{tokens.ARM}/user_impersonation"
PLAIN = {"openid", "profile", "email", "offline_access", "User.Read"}
"""What anybody may consent to."""


def put(cloud: Cloud) -> None:
    for id, name, given in (
        (GRAPH_TOOLS, "Microsoft Graph Command Line Tools", None),
        (AZURE_CLI, "Microsoft Azure CLI", [AZURE]),
    ):
        shown = {"displayName": name, "tenant": MICROSOFT, "roles": [], "redirectUris": ["http://localhost"]}
        cloud.store.put("", "applications", {"id": id, **shown, "publicClient": True, "preauthorized": given})


def check(cloud: Cloud, app: dict[str, Any], claims: Mapping[str, Any], asked: Mapping[str, str]) -> None:
    """An app of Microsoft's for what it is not given, or what no administrator consented to."""
    if "preauthorized" not in app:
        return
    wanted = {each for each in asked.get("scope", "").split() if not each.endswith("/.default")} - PLAIN
    if app["preauthorized"] is not None and wanted - set(app["preauthorized"]):
        text = "Consent between first party application and resource must be configured via preauthorization."
        raise LoginError(400, "invalid_client", 65002, text)
    _, user = directory.person(cloud, f"{claims['tid']}/{claims['oid']}")
    if app["preauthorized"] is None and wanted and not (user.get("isAdmin") or user.get("consented")):
        raise LoginError(400, "invalid_grant", 65001, "The user or administrator has not consented.")

"""How Azure says no: `{"error": {"code", "message"}}`, sometimes with target, details or additionalInfo."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.store import Object


class ArmError(Exception):
    """Raised anywhere in this room. `status` is None for an error that only ever stands inside another."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: list[Object] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.headers = dict(headers or {})
        self.error: Object = {"code": code, **more, "message": message}
        if details:
            self.error["details"] = details

    @property
    def code(self) -> str:
        return str(self.error["code"])

    @property
    def body(self) -> Object:
        return {"error": self.error}

    def packed(self) -> str:
        """As a deployment carries it: JSON in a string, indented by two, with Windows line ends."""
        return json.dumps(self.body, indent=2).replace("\n", "\r\n")


def denied(name: str, oid: str, action: str, scope: str) -> ArmError:
    words = (
        f"The client '{name}' with object id '{oid}' does not have authorization to perform action "
        f"'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please "
        "refresh your credentials."
    )
    return ArmError(403, "AuthorizationFailed", words)


def no_subscription(id: str) -> ArmError:
    return ArmError(404, "SubscriptionNotFound", f"The subscription '{id}' could not be found.")


def no_group(name: str) -> ArmError:
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def absent(type: str, name: str, scope: str = "") -> ArmError:
    group = scope.rpartition("/resourceGroups/")[2].partition("/")[0] if "/resourceGroups/" in scope else ""
    where = f" under resource group '{group}'" if group else ""
    words = f"The Resource '{type}/{name}'{where} was not found."
    return ArmError(
        404,
        "ResourceNotFound",
        f"{words} For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def bad(code: str, message: str, **more: Any) -> ArmError:
    return ArmError(400, code, message, **more)

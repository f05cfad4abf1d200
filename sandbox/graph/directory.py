"""Finding the people, apps and groups of a tenant: what members, owners and sponsors are made of."""

from __future__ import annotations

from typing import Any

from msgraph.generated.models.directory_object import DirectoryObject
from msgraph.generated.models.group import Group
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.models.user import User

from sandbox.cloud import Cloud
from sandbox.graph.calls import ONE, Call, absent, bad, seen
from sandbox.graph.odata import Follow, Kind, show
from sandbox.store import Object

OBJECTS = Kind("directoryObjects", DirectoryObject, frozenset({"eq id"}))


MOST_EXPANDED = 20
"""Of people, groups and apps; there is no next page."""


def _linked(name: str) -> Follow:
    return lambda cloud, tid, group: (OBJECTS, linked(cloud, tid, group.get(name, []))[:MOST_EXPANDED])


USERS = Kind(
    "users",
    User,
    frozenset(
        {
            "eq id",
            "eq mail",
            "eq userPrincipalName",
            "eq displayName",
            "startswith displayName",
            "eq userType",
        }
    ),
    frozenset(
        [
            "id",
            "businessPhones",
            "displayName",
            "givenName",
            "jobTitle",
            "mail",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage",
            "surname",
            "userPrincipalName",
        ]
    ),
    type="#microsoft.graph.user",
)
PRINCIPALS = Kind(
    "servicePrincipals",
    ServicePrincipal,
    frozenset({"eq id", "eq appId", "eq displayName"}),
    frozenset(
        ["id", "appId", "displayName", "accountEnabled", "servicePrincipalType", "appOwnerOrganizationId"]
    ),
    type="#microsoft.graph.servicePrincipal",
)
GROUPS = Kind(
    "groups",
    Group,
    frozenset({"eq id", "eq displayName", "startswith displayName", "eq mailNickname", "eq securityEnabled"}),
    follow={"members": _linked("members"), "owners": _linked("owners")},
    type="#microsoft.graph.group",
)
KINDS = (USERS, GROUPS, PRINCIPALS)


def anyone(cloud: Cloud, tid: str, id: str) -> Object | None:
    found = (cloud.store.get(tid, kind.collection, id) for kind in KINDS)
    return next((item for item in found if item), None)


def linked(cloud: Cloud, tid: str, ids: list[str]) -> list[Object]:
    return [found for id in ids if (found := anyone(cloud, tid, id))]


def typed(call: Call, id: str, options: dict[str, str]) -> Object:
    """One of a mixed list: it says what it is."""
    for kind in KINDS:
        if item := call.store.get(call.tid, kind.collection, id):
            return {"@odata.type": kind.type, **show(call, kind, item, options)}
    raise absent(id)


def visible(call: Call, collection: str) -> list[Object]:
    return seen(call.cloud, call.tid, collection, call.all(collection))


def read(call: Call, kind: Kind, id: str, where: str = ONE) -> Object:
    found = call.store.get(call.tid, kind.collection, id)
    if not found or call.cloud.lags(call.tid, kind.collection, id, where):
        raise absent(id)
    return found


def referenced(call: Call, url: Any) -> str:
    """The id at the end of an @odata.id; it must be somebody of this tenant."""
    if not isinstance(url, str) or "/v1.0/" not in url:
        raise bad("Invalid URL format specified in payload.")
    id = url.rpartition("/")[2]
    if not anyone(call.cloud, call.tid, id):
        raise absent(id)
    return id

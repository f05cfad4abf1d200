"""Users and service principals. userType and the like are shown only when selected (facts 5)."""

from __future__ import annotations

from sandbox.graph.calls import Call, Endpoint, Reply, absent
from sandbox.graph.directory import PRINCIPALS, USERS, read, visible
from sandbox.graph.odata import listing, one


def _list(call: Call) -> Reply:
    return listing(call, USERS, visible(call, "users"))


def _get(call: Call) -> Reply:
    """By id or by user principal name."""
    wanted = call.given["id"].casefold()
    named = (
        user["id"] for user in call.all("users") if user.get("userPrincipalName", "").casefold() == wanted
    )
    return one(call, USERS, read(call, USERS, next(named, call.given["id"])))


def _list_principals(call: Call) -> Reply:
    return listing(call, PRINCIPALS, visible(call, "servicePrincipals"))


def _get_principal(call: Call) -> Reply:
    return one(call, PRINCIPALS, read(call, PRINCIPALS, call.given["id"]))


def _principal_of_app(call: Call) -> Reply:
    app = call.given["app"]
    ids = [each["id"] for each in call.all("servicePrincipals") if each["appId"] == app]
    if not ids:
        raise absent(app)
    return one(call, PRINCIPALS, read(call, PRINCIPALS, ids[0], "app id"))


def _delete_principal(call: Call) -> Reply:
    """No token is given to the app in this tenant any more; those it has live on until they end."""
    if not call.store.remove(call.tid, "servicePrincipals", call.given["id"]):
        raise absent(call.given["id"])
    return Reply(204)


ENDPOINTS = [
    Endpoint("GET", "/users", _list),
    Endpoint("GET", "/users/{id}", _get),
    Endpoint("GET", "/servicePrincipals", _list_principals),
    Endpoint("GET", "/servicePrincipals(appId='{app}')", _principal_of_app),
    Endpoint("GET", "/servicePrincipals/{id}", _get_principal),
    Endpoint("DELETE", "/servicePrincipals/{id}", _delete_principal),
]

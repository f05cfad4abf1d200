"""Admin consent: what we ask a customer for, why, and whether it was given.

A redirect back from Microsoft proves nothing: anyone may consent in a tenant of their own. Only *our* token
for the customer's tenant, with the roles in it, is believed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from tenants.microsoft import credentials
from tenants.microsoft.apps import App
from tenants.microsoft.clouds import Cloud


@dataclass(frozen=True, slots=True)
class Permission:
    """`use` is what we do with it; `reach` is what it would let us do besides, said honestly."""

    use: str
    reach: str


PERMISSIONS = {
    "EntitlementManagement.Read.All": Permission(
        "Read back the access packages that were agreed to, and who holds them.",
        "Read every catalog, access package, request and assignment of the tenant.",
    ),
    "Group.Read.All": Permission(
        "Read the analysts' and approvers' groups and compare them with what was agreed to.",
        "Read every group with its members, and the content of Microsoft 365 groups.",
    ),
    "User.Read.All": Permission(
        "Find the approvers and reviewers that are named, and see that they are members of the tenant.",
        "Read the full profile of every user.",
    ),
    "Organization.Read.All": Permission(
        "Read the tenant's name, domains and licences to see what it is ready for.",
        "Read every subscription and the tenant's contact details.",
    ),
    "Policy.Read.All": Permission(
        "See whether a policy would keep our analysts out before anything is set up.",
        "Read every policy of the tenant, conditional access included.",
    ),
    "CrossTenantInformation.ReadBasic.All": Permission(
        "Check that the tenant you named is the one you meant.",
        "Read the public name and default domain of any Microsoft tenant.",
    ),
    "EntitlementManagement.ReadWrite.All": Permission(
        "Set up the connected organisation, catalog, access packages and their policies, and remove them.",
        "Change or delete every catalog and access package, and give anybody an existing package.",
    ),
    "Group.ReadWrite.All": Permission(
        "Create the analysts' and approvers' groups, put them into the catalog and the first approvers into "
        "theirs.",
        "Change or delete every group that is not role-assignable, and the content of Microsoft 365 groups.",
    ),
    "GroupMember.Read.All": Permission(
        "Find the groups that an offer names, in the provider's own tenant, and tell each customer who is in "
        "those that hold a role in its Azure.",
        "Read every group with its members.",
    ),
    "Policy.ReadWrite.CrossTenantAccess": Permission(
        "Set what one tenant trusts of the other and whom it lets in as guests, and take it out again.",
        "Change or delete the cross-tenant access settings for every other tenant, and the default.",
    ),
    "openid": Permission(
        "Have Microsoft vouch that somebody signed in just now, and for this portal.",
        "Nothing: it opens no mail, file, group or setting.",
    ),
    "profile": Permission(
        "Learn which account it is: its tenant, its number there, its name and its sign-in name.",
        "Ask Microsoft for the rest of that one person's basic profile, such as first and last name. "
        "Nobody else's.",
    ),
    "user_impersonation": Permission(
        "Ask Azure about the one template and deploy it, in the name of whoever signed in for it.",
        "Do all that this account may do in that tenant's Azure, in every subscription it has a role in, for "
        "the hour that the token is good.",
    ),
}

READER_PERMISSIONS = frozenset(
    {
        "EntitlementManagement.Read.All",
        "Group.Read.All",
        "User.Read.All",
        "Organization.Read.All",
        "Policy.Read.All",
        "CrossTenantInformation.ReadBasic.All",
    }
)
SETUP_PERMISSIONS = frozenset(
    {
        "EntitlementManagement.ReadWrite.All",
        "Group.ReadWrite.All",
        "User.Read.All",
    }
)
TRUST_PERMISSIONS = frozenset({"Policy.ReadWrite.CrossTenantAccess"})
HOME_PERMISSIONS = frozenset({"GroupMember.Read.All"})
"""Always; what is written there takes more, and is asked for only where it is sold."""
NEEDED = {
    "reader": READER_PERMISSIONS,
    "setup": SETUP_PERMISSIONS,
    "trust": TRUST_PERMISSIONS,
    "home": HOME_PERMISSIONS,
    "signin": frozenset[str](),
}
SIGNIN_PERMISSIONS = frozenset({"openid", "profile"})
DELEGATED = {"signin": SIGNIN_PERMISSIONS, "deploy": SIGNIN_PERMISSIONS | {"user_impersonation"}}
"""What is asked of the person who signs in. It is theirs to give, so no tenant's consent is looked for."""
WRITERS = ("setup", "trust")
"""What customers let in to write, each for the ways in that need it."""


def most(purpose: str) -> frozenset[str]:
    """All that this app may ask anybody for, with what it needs only for some ways in."""
    nothing = frozenset[str]()
    of_some = TRUST_PERMISSIONS if purpose == "home" else nothing
    return NEEDED.get(purpose, nothing) | DELEGATED.get(purpose, nothing) | of_some


def writer(permissions: Collection[str]) -> str:
    """The app that has what such writes take."""
    return next(purpose for purpose in WRITERS if NEEDED[purpose].issuperset(permissions))


def admin_consent_url(cloud: Cloud, tenant_id: str, client_id: str, redirect_uri: str, state: str) -> str:
    """Where an administrator of the customer lets one of our apps in, with all it asks for at once."""
    query = {
        "client_id": client_id,
        "scope": cloud.graph_scope,
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return f"{cloud.login}/{quote(tenant_id, safe='')}/v2.0/adminconsent?{urlencode(query)}"


def missing(app: App, tid: str, cloud: Cloud | None = None, besides: Collection[str] = ()) -> frozenset[str]:
    """What the app still lacks in that tenant, by our own token. Raises as fetching a token does.

    `besides`: what it needs only for some ways in. A token from before a consent goes on lacking what was
    consented to, so a lack needs a new one.
    """
    needed = NEEDED[app.purpose].union(besides)
    if needed <= credentials.roles(app, tid, cloud):
        return frozenset()
    credentials.forget(app, tid, cloud)
    return needed - credentials.roles(app, tid, cloud)

"""What the words of several refusals share: what is safe, who can help, where to go, and plain nouns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """`link` is the place to act, or "" where there is none."""

    what: str
    safe: str
    next: str
    who: str
    link: str = ""


NOTHING = "Nothing was changed in any tenant."
AS_IT_WAS = "What was there before is as it was."
SO_FAR = "What was set up so far stands as recorded and is not made twice."

CUSTOMER = "An administrator of the customer."
GLOBAL = "A Global Administrator or Privileged Role Administrator of the customer."
PROVIDER = "An administrator of the provider."
OPERATOR = "Whoever runs this portal."

ENTRA_HOME = "https://entra.microsoft.com/"
ENTRA = f"{ENTRA_HOME}#view"
APPS = f"{ENTRA}/Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppAppsPreview"
USERS = f"{ENTRA}/Microsoft_AAD_UsersAndTenants/UserManagementMenuBlade/~/AllUsers"
OVERVIEW = f"{ENTRA}/Microsoft_AAD_IAM/TenantOverview.ReactView"
LICENCES = "https://admin.microsoft.com/#/subscriptions"
REGISTRATIONS = f"{ENTRA}/Microsoft_AAD_RegisteredApps/ApplicationsListBlade"

GAPS = {
    "ended": "ended or paused",
    "on": "a day in the record",
    "tenant": "the customer's tenant",
    "domain": "this domain or tenant id",
    "app": "our app",
    "email": "this address",
    "permission": "a permission that is needed",
    "name": "an object",
    "id": "unknown id",
    "step": "a step",
    "why": "Microsoft said no",
    "field": "a field",
    "since": "the start",
    "times": "several",
    "role": "a role",
    "sort": "something else",
    "count": "too many",
    "length": "an unknown time",
    "subscription": "the subscription",
    "until": "its end",
    "setting": "that cloud's name",
    "shown": "that the portal shows",
    "who": "somebody of the customer",
}

OUR_APPS = {
    "reader": "our reader app",
    "setup": "our set-up app",
    "trust": "our set-up app for cross-tenant access",
    "home": "our app for the provider's own tenant",
    "signin": "our sign-in app",
}


def the_app(purpose: str) -> str:
    """The same where it is the customer who reads, to whom it is not "ours"."""
    return f"the {OUR_APPS[purpose].removeprefix('our ')}"


USUAL_NAMES = {"reader": "Gatehouse reader", "setup": "Gatehouse set-up", "trust": "Gatehouse trust"}
"""Of the apps that customers let in, what README.md has a provider call them at Microsoft."""


def visible(text: str) -> str:
    """Names from tenants are hostile: what would not show, or would turn the line round, is spelt out."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)

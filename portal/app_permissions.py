"""What each of our apps may do, for Help: the permission, what we use it for, what it could reach besides."""

from __future__ import annotations

from tenants import consent

APPS = (
    (
        "reader",
        "The reader app",
        "Reads only. It stays while the customer stays, so that the portal can check that all is as agreed.",
    ),
    (
        "setup",
        "The set-up app",
        "Makes the set-up, changes it and takes it away. The customer may remove the app once everything was "
        "read back; it is asked for again before the next plan.",
    ),
    (
        "trust",
        "The set-up app for cross-tenant access",
        "Writes. Only where the offer sets trust between the tenants; the customer may remove it likewise.",
    ),
    (
        "home",
        "The app for the provider's own tenant",
        "Finds the groups an offer names, ends delegations and, where trust is sold, writes its other half.",
    ),
    (
        "signin",
        "The sign-in app",
        "Lets people into this portal. It asks for nothing in the tenant. Microsoft's own page may add "
        "further lines when somebody signs in for the first time, such as keeping access: the portal asks "
        "for no such thing.",
    ),
    (
        "deploy",
        "The app for deploying with one's own sign-in",
        "Only where the provider has one, and only for Azure. Whoever signs in lets it in for themselves; "
        "where the customer lets nobody do that, an administrator does. The one token is kept encrypted and "
        "wiped when the deployment ends, or after the hour that it is good for.",
    ),
)


def explained() -> list[tuple[str, str, list[tuple[str, consent.Permission]]]]:
    """Each app, how long it stays, and its permissions."""
    return [
        (title, life, [(name, consent.PERMISSIONS[name]) for name in sorted(consent.most(app))])
        for app, title, life in APPS
    ]

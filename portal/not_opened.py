"""What people see when a door does not open: the four usual pictures, and who can do something about each.

Sources: facts of Microsoft's pages as collected in links.toml, and what others reported. Where the cause is
only what usually was found, the text says "usually", and nothing is promised.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """`acts` are tried in their order. `who` can do what oneself cannot."""

    slug: str
    seen: str
    means: str
    acts: tuple[str, ...]
    who: str
    known: str


DOCUMENTED = "Documented by Microsoft."
REPORTED = "Reported by others; Microsoft does not document a cause."
EXPERIENCE = "As analysts who work in many tenants describe it; Microsoft does not document it as a fault."

PICTURES = (
    Picture(
        "mfa-again-and-again",
        "It asks for MFA again and again, or to register it once more.",
        "The customer's tenant wants MFA (multi-factor authentication) of its own and does not trust the one "
        "you passed at home. "
        "With security defaults on, each guest registers MFA in that tenant.",
        (
            "Register once in the customer's tenant when it asks; that is expected at the first sign-in.",
            "If it asks each time: note the tenant and the time, and tell your administrator.",
        ),
        "An administrator of the customer can trust the provider's MFA: External Identities, Cross-tenant "
        "access settings, the provider's tenant, Inbound access, Trust settings. What the portal found about "
        "it stands under Readiness.",
        DOCUMENTED,
    ),
    Picture(
        "no-permission",
        "It opens, but says that you have no permission, or the page stays empty.",
        "You are let in, but what you hold gives no right to this page; or you were given it only just now, "
        "and it does not show everywhere yet.",
        (
            "Look in My Access whether your access to this tenant is delivered and has not ended.",
            "Given only just now: wait some minutes, then sign out of that portal and in again.",
            "Look at the customer's page here: as long as it says “Let in, but no Defender role yet”, nobody "
            "of your tier sees anything in Defender.",
        ),
        "An administrator of the customer gives your tier's group its role in Defender; the exact clicks "
        "stand on the customer's page.",
        "How long it takes to show is not documented.",
    ),
    Picture(
        "username-may-be-incorrect",
        "It says that your username may be incorrect, or only that an error occurred.",
        "Microsoft's page does not take your account for one that may ask here. Others met it although their "
        "tenant was connected; a personal account, an account of a tenant that is not connected, and the "
        "customer's settings for guests played a part.",
        (
            "Open the whole link from the customer's page, with the part after the @, and not in a private "
            "window.",
            "Sign in with your work account of the provider, the one that you use here.",
            "If it stays so: note the time and the whole message, and tell your administrator.",
        ),
        "An administrator of the customer can see under Identity Governance, Connected organisations, that "
        "the provider's tenant is there and configured, and under External collaboration settings whether "
        "guests may be invited. “Read it back now” on the customer's page shows the first of the two.",
        REPORTED,
    ),
    Picture(
        "wrong-tenant",
        "Another customer's data is shown, or your own organisation's.",
        "The browser went on in the tenant where you worked last. A link that names the tenant usually lands "
        "right, but not always.",
        (
            "Do nothing on that page. Compare the tenant named there with the one named here.",
            "Close the window and open the door from the customer's page again.",
            "Keep one window, or better one browser profile, for each tenant.",
        ),
        "Nobody else is needed. If you changed something in the wrong tenant, tell both customers' contacts "
        "and your administrator at once.",
        EXPERIENCE,
    ),
)

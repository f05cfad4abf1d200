"""The words where something waits, or has waited for too long."""

from __future__ import annotations

from onboarding.reason_parts import APPS, GLOBAL, PROVIDER, SO_FAR, Words

WAITS = {
    "run_meanwhile": Words(
        "A run was under way in {tenant} while it was read, so what was read may be from before it.",
        "It was not kept, and reading changes nothing.",
        "Look at the run, which is read back at its end. When it has ended, read the tenant again.",
        "Nobody before that; then whoever asked.",
    ),
    "waited_too_long": Words(
        "{step} has been waiting for Microsoft since {since}, longer than it ever should.",
        SO_FAR,
        "Look at the object in the tenant and at Microsoft's service health; then plan again.",
        PROVIDER,
        "https://admin.microsoft.com/#/servicehealth",
    ),
    "unread": Words(
        "The tenant is read before anything is written and after it, and that does not succeed: {why}.",
        f"{SO_FAR} Nothing is written meanwhile.",
        "Let our reader app in again if it was removed or lost a permission; a disturbance at Microsoft ends "
        "by itself. It is tried again for an hour, and then it ends. It can be stopped at any time.",
        f"{GLOBAL[:-1]} lets the app in; an administrator of the provider stops it.",
        APPS,
    ),
    "never_read": Words(
        "The tenant could not be read for an hour, so the run ended: {why}. What it wrote may all be there; "
        "nobody could look.",
        SO_FAR,
        "Let our reader app in again if it was removed or lost a permission, or wait until Microsoft "
        "answers; then plan again.",
        f"{GLOBAL[:-1]} lets the app in; an administrator of the provider plans again.",
        APPS,
    ),
    "left_unclear": Words(
        "Nobody can tell whether {step} was done: the answer was lost and reading failed ({why}).",
        SO_FAR,
        "Look in the tenant for what carries our mark {id} in its description or unique name; take it over "
        "or remove it before planning again.",
        PROVIDER,
    ),
}

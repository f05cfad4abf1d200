"""The words of the portal, each explained once, from A to Z. Pages link to them by their slug."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """`also` is what Microsoft, or an engineer, calls the same thing."""

    slug: str
    word: str
    meaning: str
    also: str = ""


WORDS = (
    Word("customer", "Customer", "A company that lets us help it. It has one or more Microsoft tenants."),
    Word(
        "tenant",
        "Tenant",
        "One organisation's own space in Microsoft's cloud: its users, groups and settings.",
    ),
    Word("provider", "Provider", "The company that runs this portal and whose analysts are let in.", "MSSP"),
    Word(
        "tier",
        "Tier",
        "A named level of analyst, such as Tier 1. Each has its own group in the customer's tenant.",
    ),
    Word(
        "approvers",
        "Approvers",
        "The people who say yes or no when an analyst asks for access. The customer names the first of them.",
    ),
    Word(
        "reviewer",
        "Reviewer",
        "A person of the customer who may agree to plans, see who has access, and end it.",
    ),
    Word(
        "analyst",
        "Analyst",
        "Somebody of the provider who works in customers' tenants. Each has one tier or more.",
    ),
    Word("offer", "Offer", "What is sold: which ways in, which tiers and which rules, with a version."),
    Word(
        "way-in",
        "Way in",
        "One technical path by which analysts reach a tenant: access packages, guest accounts and others.",
        "plane",
    ),
    Word(
        "set-up",
        "Set-up",
        "Everything that one customer should have in its tenant so that analysts can work.",
        "blueprint",
    ),
    Word("plan", "Plan", "The difference between what should be there and what is: a list of changes."),
    Word(
        "plan-number",
        "Plan number",
        "A fingerprint of a plan. If one letter of the plan changed, the number would be another one. "
        "What the customer agrees to is this number.",
        "digest",
    ),
    Word(
        "admin-consent",
        "Admin consent",
        "Microsoft's: an administrator lets one of our apps into the tenant, with the permissions named.",
    ),
    Word(
        "agreement",
        "Agreement",
        "Ours: a reviewer of the customer agrees to one plan by its number. Without it nothing is set up or "
        "changed; only what is ours may be taken away again. A no, with its reason, holds for that plan for "
        "good: whoever is asked again is shown a new one.",
    ),
    Word(
        "recorded",
        "Recorded, not signed",
        "An agreement on paper: two people of the provider entered it, instead of the customer signing in.",
    ),
    Word(
        "receipt",
        "Receipt",
        "What the customer keeps of an agreement: Microsoft's signature on it or, of one on paper, the "
        "paper's fingerprint; and its place in the record.",
    ),
    Word(
        "run",
        "Run",
        "One plan being carried out, change by change, by the worker. It can be stopped; what it made stays "
        "known.",
    ),
    Word(
        "worker",
        "Worker",
        "The part of the portal that asks tenants and writes to them. It works while nobody looks.",
    ),
    Word(
        "readiness",
        "Readiness",
        "What Microsoft asks of a tenant before analysts can be let in, and whether it is there.",
    ),
    Word(
        "read-back",
        "Read back",
        "We asked the tenant and compared what is there. Only this makes anything green.",
    ),
    Word(
        "changed",
        "Changed since we checked",
        "Something in the tenant is no longer as agreed. The portal shows it; it never repairs by itself.",
        "drift",
    ),
    Word(
        "not-readable",
        "Could not be read",
        "We could not look. It does not mean that something is missing or was changed.",
        "unknown",
    ),
    Word(
        "take-over",
        "Take over existing",
        "An object that was there before is used instead of a new one. A person decides it for each.",
        "adopt",
    ),
    Word(
        "confirmed",
        "Confirmed by name, not checked",
        "A named person says it was done. The portal could not look for itself.",
        "attested",
    ),
    Word(
        "not-planned",
        "Nobody planned this",
        "Something in what we made that no plan put there, such as a strange member of a group.",
    ),
    Word(
        "look-alike",
        "Look-alike",
        "An object that was there before under a name that we would give. A person says whether it is meant. "
        "On the page Readiness: names that are taken.",
    ),
    Word(
        "trust",
        "Trust between the tenants",
        "The customer's tenant counts what analysts proved at home, and lets only their group in as guests. "
        "Half of it stands in each tenant; one half alone is shown as one-sided.",
        "cross-tenant access",
    ),
    Word(
        "guard-pack",
        "Guard pack",
        "What a customer may deploy to watch over its delegations of Azure: a list of tenants that may be "
        "given one, a report, and an alert by e-mail. It is the customer's own and stays when all else ends.",
    ),
    Word(
        "review",
        "Review",
        "A reviewer of the customer says of each access whether it is kept, ends or is asked about, and why, "
        "and signs it. Nobody of the provider can.",
    ),
    Word(
        "microsofts-review",
        "Microsoft's review",
        "Microsoft asks the approvers at the interval of a package who still needs it. This portal cannot "
        "see whether anybody answered: a named reviewer looks by the day it closes, and confirms it by name.",
        "access review",
    ),
    Word("access", "Access", "What a person or group can do in a tenant, and until when.", "grant"),
    Word(
        "renew",
        "Renew",
        "Your access is open and ends within 30 days. Before then, ask in My Access for more time.",
    ),
    Word("always-on", "Always on", "Access without an end date or without a request each time.", "standing"),
    Word(
        "record",
        "Record",
        "Who did what and when. Entries are only ever added, and each is chained to the one before, "
        "so a change would show. The newest entry's fingerprint covers all before it; files call it head.",
        "ledger",
    ),
    Word(
        "end",
        "End and clean up",
        "What we made is removed; what was taken over is given back as it was found. Azure delegations are "
        "removed whoever made them. The provider may do it; a reviewer of the customer may decide it alone.",
        "offboard",
    ),
    Word(
        "access-package",
        "Access package",
        "Microsoft's form for asking: an analyst asks, an approver answers, and the access ends by itself.",
    ),
    Word(
        "catalog",
        "Catalog",
        "A drawer in the customer's tenant that keeps our access packages and groups apart from all others.",
    ),
    Word(
        "request-policy",
        "Request policy",
        "The rules of an access package: who may ask, who answers, for how long, and when it is reviewed.",
    ),
    Word(
        "member-role",
        "Member role",
        "What an access package gives: being a member of one group, for as long as the access lasts.",
    ),
    Word(
        "connected-organisation",
        "Connected organisation",
        "The provider's tenant as the customer's tenant knows it, so that only people from there can ask.",
    ),
    Word(
        "initial-domain",
        "Initial domain",
        "The name ending in onmicrosoft.com that a tenant has from its first day. Links to My Access use it.",
    ),
    Word(
        "conditional-access",
        "Conditional access",
        "A tenant's rules for from where, and with which proof, somebody may sign in. Guests meet them, too.",
    ),
    Word(
        "security-defaults",
        "Security defaults",
        "Microsoft's simple protection for a tenant without such rules: everybody registers a second proof.",
    ),
    Word(
        "delegation",
        "Delegation",
        "A subscription or resource group in Azure in which groups of another tenant hold roles. "
        "Only an owner of the subscription can make one, and an owner can end it at any time.",
        "Azure Lighthouse",
    ),
    Word(
        "pool", "Pool", "Some customers, never all, whom one group of the provider opens together in Azure."
    ),
    Word("own-sign-in", "Own sign-in", "An owner lets the portal deploy one template in their name."),
    Word("my-access", "My Access", "Microsoft's page where access packages are asked for and answered."),
    Word(
        "reader-app",
        "Reader app",
        "Our app that only reads. An administrator of the customer lets it in once, and it stays. Microsoft "
        "shows it as “Gatehouse reader”, unless the provider named it otherwise.",
    ),
    Word(
        "set-up-app",
        "Set-up app",
        "Our app that writes what was agreed to. It is let in for a set-up, a change or the end, and may be "
        "removed in between. Microsoft shows it as “Gatehouse set-up”.",
    ),
    Word(
        "sign-in-app",
        "Sign-in app",
        "Our app by which people sign in to this portal. It opens nothing in a tenant.",
    ),
    Word("door", "Door", "A link that leads into one of Microsoft's portals, for one tenant."),
    Word(
        "hand-over",
        "Hand-over",
        "The page to print when all is set up: where to ask, who approves, what ends when, how to end it.",
    ),
    Word(
        "freeze-window",
        "Freeze window",
        "A time in which nothing is set up or changed in a tenant. An end is never held back.",
    ),
    Word(
        "write-stop",
        "Write stop",
        "While it stands, nothing new is written in any tenant, ends included. The provider sets it and "
        "lifts it. Reading goes on, what was done stands, and what waits goes on by itself afterwards.",
    ),
    Word(
        "exit-kit",
        "Exit kit",
        "A script with which the customer finds and removes what the provider has, without this portal.",
    ),
    Word(
        "guest",
        "Guest",
        "Somebody's account in the tenant of another organisation, as analysts have it in a customer's.",
    ),
    Word(
        "token",
        "Token",
        "What Microsoft hands our app when it asks for a tenant. It lists what the app may do there, so it "
        "proves whether the app was let in.",
    ),
    Word(
        "change-number",
        "Change number",
        "The number under which the customer's own change management knows this change, where it has one.",
    ),
    Word(
        "evidence-pack",
        "Evidence pack",
        "A file for an auditor: agreements, runs, accesses, reviews and the record of a time.",
    ),
    Word(
        "task",
        "Task",
        "Something that only the customer's own people can do. Each says who of them, where and how.",
    ),
    Word("mfa", "MFA", "Multi-factor authentication: a proof besides the password, such as a code or a key."),
    Word("b2b", "B2B", "Business to business: people of one tenant being guests in another."),
    Word(
        "gdap",
        "GDAP",
        "Granular delegated admin privileges: Microsoft's way for resellers to administer customers.",
    ),
    Word(
        "pim", "PIM", "Privileged Identity Management: roles that are switched on for some hours when needed."
    ),
)

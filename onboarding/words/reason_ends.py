"""The words where one side decides an end, and where a freeze window holds."""

from __future__ import annotations

from onboarding.reason_parts import NOTHING, PROVIDER, Words

ENDS = {
    "customers_end": Words(
        "This end was decided by a reviewer of the customer, so the provider cannot stop it.",
        "It goes on as it was begun.",
        "Ask a reviewer of the customer, who can stop it on the page End and clean up.",
        "A reviewer of the customer.",
    ),
    "providers_end": Words(
        "The provider is ending this itself, so it is not the customer's to stop.",
        "It takes away only what the provider made, and goes on as it was begun.",
        "Watch the run; if it should not end, talk to the provider.",
        PROVIDER,
    ),
    "said_before": Words(
        "The customer {ended} access on {on}. This reference or paper was its word for something before that "
        "(plan {id}), and no word from before opens anything again.",
        NOTHING,
        "Ask the customer whether access is wanted again. A reviewer signs in and agrees to this plan, or "
        "gives a new paper with a reference of its own.",
        "A reviewer of the customer.",
    ),
    "declined": Words(
        "{name} said no to plan {id} on {on}, and why: “{why}”.",
        NOTHING,
        "Change what they object to, make a new plan in the wizard, and ask again: it has a number of its "
        "own, and a reviewer agrees to it by signing in.",
        PROVIDER,
    ),
    "no_stands": Words(
        "{name} said no to plan {id} on {on}: “{why}”. After a no, a reference alone opens nothing in this "
        "tenant any more, whatever was agreed to since: nobody can see in it that it came after the no.",
        NOTHING,
        "Ask the customer. What they want now they agree to by signing in: make the plan in the wizard, or "
        "with a file without [agreement], and send them its link. Or, where papers are taken here, two of us "
        "record in the wizard a paper that was signed after the no.",
        "A reviewer of the customer, once one of us has asked.",
    ),
    "paper_before_no": Words(
        "{name} said no to plan {id} on {on}: “{why}”. This paper or its reference was here before that, and "
        "no word from before a no opens anything after it.",
        NOTHING,
        "Ask the customer. A reviewer agrees to this plan by signing in, or gives a new paper, signed after "
        "the no, with a reference of its own.",
        "A reviewer of the customer.",
    ),
    "nothing_carried_out": Words(
        "Nothing was carried out in {tenant} yet, so there is nothing that it could be compared with.",
        NOTHING,
        "Go on with the onboarding: it says what is in its way. Once a plan was agreed to and carried out, "
        "this reads it back.",
        PROVIDER,
    ),
    "frozen": Words(
        "A freeze window holds in {tenant} until {until}.",
        NOTHING,
        "Start it afterwards; or whoever set the window removes it on the page Freeze windows.",
        "Nobody before that, or whoever set the window.",
    ),
}

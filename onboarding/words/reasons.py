"""The words for everything a person must act on.

Code raises `Refused("no_licence", …)`; people read what happened, what is safe, what to do next and who can
do it. A gap in a template is filled from the facts, or with its plain noun where they are silent: to tell
what went wrong must never go wrong itself. A reason without words is a bug.
"""

from __future__ import annotations

from collections.abc import Mapping

from onboarding.delegations import deploy_words as delegations
from onboarding.reason_parts import (
    APPS,
    AS_IT_WAS,
    CUSTOMER,
    GAPS,
    GLOBAL,
    LICENCES,
    NOTHING,
    OPERATOR,
    OUR_APPS,
    OVERVIEW,
    PROVIDER,
    REGISTRATIONS,
    SO_FAR,
    USERS,
)
from onboarding.reason_parts import Words as Words
from onboarding.reason_parts import visible as visible
from onboarding.words.reason_ends import ENDS
from onboarding.words.reason_trust import AT_HOME, TRUST
from onboarding.words.reason_waits import WAITS
from tenants.microsoft.errors import Refused

WORDS = ENDS | {
    **TRUST,
    **WAITS,
    "no_admin_consent": Words(
        "{app} has not been let into {tenant}.",
        NOTHING,
        "Open the consent link {shown} and accept; then check again.",
        GLOBAL,
        APPS,
    ),
    "no_such_tenant": Words(
        "Microsoft knows no tenant for {domain}.",
        NOTHING,
        "Compare the domain or tenant id with the one on the customer's Entra overview page.",
        PROVIDER,
        OVERVIEW,
    ),
    "not_a_domain": Words(
        "{domain} is neither a domain nor a tenant id.",
        NOTHING,
        "Type a domain such as northwind.example, or the tenant id from the customer's Entra overview page.",
        PROVIDER,
    ),
    "own_tenant": Words(
        "{tenant} is the provider's own tenant.",
        NOTHING,
        "Name the customer's tenant; a provider does not onboard itself.",
        PROVIDER,
    ),
    "other_cloud": Words(
        "{domain} signs in at {name}, which is another Microsoft cloud than the one this portal speaks to.",
        NOTHING,
        "Use a portal that is set up for that cloud; GCC High, DoD and China are clouds of their own.",
        OPERATOR,
    ),
    "other_part": Words(
        "{domain} is a tenant of {name}, as its discovery page says; this portal speaks to another cloud of "
        "the US Government.",
        NOTHING,
        "Use a portal that is set up with CLOUD={setting}. Microsoft documents nowhere what stands on that "
        "page: where the customer's administrator says otherwise, tell whoever runs this portal.",
        OPERATOR,
    ),
    "bad_credential": Words(
        "Microsoft does not accept the credential of {app}.",
        AS_IT_WAS,
        "Put a valid certificate or secret of the registration into the worker's settings.",
        OPERATOR,
        REGISTRATIONS,
    ),
    "wrong_tenant_token": Words(
        "A token for another tenant than {tenant} was given to us, and it was thrown away.",
        NOTHING,
        "Check the tenant id and the login address in the settings, and tell whoever runs this portal.",
        OPERATOR,
    ),
    "missing_permission": Words(
        "{app} is not allowed this in {tenant}: {permission}.",
        AS_IT_WAS,
        "Consent to the app again with the link {shown}; a new consent can take some minutes.",
        GLOBAL,
        APPS,
    ),
    "no_licence": Words(
        "{tenant} has no usable licence for access packages.",
        NOTHING,
        "Get Microsoft Entra ID P2 or ID Governance; a new licence can take 8 hours to show.",
        CUSTOMER,
        LICENCES,
    ),
    "no_such_person": Words(
        "{email} belongs to nobody in the tenant.",
        NOTHING,
        "Name a person by the e-mail or sign-in name in that tenant.",
        PROVIDER,
        USERS,
    ),
    "person_is_guest": Words(
        "{email} is a guest, or comes from another tenant.",
        NOTHING,
        "Name a member of the customer's own tenant; guests cannot speak for the customer.",
        PROVIDER,
        USERS,
    ),
    "person_is_disabled": Words(
        "The account of {email} is disabled.",
        NOTHING,
        "Name somebody else, or enable the account.",
        CUSTOMER,
        USERS,
    ),
    "person_is_ambiguous": Words(
        "{email} fits more than one person of the tenant.",
        NOTHING,
        "Name the person by the sign-in name instead of the e-mail.",
        PROVIDER,
        USERS,
    ),
    "lookalike": Words(
        "{name} ({id}) exists already under a name that we would give.",
        "It was not touched.",
        "Look at it and either take it over or give the offer another brand.",
        PROVIDER,
    ),
    "ambiguous": Words(
        "More than one object in the tenant could be {name}.",
        "None of them was touched.",
        "Look at each in the tenant and rename or remove those that are not meant; then plan again.",
        CUSTOMER,
    ),
    "agreement_missing": Words(
        "Nobody of the customer has agreed to this plan yet.",
        NOTHING,
        "Show the customer the plan and ask for the agreement.",
        "A reviewer of the customer.",
    ),
    "closed_since": Words(
        "Access was ended or paused after plan {id} was made.",
        NOTHING,
        "Look anew, and ask the customer to agree to the plan that comes of it.",
        PROVIDER,
    ),
    "agreement_mismatch": Words(
        "The agreement is for another plan than the one about to be carried out.",
        AS_IT_WAS,
        "Show the customer the plan as it is now and ask for a fresh agreement.",
        "A reviewer of the customer.",
    ),
    "agreed_already": Words(
        "This plan was agreed to already, by {name}.",
        "That agreement stands, and nothing was added to it.",
        "Nothing is left to do here: one agreement is enough.",
        "Nobody.",
    ),
    "not_a_reviewer": Words(
        "Only a reviewer whom the customer named for this tenant can agree to its plans.",
        "Nothing was agreed to.",
        "Send the link to a reviewer, or have another reviewer named.",
        "A reviewer of the customer.",
    ),
    "own_request": Words(
        "Nobody decides what they asked for themselves.",
        NOTHING,
        "Ask another administrator to look at the paper and to confirm it.",
        "Another administrator of the provider.",
    ),
    "no_paper_here": Words(
        "This portal takes no agreements on paper.",
        NOTHING,
        "Ask a reviewer of the customer to sign in and agree.",
        "A reviewer of the customer.",
    ),
    "not_yet": Words(
        "This cannot be done yet: {why}.",
        NOTHING,
        "Do the step before it first, or wait until its time has come.",
        PROVIDER,
    ),
    "plan_changed": Words(
        "The tenant has changed since the plan was made, so the plan would do something else now.",
        SO_FAR,
        "Plan again, look at what is different, and ask for a fresh agreement.",
        PROVIDER,
    ),
    "not_as_entered": Words(
        "What this portal owns in {tenant} is not what its record says: {step} was changed in the database.",
        NOTHING,
        "Find out who changed it and put it back as it was, from a backup if need be. "
        "Until then nothing is planned, changed or removed in this tenant.",
        OPERATOR,
    ),
    "strange": Words(
        "{step} was written as agreed, but something that nobody planned is there too: {why}.",
        SO_FAR,
        "Ask the customer who put it there. Once it is removed, plan again: only then is this in order.",
        "An administrator of the customer, together with one of the provider.",
    ),
    "step_failed": Words(
        "{step} could not be carried out: {why}.",
        SO_FAR,
        "Read how each try of it ended, put right what they name, and plan again.",
        PROVIDER,
    ),
    "worker_crashed": Words(
        "The worker broke off {times} times in a row while it carried this out: {why}.",
        SO_FAR,
        "Read the worker's log and have its cause put right; then plan again.",
        OPERATOR,
    ),
    "inquiry_failed": Words(
        "This could not be found out: {why}.",
        NOTHING,
        "Ask again; if it stays so, look at the worker's log.",
        OPERATOR,
    ),
    "paper_changed": Words(
        "The plan or the paper was changed after this page was shown to you.",
        NOTHING,
        "Look at both as they are now, and do it again.",
        PROVIDER,
    ),
    "no_file": Words(
        "This agreement was entered without the signed paper, so there is nothing to look at.",
        NOTHING,
        "Enter it anew, and upload the signed paper with it.",
        PROVIDER,
    ),
    "paper_altered": Words(
        "The kept paper {id} is no longer the file that was uploaded, so it is not handed out.",
        NOTHING,
        "Compare with the original, and look into the database's history: nothing here ever changes a file.",
        OPERATOR,
    ),
    "offer_changed": Words(
        "Somebody else made another version of {name} while you were writing.",
        "Yours was not kept, and no customer has changed.",
        "Look at the newest version and make your change there.",
        PROVIDER,
    ),
    "changed_meanwhile": Words(
        "The answers were changed while this was being looked up.",
        NOTHING,
        "Look at the answers as they are now and ask again.",
        PROVIDER,
    ),
    "write_stop": Words(
        "All writing is stopped.",
        SO_FAR,
        "When its cause is gone: manage.py stop_writing --lift. The run then goes on where it was.",
        OPERATOR,
    ),
    "wrong_input": Words(
        "{field} cannot be used as it stands: {why}.",
        NOTHING,
        "Correct it and try again.",
        "Whoever typed it.",
    ),
    **delegations.WORDS,
}


def in_words(error: BaseException) -> str:
    """As a page tells it: a refusal's own text is only the id of its words."""
    return words(error.reason, error.facts).what if isinstance(error, Refused) else str(error)


def words(reason: str, facts: Mapping[str, str]) -> Words:
    """The words for one refusal, its facts filled in. KeyError for a reason nobody has written words for."""
    template = WORDS["not_at_home" if reason in AT_HOME and facts.get("app") == "home" else reason]
    filling = {**GAPS, **{key: visible(str(value)) for key, value in facts.items() if value}}
    filling["app"] = OUR_APPS.get(filling["app"], filling["app"])
    return Words(
        _sentence(template.what.format_map(filling)),
        template.safe.format_map(filling),
        template.next.format_map(filling),
        template.who.format_map(filling),
        template.link,
    )


def _sentence(text: str) -> str:
    """A noun that fills the first gap starts the sentence; a fact of its own keeps its spelling."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first in {"our", "the", "a", "an", "this"} else text

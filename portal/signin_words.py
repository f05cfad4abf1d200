"""Why somebody was not let in: what happened, what to do next, and who can do it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    happened: str
    next: str
    status: int = 403


WORDS = {
    "start_again": Words(
        "This sign-in is over",
        "It was begun more than ten minutes ago or in another browser, or has already come back once.",
        "Sign in again. If it happens every time, let the browser keep cookies for this address.",
        400,
    ),
    "declined": Words(
        "The sign-in was cancelled",
        "Microsoft's page was left without signing in. Nothing was changed.",
        "Sign in again whenever you like.",
    ),
    "asks": Words(
        "Microsoft has to ask you something",
        "It was asked to sign you in without a question, and could not. Nothing was changed.",
        "Sign in again: Microsoft then asks you itself.",
    ),
    "no_answer": Words(
        "Microsoft's sign-in does not answer",
        "The sign-in service could not be reached or did not answer properly. Nothing was changed.",
        "Try again in a minute. If it lasts, the people who run this portal can look at its connection.",
        503,
    ),
    "refused_by_microsoft": Words(
        "Microsoft did not sign you in",
        "Microsoft ended the sign-in with the code below, before this portal learnt who you are.",
        "Give the code to your own organisation's Microsoft administrator: it says what to change. Often the "
        "sign-in app still has to be allowed in your organisation, or you have to be assigned to it.",
    ),
    "bad_token": Words(
        "Microsoft's answer could not be believed",
        "It was not signed or addressed as an answer to this sign-in must be, so nobody was signed in.",
        "Sign in again. If it happens twice, tell the people who run this portal: their sign-in settings may "
        "be wrong, or somebody may be trying to get in.",
    ),
    "clock": Words(
        "The clocks do not agree",
        "Microsoft's answer is dated too early or too late for the clock of this portal.",
        "The people who run this portal can set its clock right. Then sign in again.",
    ),
    "not_fresh": Words(
        "This needs you to sign in anew",
        "Microsoft took you for signed in from before, and what you were about to do needs a sign-in of now. "
        "Nothing was done.",
        "Sign in again and give your password, key or code when Microsoft asks for it.",
    ),
    "no_auth_time": Words(
        "Microsoft did not say when you signed in",
        "What you were about to do needs a sign-in of now, and the answer does not say how old it is. "
        "Nothing was done.",
        "The people who run this portal can add the optional claim auth_time to its sign-in app.",
    ),
    "unknown_tenant": Words(
        "Your organisation is not known here",
        "You signed in with an account of an organisation that is neither the provider nor one of its "
        "customers here. Nothing about you was kept.",
        "Sign in with the account of the organisation you came for. If your organisation is becoming a "
        "customer, ask your contact at the provider.",
    ),
    "personal_account": Words(
        "A personal account cannot be used",
        "You signed in with a personal Microsoft account. Only work accounts of known organisations can "
        "come in. Nothing about you was kept.",
        "Sign in with your work account.",
    ),
    "guest": Words(
        "Sign in at home, not as a guest",
        "You signed in to an organisation that you are a guest of. Only an organisation's own members can "
        "come in. Nothing about you was kept.",
        "Sign in again and choose your own organisation's account.",
    ),
    "no_app_role": Words(
        "You have no role here yet",
        "Your account is the provider's, but it was given none of the roles Portal.Admin, Portal.Analyst and "
        "Portal.Auditor. Nothing about you was kept.",
        "An administrator of the provider's Microsoft tenant can assign one: Entra admin center, Enterprise "
        "applications, the sign-in app, Users and groups. Then sign in again.",
    ),
    "no_reviewer": Words(
        "You are not named here",
        "Your organisation is a customer here, but you are not one of the reviewers it named. Nothing about "
        "you was kept.",
        "A reviewer of your organisation, or your contact at the provider, can have you named. Then sign in "
        "again.",
    ),
}

"""The words for deploying a delegation with the customer's own sign-in, beside all others of delegations."""

from __future__ import annotations

from onboarding.delegations import words
from onboarding.delegations.words import OWNER
from onboarding.reason_parts import AS_IT_WAS, NOTHING, OPERATOR, Words

REVIEWER = "A reviewer of the customer."
UNSENT = "Nothing was sent to Azure."
WHOEVER = "Whoever signed in for it, or another reviewer of the customer with an owner of the subscription."

WORDS = {
    **words.WORDS,
    "azure_no_subscription": Words(
        "Azure shows no subscription {subscription} to the account that asked.",
        AS_IT_WAS,
        "Use an account that owns the subscription; if it is gone, leave it out and make a new plan.",
        OWNER,
    ),
    "azure_disabled": Words(
        "The subscription is disabled, so nothing can be written in it: {why}.",
        AS_IT_WAS,
        "Enable the subscription again in the Azure portal; then deploy again.",
        OWNER,
    ),
    "deploy_signed_out": Words(
        "The sign-in for Azure is over; it is good for about an hour, and was wiped.",
        "What was sent to Azure goes on there; what was not sent was not done.",
        "Sign in again: it goes on where it was, and nothing is deployed twice.",
        WHOEVER,
    ),
    "deploy_let_go": Words(
        "The sign-in for Azure was over, and nobody signed in again within a day: this was let go of.",
        UNSENT,
        "Begin again from the page Azure, if it still shows the subscription.",
        REVIEWER,
    ),
    "deploy_over": Words(
        "The sign-in for Azure is over, and the template for {subscription} is no longer handed out: its "
        "plan ended, was paused or gave way to another.",
        "Nothing was sent to Azure, and nothing will be.",
        "Nothing has to be done: this is let go of by itself after a day. If the page Azure still shows the "
        "subscription, begin again from there.",
        REVIEWER,
    ),
    "deploy_over_sent": Words(
        "It was sent to Azure and nobody saw how it went; and the template for {subscription} is no longer "
        "handed out: its plan ended, was paused or gave way to another.",
        "Nothing more is sent. What Azure took on goes on there, and may stand.",
        "Look in the Azure portal under Service providers, Delegations, at the subscription {subscription}, "
        "and remove there what should not stand. If the page Azure still shows the subscription, its new "
        "template can be deployed from there.",
        OWNER,
    ),
    "deploy_before_the_end": Words(
        "A deployment is still under way in Azure: {name} in the subscription {subscription}, signed in "
        "for by {who}. What it makes would stand after the end.",
        "Nothing was ended.",
        "Wait until it is over, mostly some minutes and {until} at the latest; then end again.",
        "Nobody before that; then whoever ends it.",
    ),
    "deploy_plan_changed": Words(
        "The template that was shown for {subscription} is no longer handed out: its plan ended, was paused "
        "or gave way to another.",
        "Nothing more is sent to Azure.",
        "Look at the page Azure as it is now, and begin again from there if it still shows the subscription.",
        REVIEWER,
    ),
    "deploy_unexpected": Words(
        "Azure says that more would change than this delegation. That is not what was agreed to.",
        UNSENT,
        "Compare the lines below with the plan, and show them to the provider. An owner can still look at "
        "the template and deploy it in another way.",
        OWNER,
    ),
    "deploy_under_way": Words(
        "Another deployment into {subscription} was sent to Azure and has not ended yet.",
        "It is not disturbed.",
        "Wait until it has ended, or its sign-in is over after about an hour; then begin again.",
        REVIEWER,
    ),
    "deploy_not_yours": Words(
        "Somebody else signed in for this deployment, and it would act in their name.",
        UNSENT,
        "Ask them to press the button, or sign in yourself: it is then looked at anew, in your name.",
        WHOEVER,
    ),
    "deploy_shown_changed": Words(
        "What Azure would change was looked at anew after this page was shown to you.",
        UNSENT,
        "Look at the changes as they are now, and press the button again.",
        REVIEWER,
    ),
    "deploy_other_tenant": Words(
        "You signed in with an account of another organisation than {tenant}, or as a guest there.",
        "Nothing of that sign-in was kept, and nothing was sent to Azure.",
        "Sign in again and choose an account of {tenant} itself that owns the subscription.",
        OWNER,
    ),
    "deploy_no_sign_in": Words(
        "The sign-in for Azure did not come to an end: {why}.",
        "Nothing was kept of it, and nothing was sent to Azure.",
        "Sign in again. If Microsoft asks for an administrator's approval, an administrator of the customer "
        "has to let the app in first; or deploy in one of the other ways.",
        OWNER,
    ),
    "deploy_unknown": Words(
        "It was sent to Azure, and nobody could see how it went: the sign-in ended, its account may not "
        "look any more, or Azure did not show it and would not take it when it was sent again, or it may "
        "not be sent again.",
        "If it went well, the portal sees it from the provider's side all the same.",
        "Look at the state of the delegation; if it still waits after half an hour, begin again: the same is "
        "not made twice.",
        REVIEWER,
    ),
    "deploy_no_answer": Words(
        "Microsoft's sign-in does not answer.",
        NOTHING,
        "Try again in a minute.",
        OPERATOR,
    ),
}

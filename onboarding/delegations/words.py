"""The words for what may not be in a delegation, and for what Azure says when one fails."""

from __future__ import annotations

from onboarding.reason_parts import AS_IT_WAS, CUSTOMER, NOTHING, PROVIDER, Words

OWNER = "An owner of the customer's subscription, with an account of the customer's own tenant."
AS_MADE = "Use the template as the portal made it; if that was deployed, tell whoever runs this portal."
OFFER = "Change the offer's roles or the groups that are named for them; then look again."

WORDS = {
    "delegation_own_tenant": Words(
        "{tenant} would delegate to itself: the managing tenant and the customer's are the same.",
        NOTHING,
        "Name the customer's tenant, or the provider tenant that its analysts work from.",
        PROVIDER,
    ),
    "delegation_role_unknown": Words(
        "{role} is no built-in role that we know may be delegated. Azure Lighthouse takes no others.",
        NOTHING,
        "Choose a built-in role of Azure from the list.",
        PROVIDER,
    ),
    "delegation_role_gives_access": Words(
        "{role} may change who has access. Azure Lighthouse delegates no such role.",
        NOTHING,
        "Choose a smaller role, such as Contributor or Microsoft Sentinel Contributor.",
        PROVIDER,
    ),
    "delegation_role_data_actions": Words(
        "{role} may read or write data and not only manage it. Azure Lighthouse delegates no such role.",
        NOTHING,
        "Choose a role without data actions; Microsoft Sentinel's roles may query its workspace.",
        PROVIDER,
    ),
    "delegation_no_security_group": Words(
        "{name} is no security group of the managing tenant but this: {sort}.",
        NOTHING,
        "Name a security group, so that who joins and who leaves is seen in one place.",
        PROVIDER,
    ),
    "delegation_twice": Words(
        "{name} is given one role twice: {role}.",
        NOTHING,
        "Leave one of the two out; when one of them ends, Azure may end both.",
        PROVIDER,
    ),
    "delegation_policies_differ": Words(
        "{role} is to be activated under two sets of rules. Azure takes one for each role.",
        NOTHING,
        "Give all groups with this role the same length, the same proof of identity and the same approvers.",
        PROVIDER,
    ),
    "delegation_approvers": Words(
        "For {role}, {count} approvers are named. Azure takes at most ten.",
        NOTHING,
        "Name at most ten; one of them may be a group.",
        PROVIDER,
    ),
    "delegation_approver_sort": Words(
        "{name} cannot approve: only people and security groups of the managing tenant can, not a {sort}.",
        NOTHING,
        "Name a person or a security group.",
        PROVIDER,
    ),
    "delegation_length": Words(
        "{role} would be held for {length} after activation. "
        "Azure takes from PT30M (30 minutes) to PT8H (8 hours).",
        NOTHING,
        "Choose a length in between.",
        PROVIDER,
    ),
    "delegation_national": Words(
        "Roles on demand cannot be delegated in this national cloud: {name}.",
        NOTHING,
        "Leave them out, or give the role as always on, if the customer agrees to that.",
        PROVIDER,
    ),
    "delegation_group_of_several_roles": Words(
        "{name} would hold several roles; who is let in for one would have them all.",
        NOTHING,
        "Name one group for each role.",
        PROVIDER,
    ),
    "delegation_group_shared": Words(
        "{name} serves other customers already: {why}. One activation would open them all.",
        NOTHING,
        "Name a group of this customer alone, or after its pool of customers. Where one of them is leaving "
        "that pool, wait until its change is carried out: until then the group opens it, too.",
        PROVIDER,
    ),
    "pool_of_all": Words(
        "The pool {name} would hold all {count} customers that have Azure here, this one and {why}: "
        "whoever switches its role on would open every one.",
        NOTHING,
        "Choose another pool for this customer, or none.",
        PROVIDER,
    ),
    "delegation_awaited": Words(
        "{name} is not delegated to us yet in {subscription}.",
        NOTHING,
        "Deploy the template that the portal hands out. Azure may take 15 minutes until we see it.",
        OWNER,
    ),
    "delegation_differs": Words(
        "{name} stands in {subscription}, but not as it was agreed to.",
        AS_IT_WAS,
        "Deploy the template of the plan again: it changes the delegation in place.",
        OWNER,
    ),
    "delegation_elsewhere": Words(
        "{subscription} belongs to another tenant than the customer's: {id}.",
        AS_IT_WAS,
        "Name a subscription of this customer's tenant; then look again.",
        PROVIDER,
    ),
    "azure_wrong_scope": Words(
        "The template was deployed to a resource group. A delegation is deployed to the subscription.",
        AS_IT_WAS,
        "Deploy it again to the subscription; the template itself names the resource groups it is for.",
        OWNER,
    ),
    "azure_no_owner": Words(
        "The account that was to deploy the template is not an owner of {subscription}.",
        AS_IT_WAS,
        "Deploy it with an account that is Owner of the subscription; Contributor is not enough.",
        OWNER,
    ),
    "azure_role_refused": Words(
        "Azure refuses a role of this delegation: {why}.",
        AS_IT_WAS,
        OFFER,
        PROVIDER,
    ),
    "azure_definition_refused": Words(
        "Azure refuses this delegation. Known causes: one role with two sets of rules for its activation, "
        "or a managing tenant that is the customer's own.",
        AS_IT_WAS,
        OFFER,
        PROVIDER,
    ),
    "azure_managing_tenant": Words(
        "Azure does not take the managing tenant that the template names.",
        AS_IT_WAS,
        "Compare it with the provider's tenant; a tenant cannot delegate to itself.",
        PROVIDER,
    ),
    "azure_bad_principal": Words(
        "A group of the delegation is not known by its id: {why}.",
        AS_IT_WAS,
        "Look the groups up again in the managing tenant, and make a new template.",
        PROVIDER,
    ),
    "azure_already_there": Words(
        "This delegation stands at this place already, under another name.",
        AS_IT_WAS,
        "Look at Service providers in the Azure portal; remove the older one, or take it over.",
        OWNER,
    ),
    "azure_still_assigned": Words(
        "The delegation's definition is still in use, so it cannot be removed yet.",
        AS_IT_WAS,
        "Wait until its assignments are gone; then try again.",
        CUSTOMER,
    ),
    "azure_no_pim": Words(
        "The managing tenant has never used Privileged Identity Management (PIM) for Azure resources.",
        AS_IT_WAS,
        "In the managing tenant open PIM, Azure resources, Discover resources. "
        "Then delete the failed deployment and deploy again.",
        PROVIDER,
    ),
    "azure_old_version": Words(
        "The template names a version of Azure's interface that knows no roles on demand.",
        AS_IT_WAS,
        "Use the template as the portal made it.",
        OWNER,
    ),
    "azure_bad_template": Words(
        "Azure cannot read the template: {why}.",
        AS_IT_WAS,
        AS_MADE,
        OWNER,
    ),
    "azure_not_registered": Words(
        "The subscription does not know Azure Lighthouse yet: Microsoft.ManagedServices is not registered.",
        AS_IT_WAS,
        "Register the resource provider Microsoft.ManagedServices in the subscription; then deploy again.",
        OWNER,
    ),
    "azure_policy": Words(
        "A policy of the customer forbids it: {why}.",
        AS_IT_WAS,
        "Ask whoever owns the policy to allow the provider's tenant; then deploy again.",
        CUSTOMER,
    ),
    "azure_forbidden": Words(
        "The account that was to deploy the template may not do that there: {why}.",
        AS_IT_WAS,
        "Deploy it as Owner of the subscription.",
        OWNER,
    ),
    "azure_running": Words(
        "The same deployment is still running.",
        AS_IT_WAS,
        "Wait until it has ended, and look again.",
        OWNER,
    ),
    "azure_busy": Words(
        "Azure had too much to do for this subscription and did not get to it: {why}.",
        AS_IT_WAS,
        "Wait a quarter of an hour, then deploy again: the same is not made twice.",
        OWNER,
    ),
    "azure_no_group": Words(
        "A resource group that the delegation is for is not there: {why}.",
        AS_IT_WAS,
        "Make the resource group or leave it out, and make a new template.",
        OWNER,
    ),
    "azure_bad_value": Words(
        "Azure does not take a value: {why}.",
        AS_IT_WAS,
        AS_MADE,
        OWNER,
    ),
    "azure_said": Words(
        "Azure refused, and we do not know this refusal: {why}.",
        AS_IT_WAS,
        "Show Azure's own words to an owner of the subscription and to whoever runs this portal.",
        OWNER,
    ),
}

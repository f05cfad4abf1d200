"""Where a reviewer of the customer agrees to one plan: by signing in about it, and by nothing else.

The form is posted to us and answered with a page that leads on to Microsoft: nobody can be led past the plan
straight to a sign-in that would be an agreement. A redirect would do as well, but `form-action 'self'` stops
it, and whatever host a company's own sign-in lies on.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access import signed
from access.to_do import next_up
from onboarding import consent_links
from onboarding.agreeing import agreeable, agreements, declines, papers, receipts
from onboarding.models import Agreement, Plan, Receipt
from onboarding.words import descriptions, reasons, sentences, totals
from portal import signin
from tenants import ledger, sessions
from tenants.guards import Request, door
from tenants.id_token import NotLetIn
from tenants.microsoft import apps, clouds
from tenants.microsoft import signin as microsoft
from tenants.microsoft.errors import Later, Refused
from tenants.models import Tenant
from tenants.people import Role
from tenants.rates import limited

HOW = "The key verifies the token; sha256 of the nonce stands in it; the nonce ends with the plan's number."
HOW_ON_PAPER = (
    "Nobody signed in for this: two people of the provider entered it. The sha256 is the uploaded file's."
)
WHY_NOT = "Say why: whoever asked then knows what to change. Nothing was declined yet."
WRITES = {
    "setup": "one sets this up, and could change every group and package while it is let in",
    "trust": "one sets the trust, and could change what is set for every other tenant while it is let in",
}
"""Each app that a customer lets in to write: what it does, and could do."""
FRESH_SECONDS = int(sessions.FRESH.total_seconds())


@door(Role.REVIEWER)
@limited("agreement", "30/minute")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request, tenant: Tenant, plan: str) -> HttpResponse:
    found = plan_of(tenant, plan)
    if request.method == "POST" and not hasattr(found, "agreement") and not hasattr(found, "decline"):
        return last_step(request, found)
    return shown(request, found, None)


@door(Role.REVIEWER)
@limited("agreement", "30/minute")
@require_POST
def decline(request: Request, tenant: Tenant, plan: str) -> HttpResponse:
    """Saying no needs no sign-in anew: it opens nothing, and whoever means yes can be asked again."""
    found, reason = plan_of(tenant, plan), request.POST.get("reason", "")
    if not reason.strip() and not hasattr(found, "decline"):
        return shown(request, found, None, status=400, mistake=WHY_NOT)
    try:
        declines.decline(found, request.visitor.person, reason)
    except Refused as refused:
        return shown(request, plan_of(tenant, plan), refused, reason, status=400)
    return redirect("agreement", tenant.slug, found.digest)


@door(Role.REVIEWER, Role.ADMIN, Role.AUDITOR)
@require_safe
def receipt(request: Request, tenant: Tenant, plan: str) -> HttpResponse:
    """For the customer to keep: a signed one proves the agreement without us."""
    found = plan_of(tenant, plan)
    agreed: Agreement | None = getattr(found, "agreement", None)
    if agreed is None or not receipts.can_be_had(agreed):
        raise Http404
    said = {"plan": found.digest, **(proof(agreed) or on_paper(agreed)), "record": entry_of(agreed)}
    answer = JsonResponse(said, json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="agreement-{tenant.slug}-{found.digest[:12]}.json"'
    return answer


def proof(agreed: Agreement) -> dict[str, Any]:
    """{} where nobody signed."""
    kept: Receipt | None = getattr(agreed, "receipt", None)
    if kept is None:
        return {}
    return {"id_token": kept.token, "nonce": kept.nonce, "key": kept.key, "how": HOW}


def on_paper(agreed: Agreement) -> dict[str, Any]:
    """The hash of what was uploaded, to be compared with the paper that the customer has."""
    said = {"form": agreed.get_form_display(), "by": agreed.by, "reference": agreed.reference}
    paper = papers.file_of(agreed.plan)
    kept = {"sha256": paper.sha256, "bytes": paper.size, "kind": paper.kind} if paper else None
    return said | {"at": agreed.at.isoformat(), "paper": kept, "how": HOW_ON_PAPER}


def entry_of(agreed: Agreement) -> dict[str, Any]:
    """Where it stands in the customer's record, and the record's last hash: with it, a change shows."""
    customer = agreed.plan.tenant.customer
    entry = customer.ledger.filter(number=agreed.ledger_number).first()
    return {"entry": agreed.ledger_number, "hash": entry.hash if entry else "", "head": ledger.head(customer)}


def plan_of(tenant: Tenant, digest: str) -> Plan:
    """By its whole number, of this tenant and no other."""
    found = Plan.objects.filter(tenant=tenant, digest=digest).order_by("pk").last()
    if found is None:
        raise Http404
    found.tenant = tenant
    return found


def last_step(request: Request, plan: Plan) -> HttpResponse:
    """The way to Microsoft, with the plan's number in the nonce."""
    try:
        agreements.check_plan(plan)
        where, flow = microsoft.begin(
            clouds.current(),
            apps.signin(),
            signin.back(),
            max_age=FRESH_SECONDS,
            about=plan.digest,
            hints={"login_hint": request.visitor.person.email},
        )
    except Refused as refused:
        return shown(request, plan, refused)
    except Later:
        return signin.not_let_in(NotLetIn("no_answer"))
    response = render(
        request, "portal/agreement_last_step.html", {"plan": plan, "tenant": plan.tenant, "where": where}
    )
    asked = {"flow": flow, "next": request.path, "max_age": FRESH_SECONDS, "plan": plan.pk}
    signin.JOURNEY.remember(response, asked)
    return response


def shown(
    request: Request,
    plan: Plan,
    refused: Refused | None,
    reason: str = "",
    status: int = 200,
    mistake: str = "",
) -> HttpResponse:
    names = descriptions.names(plan.tenant, ((each["address"], each["spec"]) for each in plan.changes))
    known = agreeable.about(plan)
    context = {
        "plan": plan,
        "tenant": plan.tenant,
        "changes": descriptions.said_once([sentences.kept(change, names) for change in plan.changes]),
        "total": totals.total(plan.changes),
        "sets_up": not plan.takes_away and totals.sets_up(plan.changes),
        "writers": [WRITES[each] for each in consent_links.asked_of_customer(plan)],
        "agreed": getattr(plan, "agreement", None),
        "declined": getattr(plan, "decline", None),
        "reason": reason,
        "mistake": [mistake] if mistake else [],
        "paper": papers.file_of(plan),
        "next_up": next_up.after(plan) if hasattr(plan, "agreement") else None,
        "why": reasons.words(refused.reason, refused.facts) if refused else None,
    } | known
    context |= {} if known["altered"] else signed.about(plan, names)
    return render(request, "portal/agreement.html", context, status=status)

"""Step 7 on paper: one of us uploads the signed paper, another one looks at it and confirms."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onboarding import tasks
from onboarding.agreeing import files, papers
from onboarding.models import Paper, PaperAgreement, Plan
from onboarding.views.agreement import about
from onboarding.views.page import show, url, way_of
from onboarding.wizard import consent_returns
from onboarding.wizard.forms import PaperForm
from onboarding.wizard.steps import Way
from onboarding.words import reasons
from tenants.guards import Request, door
from tenants.microsoft.errors import Refused
from tenants.models import Tenant
from tenants.people import Role

NEVER_SHOWN = "default-src 'none'; sandbox"
"""For a browser that opened it in spite of its being a download."""


@door(Role.ADMIN, fresh=True)
@require_POST
def enter(request: Request, tenant: Tenant) -> HttpResponse:
    """Say that there is a paper; another administrator has to look at it. A good file outlives mistakes."""
    way, by = way_of(tenant), request.visitor.person.actor
    form = PaperForm(request.POST, request.FILES)
    form.is_valid()
    file = held(tenant, form, by)
    if file is None and "file" not in form.errors:
        form.add_error("file", "Choose the signed paper: a scan or a photograph of it.")
    if way.plan is None or file is None or not form.is_valid():
        return again(request, way, form, file)
    said = {name: form.cleaned_data[name] for name in ("number", "by", "reference", "reason")}
    try:
        papers.ask(way.plan, **said, file=file, asked_by=by)
    except Refused as refused:
        return again(request, way, form, file, refused=refused)
    return redirect(url(way.draft, "agreement"))


def held(tenant: Tenant, form: PaperForm, by: str) -> Paper | None:
    """The file that was just uploaded, else the one of an earlier try."""
    upload = form.cleaned_data.get("file")
    if upload is not None:
        return files.hold(tenant, upload, by)
    return files.held(tenant, by, form.cleaned_data.get("held", ""))


def again(request: Request, way: Way, form: PaperForm, file: Paper | None, **more: Any) -> HttpResponse:
    """The form with all that was typed, each mistake beside its field, and the file that is held."""
    return show(request, way, "agreement", **about(way) | {"paper_form": form, "paper_held": file}, **more)


@door(Role.ADMIN, fresh=True)
@require_POST
def confirm(request: Request, tenant: Tenant) -> HttpResponse:
    way, by = way_of(tenant), request.visitor.person.actor
    try:
        agreed = papers.confirm(waiting(way), by, request.POST.get("seen", ""))
    except Refused as refused:
        return show(request, way, "agreement", **about(way), refused=refused)
    if (looking := consent_returns.after_agreement(agreed.plan, by)) is not None:
        tasks.ring_for(looking)
    return redirect(url(way.draft, "agreement"))


def waiting(way: Way) -> PaperAgreement:
    paper: PaperAgreement | None = getattr(way.plan, "paper", None)
    if paper is None:
        raise Refused("not_yet", why="nobody has entered a paper for this plan")
    return paper


@door(Role.ADMIN, Role.AUDITOR, Role.REVIEWER)
@require_safe
def download(request: Request, tenant: Tenant, plan: str) -> HttpResponse:
    """As it came. The customer gets it once it counts: until then it may be somebody else's by mistake."""
    found = Plan.objects.filter(tenant=tenant, digest=plan).order_by("pk").last()
    paper = paper_for(request, found) if found else None
    if paper is None:
        raise Http404
    try:
        return as_file(paper, f"paper-{tenant.slug}-{plan[:12]}")
    except Refused as refused:
        why = {"why": reasons.words(refused.reason, refused.facts), "tenant": tenant}
        return render(request, "onboarding/not_handed_out.html", why, status=409)


def paper_for(request: Request, plan: Plan) -> Paper | None:
    return papers.file_of(plan) or (papers.waiting_for(plan) if is_ours(request) else None)


def is_ours(request: Request) -> bool:
    return request.visitor.has(Role.ADMIN) or request.visitor.has(Role.AUDITOR)


def as_file(paper: Paper, name: str) -> HttpResponse:
    response = HttpResponse(
        files.content(paper), content_type=files.MARKS[Paper.Kind(paper.kind)].content_type
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.{paper.kind}"'
    response["Content-Security-Policy"] = NEVER_SHOWN
    response["X-Content-Type-Options"] = "nosniff"
    return response

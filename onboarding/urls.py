from __future__ import annotations

from django.urls import path

from onboarding.views import (
    agreement,
    call,
    change,
    consent,
    hand_over,
    new,
    offer,
    offers,
    paper,
    people,
    plan,
    progress,
    readiness,
    resume,
    returned,
)

HERE = "tenants/<slug:slug>/onboard/"

urlpatterns = [
    path("offers/", offers.listed, name="offers"),
    path("offers/<slug:offer>/", offers.offer, name="offer"),
    path("offers/<slug:offer>/edit/", offers.edit, name="offer-edit"),
    path("tenants/new/", new.page, name="new-tenant"),
    path("consent/return/", returned.page, name="consent-return"),
    path(HERE, resume.page, name="onboard"),
    path(f"{HERE}begin/", resume.begin, name="onboard-begin"),
    path(f"{HERE}change/", change.page, name="onboard-change"),
    path(f"{HERE}call/", call.page, name="onboard-call"),
    path(f"{HERE}tenant/", resume.tenant_step, name="onboard-tenant"),
    path(f"{HERE}offer/", offer.page, name="onboard-offer"),
    path(f"{HERE}reader/", consent.reader, name="onboard-reader"),
    path(f"{HERE}readiness/", readiness.page, name="onboard-readiness"),
    path(f"{HERE}people/", people.page, name="onboard-people"),
    path(f"{HERE}plan/", plan.page, name="onboard-plan"),
    path(f"{HERE}plan/tick/", plan.tick, name="onboard-tick"),
    path(f"{HERE}plan/schedule/", plan.schedule, name="onboard-schedule"),
    path(f"{HERE}agreement/", agreement.page, name="onboard-agreement"),
    path(f"{HERE}agreement/paper/", paper.enter, name="onboard-paper"),
    path(f"{HERE}agreement/paper/confirm/", paper.confirm, name="onboard-paper-confirm"),
    path("tenants/<slug:slug>/agreement/<slug:plan>/paper/", paper.download, name="paper"),
    path(f"{HERE}setup/", consent.setup, name="onboard-setup"),
    path(f"{HERE}progress/", progress.page, name="onboard-progress"),
    path(f"{HERE}progress/start/", progress.start, name="onboard-start"),
    path(f"{HERE}progress/cancel/", progress.cancel, name="onboard-cancel"),
    path(f"{HERE}progress/resume/", progress.resume, name="onboard-go-on"),
    path(f"{HERE}hand-over/", hand_over.page, name="onboard-hand-over"),
]

from __future__ import annotations

from django.urls import include, path

from portal import (
    agreement_page,
    azure_signin,
    health,
    help,
    people_page,
    renewing,
    sign_ins_page,
    signin,
    welcome,
)

urlpatterns = [
    path("", welcome.home, name="home"),
    path("signin/", signin.page, name="signin"),
    path("signin/start/", signin.start, name="signin-start"),
    path("signin/renew/", renewing.start, name="signin-renew"),
    path("signin/return/", renewing.returned, name="signin-return"),
    path("signin/refused/<str:reason>/", signin.refused, name="signin-refused"),
    path("signout/", signin.out, name="signout"),
    path("signout/everywhere/", signin.out_everywhere, name="signout-everywhere"),
    path("signed-in/", sign_ins_page.page, name="sign-ins"),
    path("signed-in/<int:sign_in>/end/", sign_ins_page.end, name="sign-in-end"),
    path("", include("onboarding.urls")),  # before access: /tenants/new/ is no tenant
    path("tenants/<slug:slug>/agreement/<slug:plan>/", agreement_page.page, name="agreement"),
    path("tenants/<slug:slug>/agreement/<slug:plan>/decline/", agreement_page.decline, name="decline"),
    path("tenants/<slug:slug>/agreement/<slug:plan>/receipt/", agreement_page.receipt, name="receipt"),
    path("tenants/<slug:slug>/azure/sign-in/", azure_signin.begin, name="azure-sign-in"),
    path("azure/return/", azure_signin.returned, name="azure-return"),
    path("people/", people_page.people, name="people"),
    path("people/give/", people_page.give, name="people-give"),
    path("people/take/<int:membership>/", people_page.take, name="people-take"),
    path("", include("access.urls")),
    path("help/", help.explained, name="help"),
    path("help/it-did-not-open/", help.did_not_open, name="not-opened"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
]

from __future__ import annotations

from django.urls import path

from portal import health, welcome

urlpatterns = [
    path("", welcome.home, name="home"),
    path("consent/return/", welcome.consented, name="consented"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
]

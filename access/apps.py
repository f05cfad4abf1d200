from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from access.azure import lag
        from access.deploying import deployments
        from onboarding import behind, runs

        runs.BEFORE_AN_END.append(deployments.check_over)
        behind.LOOKS.append(lag.of)

"""On the way to Microsoft and back, once: what the browser remembers meanwhile, signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from tenants import sessions
from tenants.id_token import NotLetIn
from tenants.models import SpentState

SECONDS = 600


@dataclass(frozen=True, slots=True)
class Journey:
    """One sort of way there. `cookie` names the setting; one sort's cookie is worth nothing to another."""

    cookie: str
    salt: str

    def remember(self, response: HttpResponse, asked: dict[str, Any]) -> None:
        response.set_signed_cookie(
            self.name,
            json.dumps(asked),
            salt=self.salt,
            max_age=SECONDS,
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )

    def kept(self, request: HttpRequest) -> dict[str, Any]:
        """What the cookie remembers; {} where there is none, or none of ours."""
        kept = request.get_signed_cookie(self.name, "", salt=self.salt, max_age=SECONDS)
        return dict(json.loads(kept)) if kept else {}

    def recall(self, request: HttpRequest) -> dict[str, Any]:
        """What the cookie remembers, where the answer's `state` fits it and comes for the first time."""
        asked = self.kept(request)
        if not asked or request.GET.get("state") != asked["flow"]["state"]:
            raise NotLetIn("start_again")
        spend(asked["flow"]["state"])
        return asked

    def forget(self, response: HttpResponse) -> None:
        response.delete_cookie(self.name)

    @property
    def name(self) -> str:
        return str(getattr(settings, self.cookie))


def spend(state: str) -> None:
    SpentState.objects.filter(until__lt=now()).delete()
    until = now() + timedelta(seconds=SECONDS)
    try:
        with transaction.atomic():
            SpentState.objects.create(state_hash=sessions.hashed(state), until=until)
    except IntegrityError:
        raise NotLetIn("start_again") from None

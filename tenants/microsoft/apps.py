"""Which registration for which purpose. Consent covers a whole registration, so each purpose has its own.

signin   people; no permissions          web only
reader   reads; stands                   worker only
setup    writes; consented for a set-up  worker only
trust    writes who is trusted; likewise, and only where an offer asks for it
home     reads and writes in the provider's own tenant; let in there and nowhere else
deploy   Azure, in the name of a person of the customer who signs in for it; web only
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class App:
    purpose: str
    client_id: str
    certificate_file: str = ""
    client_secret: str = field(default="", repr=False)


def client_id(purpose: str) -> str:
    """What the web process needs to ask for consent; no credential is looked at."""
    found: str = settings.MICROSOFT_APPS[purpose]["client_id"]
    if not found:
        raise ImproperlyConfigured(f"{purpose.upper()}_CLIENT_ID is missing; set it in the environment.")
    return found


def is_registered(purpose: str) -> bool:
    """Not every deployment has an app for every way in."""
    return bool(settings.MICROSOFT_APPS.get(purpose, {}).get("client_id"))


def is_complete(purpose: str) -> bool:
    """Registered, and its credential is in this process."""
    given = settings.MICROSOFT_APPS.get(purpose, {})
    return is_registered(purpose) and bool(given.get("certificate_file") or given.get("client_secret"))


def app(purpose: str) -> App:
    """The registration with its credential."""
    given = settings.MICROSOFT_APPS[purpose]
    if not given["certificate_file"] and not given["client_secret"]:
        raise ImproperlyConfigured(f"{purpose.upper()}_CERTIFICATE_FILE is missing; set it in the worker.")
    return App(purpose, client_id(purpose), given["certificate_file"], given["client_secret"])


def reader() -> App:
    return app("reader")


def setup() -> App:
    return app("setup")


def home() -> App:
    return app("home")


def signin() -> App:
    return app("signin")


def deploy() -> App:
    return app("deploy")

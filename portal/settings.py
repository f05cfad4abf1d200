"""All settings, read once from the environment; see portal/environment.py for how they are given.

A wrong or missing one stops the start with one line. Nothing here is asked for at run time from a server.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from celery.schedules import crontab
from django.contrib.messages import constants as messages
from django.core.exceptions import ImproperlyConfigured

from portal import databases, environment, logs, missing
from portal.registrations import HELD_BY

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.read(BASE_DIR)

DEBUG = env.flag("DEBUG")
PROCESS = env.choice("GATEHOUSE_PROCESS", ("all", "web", "worker", "beat"), "all")
SECRET_KEY = env.secret("SECRET_KEY") or ("only-for-debug-" * 4 if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is missing; set it or SECRET_KEY_FILE, or DEBUG=on at a desk.")
TEMPLATE_KEY = env.secret("TEMPLATE_KEY") or f"templates, and nothing else: {SECRET_KEY}"
PORTAL_URL = env.web_origin("PORTAL_URL", "http://localhost:8000")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1" if DEBUG else "")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "portal",
    "access",
    "onboarding",
    "tenants",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.visitors.Visitors",
]
FILE_UPLOAD_HANDLERS = ["portal.uploads.SmallFiles"]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"  # signed; there is no other session
MESSAGE_TAGS = {messages.ERROR: "danger"}  # as Tabler calls it; an unknown name would show no colour
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "portal.frame.frame",
            ]
        },
    }
]
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
# Ours, and the few files of node_modules that pages use; `npm run assets` puts them there.
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "node_modules" / ".assets"]
STATIC_ROOT = BASE_DIR / "collected"
# What a PDF is set in. No page asks for it, so it is not served.
FONTS = BASE_DIR / "node_modules" / ".fonts"
# At a desk files are served from where they lie; else collected, named by content, compressed, kept for ever.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
if not DEBUG:
    STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {"staticfiles": {"BACKEND": STATIC_STORAGE}}

DATABASES: dict[str, dict[str, Any]] = {
    "default": databases.parse(env.secret("DATABASE_URL") or "sqlite:///var/gatehouse.sqlite3", BASE_DIR)
}

# Cookies and transport. The __Host- prefix makes browsers insist on https, no domain and path "/".
SECURE = PORTAL_URL.startswith("https://")
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SIGNIN_COOKIE_NAME = "__Host-signin" if SECURE else "signin"
RENEWAL_COOKIE_NAME = "__Host-renewal" if SECURE else "renewal"
DEPLOY_COOKIE_NAME = "__Host-deploy" if SECURE else "deploy"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
SECURE_SSL_REDIRECT = SECURE and not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31536000 if SECURE and not DEBUG else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How many proxies of ours stand in front, so that rate limits count people and not the proxy.
TRUSTED_PROXIES = int(env.choice("TRUSTED_PROXIES", ("0", "1", "2", "3"), "0"))
# Nothing inline, nothing from another host. Tabler's icons in its stylesheet are data: images.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = logs.configuration(env.choice("LOG_LEVEL", ("INFO", "WARNING", "ERROR"), "INFO"))

# Microsoft. The cloud is described in tenants/microsoft/clouds.py, the registrations in apps.py there.
PROVIDER_TENANT_ID = env.guid("PROVIDER_TENANT_ID")
SIGNIN_TENANT_ID = env.guid("SIGNIN_TENANT_ID")
ALLOW_RECORDED_AGREEMENT = env.flag("ALLOW_RECORDED_AGREEMENT")
CLOUD = env.choice("CLOUD", ("public", "usgov", "usgov-dod", "china", "custom"), "public")
CUSTOM = CLOUD == "custom"
if CUSTOM and not DEBUG and not env.flag("ALLOW_CUSTOM_CLOUD"):
    raise ImproperlyConfigured("CLOUD is 'custom' and DEBUG is off; allowed only with ALLOW_CUSTOM_CLOUD=on.")
CLOUD_LOGIN_URL = env.origin("CLOUD_LOGIN_URL", None if CUSTOM else "")
CLOUD_GRAPH_URL = env.origin("CLOUD_GRAPH_URL", None if CUSTOM else "")
CLOUD_ARM_URL = env.origin("CLOUD_ARM_URL", None if CUSTOM else "")
CLOUD_MYACCESS_URL = env.origin("CLOUD_MYACCESS_URL", "")
CLOUD_DEFENDER_URL = env.origin("CLOUD_DEFENDER_URL", "")
CLOUD_ENTRA_URL = env.origin("CLOUD_ENTRA_URL", "")
CLOUD_AZURE_URL = env.origin("CLOUD_AZURE_URL", "")
CLOUD_CA_FILE = env.file("CLOUD_CA_FILE")
if not CUSTOM and (CLOUD_LOGIN_URL or CLOUD_GRAPH_URL or CLOUD_ARM_URL):
    raise ImproperlyConfigured("CLOUD_LOGIN_, GRAPH_ or ARM_URL is set; allowed only with CLOUD=custom.")


def registration(purpose: str) -> dict[str, str]:
    """One app registration's client id and what proves that we are it."""
    prefix = purpose.upper()
    secret = env.secret(f"{prefix}_CLIENT_SECRET")
    if secret and purpose != "signin" and not DEBUG:
        raise ImproperlyConfigured(f"{prefix}_CLIENT_SECRET is set; allowed: {prefix}_CERTIFICATE_FILE.")
    return {
        "client_id": env.guid(f"{prefix}_CLIENT_ID"),
        "certificate_file": env.certificate(f"{prefix}_CERTIFICATE_FILE"),
        "client_secret": secret,
    }


MICROSOFT_APPS = {purpose: registration(purpose) for purpose in HELD_BY}
if not DEBUG:
    missing.check(PROCESS, ALLOWED_HOSTS, PROVIDER_TENANT_ID, MICROSOFT_APPS)

# Celery: the row is the truth, the queue a doorbell. Soft limit < hard limit < lease < visibility.
RUN_LEASE_SECONDS = env.number("RUN_LEASE_SECONDS", 120)
# How long a worker begins new calls of one run; with a call's own deadline of 40 s under the soft limit.
RUN_SLICE_SECONDS = 15
RUN_RETRY_SECONDS = 2
RUN_STOPPED_SECONDS = 60
SWEEP_SECONDS = env.number("SWEEP_SECONDS", 30)
CELERY_BROKER_URL = env.broker("CELERY_BROKER_URL", f"sqla+sqlite:///{BASE_DIR}/var/broker.sqlite3")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_EVENT_SERIALIZER = "json"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_TIMEZONE = TIME_ZONE
if CELERY_BROKER_URL.startswith(("redis://", "rediss://")):  # others hand these straight to their driver
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 600,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
    }
else:
    (BASE_DIR / "var").mkdir(exist_ok=True)
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "onboarding.sweep", "schedule": SWEEP_SECONDS},
    "deployments": {"task": "access.sweep", "schedule": SWEEP_SECONDS},
    "verify": {"task": "onboarding.verify_all", "schedule": crontab(hour="2", minute="17")},
    "access": {"task": "onboarding.read_access_all", "schedule": crontab(hour="4", minute="47")},
    "grants": {"task": "onboarding.read_grants_all", "schedule": crontab(hour="5", minute="17")},
    "requests": {"task": "onboarding.read_requests_all", "schedule": crontab(hour="5", minute="47")},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(BASE_DIR / "var" / "celerybeat-schedule")

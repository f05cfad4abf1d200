"""The portal's settings for tests: what the environment does not say is said here, before they are read.

The database is a file, so that worker processes started by a test see the same rows.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

room = Path(tempfile.gettempdir()) / f"gatehouse-tests-{os.getuid()}-{os.getpid()}"
room.mkdir(exist_ok=True)
os.environ.setdefault("DEBUG", "off")
os.environ.setdefault("SECRET_KEY", "a-key-for-tests-that-guards-nothing-0123456789-abcdefghij")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{room}/gatehouse.sqlite3")
os.environ.setdefault("CELERY_BROKER_URL", f"sqla+sqlite:///{room}/broker.sqlite3")
os.environ.setdefault("ALLOWED_HOSTS", "localhost,testserver")
os.environ.setdefault("PROVIDER_TENANT_ID", "fab00000-0000-4000-8000-000000000001")

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES, MICROSOFT_APPS  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(room / "test.sqlite3")}
else:
    # Tests outlive no crash of the server, so it need not reach the disk.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
    if "TEST_DATABASE_NAME" in os.environ:
        DATABASES["default"]["TEST"] = {"NAME": os.environ["TEST_DATABASE_NAME"]}

# Whose absence a test says itself; the cloud of most tests answers nobody.
MICROSOFT_APPS["deploy"] = {
    "client_id": "a0000000-0000-4000-8000-000000000006",
    "certificate_file": "",
    "client_secret": "guards-nothing",
}

# Static files as at a desk: from where they lie.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

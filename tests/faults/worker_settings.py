"""The portal's own settings for a worker that is going to be killed: the same, but it does not wait long."""

from __future__ import annotations

import os

from portal.settings import *  # noqa: F403
from portal.settings import CELERY_BROKER_URL

RUN_RETRY_SECONDS = 0.05
CELERY_BEAT_SCHEDULE_FILENAME = os.environ["BEAT_FILE"]
if CELERY_BROKER_URL.startswith("redis://"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "global_keyprefix": os.environ["KEY_PREFIX"],
        "visibility_timeout": 600,
    }

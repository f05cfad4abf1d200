#!/usr/bin/env python
"""Django's own front door; settings come from the environment (portal/environment.py)."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        sys.exit(f"gatehouse: {wrong}")


if __name__ == "__main__":
    main()

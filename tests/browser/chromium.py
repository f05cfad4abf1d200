"""The browser the tests drive: Debian's Chromium, or the one CHROMIUM names.

The build without windows first: it draws the same pages for two thirds of the processor's time.
"""

from __future__ import annotations

import os
import shutil
import subprocess

INSTALL = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium-headless-shell")
UPDATE = ("apt-get", "update", "-qq")
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def path() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def ensure() -> bool:
    """True when there is one. As root on Debian it is installed, else said how."""
    if path() is None and os.getuid() == 0 and shutil.which("apt-get"):
        subprocess.run(UPDATE, check=False)  # a new machine has no lists, or old ones
        subprocess.run(INSTALL, check=False)
    if path() is None:
        print(f"The browser tests need Chromium. Install it: sudo {' '.join(INSTALL)}")
        print("Elsewhere than on Debian: any Chromium or Chrome, its path in the variable CHROMIUM.")
    return path() is not None

"""Whose word a command is: the account of this machine that runs it. No sign-in proved it"""

from __future__ import annotations

import os
import pwd


def by_whom() -> str:
    """By the account the process runs as: the environment says whatever it is told to."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # as in a container with a number of its own
        name = f"account {os.getuid()}"
    return f"command line, {name[:60]}"

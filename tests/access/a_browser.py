"""A browser as the exit kit opens one: PERSON ("tid/oid") is chosen on the sandbox's page, and sent back."""

from __future__ import annotations

import os
import sys
import urllib.parse
import urllib.request

address = urllib.parse.urlsplit(sys.argv[1])
chosen = {**dict(urllib.parse.parse_qsl(address.query)), "person": os.environ["PERSON"]}
page = urllib.parse.urlunsplit(address._replace(query=""))
with urllib.request.urlopen(page, urllib.parse.urlencode(chosen).encode(), timeout=20) as answer:  # noqa: S310
    answer.read()

"""Azure counts calls by subscription and caller: a bucket each for reads, writes and deletes (facts A7).

A tenth of a bucket flows back each second of the cloud's clock. Every answer says what is left.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from sandbox.arm.calls import Call
from sandbox.arm.errors import ArmError

SORTS = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}
USUAL = {"reads": 250, "writes": 200, "deletes": 200}
SHARE = 10


def take(call: Call, subscription: str) -> Mapping[str, str]:
    """The header that says what is left, or 429 with the time until there is something again."""
    sort = SORTS.get(call.method, "writes")
    size = call.cloud.habits.arm_bucket or USUAL[sort]
    key, now = (subscription, call.who.oid or "", sort), call.cloud.clock.now().timestamp()
    left, since = call.cloud.buckets.get(key, (float(size), now))
    left = min(size, left + (now - since) * size / SHARE)
    if left < 1 and call.cloud.habits.arm_bucket:
        raise _empty(subscription, math.ceil((1 - left) * SHARE / size))
    call.cloud.buckets[key] = (left - 1, now)
    return {f"x-ms-ratelimit-remaining-subscription-{sort}": str(max(0, int(left - 1)))}


def _empty(subscription: str, seconds: int) -> ArmError:
    words = (
        f"The request for subscription '{subscription}' could not be processed due to an excessive volume of "
        "traffic. Please try again later."
    )
    return ArmError(429, "TooManyRequests", words, headers={"Retry-After": str(seconds)})

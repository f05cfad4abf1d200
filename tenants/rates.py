"""How often one address may do what costs us or Microsoft something: `@limited("discovery", "20/minute")`.

`limits` does the counting and its words for rates; the counts lie in our database, because every process of
a deployment shares exactly that one: the embedded default has no Redis, and a memory is one process's own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase
from django.utils.timezone import now
from limits import parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from tenants.models import Tally

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponseBase]


class TooMany(Exception):
    """Too often from this address. Answered with 429 in portal/visitors.py."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class Rows(Storage):
    """Counters as rows of `Tally`. Two at once may both read the higher count: never the lower."""

    STORAGE_SCHEME = ["gatehouse"]
    base_exceptions = DatabaseError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        counted = Tally.objects.filter(key=key, until__gt=now()).update(count=F("count") + amount)
        if counted:
            return self.get(key)
        return (
            amount if self._begin(key, now() + timedelta(seconds=expiry), amount) else self.incr(key, expiry)
        )

    def _begin(self, key: str, until: datetime, amount: int) -> bool:
        """A new window; False where another process began it a moment before."""
        if Tally.objects.filter(key=key, until__lte=now()).update(count=amount, until=until):
            return True
        try:
            with transaction.atomic():
                Tally.objects.filter(until__lt=now() - timedelta(days=1)).delete()
                Tally.objects.create(key=key, count=amount, until=until)
        except IntegrityError:
            return False
        return True

    def get(self, key: str) -> int:
        found = Tally.objects.filter(key=key, until__gt=now()).first()
        return found.count if found else 0

    def get_expiry(self, key: str) -> float:
        found = Tally.objects.filter(key=key).first()
        return (found.until if found else now()).timestamp()

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        return Tally.objects.all().delete()[0]

    def clear(self, key: str) -> None:
        Tally.objects.filter(key=key).delete()


LIMITER = FixedWindowRateLimiter(Rows())


def limited(name: str, rate: str) -> Callable[[View[P]], View[P]]:
    """No more than `rate` ("20/minute") from one address, counted together under `name`."""
    item = parse(rate)

    def put(view: View[P]) -> View[P]:
        @wraps(view)
        def counted(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            who = (name, address(request))
            if not LIMITER.hit(item, *who):
                reset = LIMITER.get_window_stats(item, *who).reset_time
                raise TooMany(max(1, round(reset - now().timestamp())))
            return view(request, *args, **kwargs)

        return counted

    return put


def address(request: HttpRequest) -> str:
    """The caller's, as seen by the outermost of our own proxies; what lies before it anybody can write."""
    hops = settings.TRUSTED_PROXIES
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    found = seen[-hops] if hops and len(seen) >= hops else request.META.get("REMOTE_ADDR", "")
    return str(found)[:64]

"""Who is signed in where: one row a browser, found by the hash of the key in its cookie.

Rows of our own and not django.contrib.sessions or .auth: there are no passwords and no permissions of theirs
to use, what may be remembered is four columns and never a token, signing out everywhere is one DELETE, and
a stolen copy of the table opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from tenants.models import Person, SignIn

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=8)
FRESH = timedelta(minutes=10)
ROLES = timedelta(hours=1)
"""How long roles of a token count: then Microsoft is asked again, where one may have been taken away."""
TYPING = timedelta(minutes=15)
"""What was being typed when the roles' hour ended may still be sent."""
TOUCH = timedelta(minutes=1)
"""How exactly the last visit is kept: a write a minute and not one a page."""


def begin(person: Person, roles: Iterable[str], auth_time: datetime) -> str:
    """A new sign-in; gives the key for the cookie, which is known nowhere else."""
    SignIn.objects.filter(over()).delete()
    key = secrets.token_urlsafe(32)
    SignIn.objects.create(
        key_hash=hashed(key), person=person, roles=sorted(map(str, roles)), auth_time=auth_time
    )
    return key


def find(key: str, *, acting: bool = False) -> SignIn | None:
    """The sign-in this key opens, unless it is over. `acting`: for what is sent from a page."""
    found = SignIn.objects.select_related("person").filter(key_hash=hashed(key))
    return found.exclude(over(ROLES + TYPING if acting else ROLES)).first() if key else None


def touch(sign_in: SignIn) -> None:
    """The person did something: the hour of idling begins anew."""
    if now() - sign_in.seen_at > TOUCH:
        SignIn.objects.filter(pk=sign_in.pk).update(seen_at=now())


def end(key: str) -> None:
    SignIn.objects.filter(key_hash=hashed(key)).delete()


def end_everywhere(person: Person) -> int:
    """Every browser of this person, the one asking included; how many there were."""
    return SignIn.objects.filter(person=person).delete()[0]


def of(person: Person) -> QuerySet[SignIn]:
    """The browsers in which somebody is signed in, the one used last first."""
    return SignIn.objects.filter(person=person).exclude(over()).order_by("-seen_at", "-pk")


def ends(sign_in: SignIn) -> datetime:
    """When it is over by itself, if nothing is done in it before."""
    return min(sign_in.seen_at + IDLE, sign_in.started_at + (ROLES if sign_in.roles else ABSOLUTE))


def end_one(person: Person, number: int) -> bool:
    """False: this person has no such sign-in."""
    return bool(SignIn.objects.filter(person=person, pk=number).delete()[0])


def is_fresh(sign_in: SignIn) -> bool:
    return now() - sign_in.auth_time <= FRESH


def over(roles: timedelta = ROLES + TYPING) -> Q:
    idle, old = Q(seen_at__lt=now() - IDLE), Q(started_at__lt=now() - ABSOLUTE)
    return idle | old | (~Q(roles=[]) & Q(started_at__lt=now() - roles))


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

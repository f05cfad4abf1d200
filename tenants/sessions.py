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
"""How long roles of a token count: then Microsoft is asked again, where one may have been taken away. That
costs nobody a question as long as they are signed in there, and the sign-in here lasts no longer for it."""
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
    stale = unasked(ROLES + TYPING if acting else ROLES)
    return _alive(key).exclude(stale).first() if key else None


def to_renew(key: str) -> SignIn | None:
    """The sign-in this key would open, had Microsoft been asked lately whether its roles still stand."""
    return _alive(key).filter(unasked(ROLES)).first() if key else None


def renew(sign_in: SignIn, roles: Iterable[str], auth_time: datetime) -> str:
    """The same sign-in with the roles of today, under a new key; "" where it ended meanwhile.

    It began when it began: neither the hour of idling nor the eight hours begin anew.
    """
    key, given = secrets.token_urlsafe(32), sorted(map(str, roles))
    same = SignIn.objects.filter(pk=sign_in.pk, key_hash=sign_in.key_hash).exclude(over())
    renewed = same.update(key_hash=hashed(key), roles=given, roles_at=now(), auth_time=auth_time)
    return key if renewed else ""


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
    return min(sign_in.seen_at + IDLE, sign_in.started_at + ABSOLUTE)


def end_one(person: Person, number: int) -> bool:
    """False: this person has no such sign-in."""
    return bool(SignIn.objects.filter(person=person, pk=number).delete()[0])


def is_fresh(sign_in: SignIn) -> bool:
    return now() - sign_in.auth_time <= FRESH


def over() -> Q:
    return Q(seen_at__lt=now() - IDLE) | Q(started_at__lt=now() - ABSOLUTE)


def unasked(after: timedelta) -> Q:
    """With roles that nobody has asked Microsoft for so long."""
    return ~Q(roles=[]) & Q(roles_at__lt=now() - after)


def _alive(key: str) -> QuerySet[SignIn]:
    return SignIn.objects.select_related("person").filter(key_hash=hashed(key)).exclude(over())


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

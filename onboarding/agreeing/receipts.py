"""The receipt of a signed agreement: Microsoft's own word that this person signed in about this plan.

The sign-in's nonce was made from the plan's number, and Microsoft signed the nonce together with the person.
So who holds the receipt can show, without us, who agreed to which plan: sha256(nonce) stands in the token,
and the nonce ends with the number. The token opens nothing: it is addressed to us and its sign-in is over.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.conf import settings

from onboarding.models import Agreement, Plan, Receipt
from tenants.id_token import NotLetIn, issuer, verified
from tenants.microsoft.clouds import current
from tenants.microsoft.signin import on_the_wire


class NotProved(Exception):
    """The receipt is not one for this plan by this person."""


def made(token: str, nonce: str, key: RSAPublicKey) -> Receipt:
    """Not saved yet. The key is kept beside the token: Microsoft takes old ones off its page."""
    return Receipt(token=token, nonce=nonce, key=jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True))


def check(receipt: Receipt, plan: Plan, oid: str) -> None:
    """Raises NotProved unless that person of the plan's own tenant signed in about this very plan."""
    claims = signed(receipt)
    tid = str(plan.tenant.tenant_id)
    said = {name: claims.get(name) for name in ("tid", "oid", "iss", "aud", "nonce")}
    due = {"tid": tid, "oid": oid, "iss": issuer(current().login, tid), "nonce": on_the_wire(receipt.nonce)}
    if said != due | {"aud": settings.MICROSOFT_APPS["signin"]["client_id"]}:
        raise NotProved
    if not hmac.compare_digest(receipt.nonce.rpartition(".")[2].encode(), plan.digest.encode()):
        raise NotProved


def signed(receipt: Receipt) -> dict[str, Any]:
    try:
        key = jwt.PyJWK(receipt.key, "RS256").key
        return verified(receipt.token, key if isinstance(key, RSAPublicKey) else None)
    except (jwt.PyJWTError, NotLetIn, TypeError, ValueError):
        raise NotProved from None


def prints(receipt: Receipt) -> dict[str, str]:
    """What the ledger keeps of it: neither token nor key can be exchanged afterwards."""
    key = "".join(f"{name}={receipt.key.get(name)};" for name in ("kty", "n", "e"))
    return {"receipt": fingerprint(receipt.token), "signing_key": fingerprint(key), "nonce": receipt.nonce}


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def can_be_had(agreed: Agreement | None) -> bool:
    """Where somebody of the customer agreed by signing in or on paper; who takes away alone needs none."""
    return agreed is not None and agreed.form in (Agreement.Form.SIGNED, Agreement.Form.RECORDED)

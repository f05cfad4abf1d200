"""Signed papers as files: known by what is in them, kept byte for byte, handed out only as they came.

Three sorts are taken, each by the marks that its own standard prescribes; what a file is called and what the
browser says it is count for nothing. A package would know two hundred sorts, of which we refuse all others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from onboarding.models import Paper
from tenants.microsoft.errors import Refused
from tenants.models import Tenant

MOST_BYTES = 5 * 1024 * 1024
NEAR_THE_END = 1024


@dataclass(frozen=True, slots=True)
class Marks:
    """How such a file begins, and what stands near its end; nothing where anything may follow the picture."""

    content_type: str
    begins: bytes
    ends: bytes = b""

    def fits(self, content: bytes) -> bool:
        return content.startswith(self.begins) and self.ends in content[-NEAR_THE_END:]


K = Paper.Kind
MARKS = {
    K.PDF: Marks("application/pdf", b"%PDF-", b"%%EOF"),
    K.PNG: Marks("image/png", b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    K.JPEG: Marks("image/jpeg", b"\xff\xd8\xff"),
}


def kind_of(content: bytes) -> str:
    """Empty where it is none of those we take."""
    return next((name for name, marks in MARKS.items() if marks.fits(content)), "")


@transaction.atomic
def hold(tenant: Tenant, upload: UploadedFile[Any], by: str) -> Paper:
    """Keep it for the form that is being filled in. What this person held before and never entered goes."""
    upload.seek(0)
    content = upload.read()
    said = {"kind": kind_of(content), "size": len(content), "content": content}
    theirs = Paper.objects.filter(tenant=tenant, uploaded_by=by)
    key = {"tenant": tenant, "uploaded_by": by, "sha256": hashlib.sha256(content).hexdigest()}
    kept, _ = Paper.objects.get_or_create(**key, defaults=said)
    theirs.filter(paperagreement=None, agreement=None).exclude(pk=kept.pk).delete()
    return kept


def held(tenant: Tenant, by: str, sha256: str) -> Paper | None:
    """What this person uploaded for this tenant before, and for no other."""
    return Paper.objects.filter(tenant=tenant, uploaded_by=by, sha256=sha256).first()


def content(paper: Paper) -> bytes:
    """Its bytes, if they are still those that were uploaded."""
    kept = bytes(paper.content)
    if hashlib.sha256(kept).hexdigest() != paper.sha256:
        raise Refused("paper_altered", id=paper.sha256[:12])
    return kept

"""Of each plan that was decided: the plan itself, who agreed and how with what proves it, or who said no."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from access.evidence.zipped import File
from onboarding.agreeing import agreements as agreed
from onboarding.agreeing import files, papers
from onboarding.engine.digest import canonical
from onboarding.models import Agreement, Decline, Plan, Receipt
from onboarding.taking_away import how
from tenants.microsoft.errors import Refused
from tenants.models import Tenant


def agreements(tenant: Tenant, begins: datetime, ends: datetime) -> Iterator[File]:
    found = Agreement.objects.filter(plan__tenant=tenant, at__gte=begins, at__lt=ends)
    for each in found.select_related("plan__tenant").order_by("pk"):
        yield from _of(each)
    declined = Decline.objects.filter(plan__tenant=tenant, at__gte=begins, at__lt=ends)
    for no in declined.select_related("plan__tenant").order_by("pk"):
        folder = f"agreements/{no.plan.digest}"
        yield _plan(folder, no.plan)
        said_no = {name: getattr(no, name) for name in ("by", "decided_by", "reason", "ledger_number")}
        yield File(f"{folder}/declined.json", [_json(said_no | {"at": no.at.isoformat()})])


def _plan(folder: str, plan: Plan) -> File:
    return File(f"{folder}/plan.json", [canonical(agreed.document(plan, plan.changes)).encode()])


def _of(agreement: Agreement) -> Iterator[File]:
    plan, folder = agreement.plan, f"agreements/{agreement.plan.digest}"
    yield _plan(folder, plan)
    yield File(f"{folder}/agreement.json", [_json(said(agreement))])
    receipt: Receipt | None = getattr(agreement, "receipt", None)
    if receipt is not None:
        kept = {"token": receipt.token, "nonce": receipt.nonce, "key": receipt.key}
        yield File(f"{folder}/receipt.json", [_json(kept)])
    if (paper := papers.file_of(plan)) is not None:
        try:
            yield File(f"{folder}/paper.{paper.kind}", [files.content(paper)])
        except Refused:
            lost = "The paper that is kept is not the one that was uploaded any more: it is not handed out.\n"
            yield File(f"{folder}/paper-not-as-uploaded.txt", [lost.encode()])


def said(agreement: Agreement) -> dict[str, Any]:
    names = ("form", "by", "reference", "asked_by", "decided_by", "ledger_number")
    return {name: getattr(agreement, name) for name in names} | {
        "form_in_words": how(agreement),
        "at": agreement.at.isoformat(),
        "purpose": agreement.plan.title,
    }


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, indent=1).encode()

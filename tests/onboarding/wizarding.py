"""Playing the wizard without pages: a draft, its inquiries, and a worker that answers them here."""

from __future__ import annotations

from typing import Any

from onboarding import offers, tasks
from onboarding.models import Draft, Inquiry
from onboarding.wizard import drafts, inquiries
from onboarding.wizard.steps import next_step
from sandbox import directory, seed
from sandbox.cloud import Cloud
from tenants.microsoft import credentials

BY = "person 1"
PEOPLE = {"approvers": ["carla@northwind.example", "deniz@northwind.example"]}
PEOPLE |= {"reviewers": ["carla@northwind.example"], "contacts": ["ada@northwind.example"]}


def begun(domain: str = "northwind.example", tid: str = seed.NORTHWIND, name: str = "Northwind") -> Draft:
    return drafts.begin(domain, tid, name, name.lower().replace(" ", "-"), BY)


def offered(draft: Draft) -> Draft:
    offer = offers.current("managed-defender")
    return drafts.save(draft, draft.version, BY, offer=offer, tiers=["tier-1", "tier-2"], approval="customer")


def named(draft: Draft, **people: Any) -> Draft:
    return drafts.save(draft, draft.version, BY, **{**PEOPLE, **people})


def ask(draft: Draft, what: str) -> Inquiry:
    return inquiries.ask(draft.tenant, what, drafts.question(draft, what), BY)


def work() -> None:
    """What a worker does when the bell rings for everything, without what follows by itself."""
    for pk in Inquiry.objects.due().values_list("pk", flat=True):
        inquiries.look_into(pk)


def work_through() -> None:
    """With what follows by itself, until nothing is due any more."""
    while due := list(Inquiry.objects.due().values_list("pk", flat=True)):
        for pk in due:
            tasks.look_into(pk)


def found_out(draft: Draft, what: str) -> Inquiry:
    asked = ask(draft, what)
    inquiries.look_into(asked.pk)
    asked.refresh_from_db()
    return asked


def planned() -> Draft:
    """As far as a plan with a number."""
    draft = offered(begun())
    for what in ("reader", "readiness"):
        assert found_out(draft, what).is_good
    draft = named(draft)
    assert found_out(draft, "people").answer["resolved"]
    assert found_out(draft, "plan").answer["plan"]
    assert next_step(draft) == "agreement"
    return draft


def take_out(box: Cloud, tid: str, app: str) -> None:
    """The customer removes one of our apps, and the token we still have runs out."""
    credentials._held.clear()
    for principal in box.store.all(tid, "servicePrincipals"):
        if principal["appId"] == app:
            box.store.remove(tid, "servicePrincipals", principal["id"])


def let_in(box: Cloud, tid: str, app: str) -> None:
    directory.grant(box, tid, directory.application(box, app))

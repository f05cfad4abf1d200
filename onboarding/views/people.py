"""Step 5: who approves, who reviews, whom to call. Each address becomes a person, or says why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from onboarding.models import Draft, Inquiry
from onboarding.planes import are_asked
from onboarding.views.page import ask, show, url, way_of, why
from onboarding.wizard import drafts
from onboarding.wizard.forms import PeopleForm
from onboarding.words import reasons
from tenants.guards import Request, door
from tenants.models import Contact, Tenant
from tenants.people import Role

PEOPLE = Inquiry.What.PEOPLE
SPARE, FEWEST, SHOWN = 2, 4, 2


@dataclass(frozen=True, slots=True)
class Row:
    """One field: what was typed, who that is, or what is the matter."""

    typed: str
    name: str = ""
    error: str = ""
    folded: bool = False


@door(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    if request.method == "POST" and way.draft.offer is None:
        return redirect(url(way.draft, way.next))
    inquiry = way.open.get(PEOPLE) or way.answered.get(PEOPLE)
    form = PeopleForm(request.POST, needed(way.draft)) if request.method == "POST" else None
    context: dict[str, Any] = {"inquiry": inquiry, "why": why(inquiry), "known": way.people_are_known()}
    named = asked_for(way.draft, form.typed if form else typed(way.draft))
    context |= {"groups": groups(named, inquiry, form), "asked_for": named}
    context["same"] = form.same if form else not any(named.values())
    if form is None:
        return show(request, way, "people", **context)
    if not form.is_valid():
        return show(request, way, "people", **context, mistakes=form.errors)
    try:
        return redirect(save(way.draft, form, request))
    except drafts.Conflict as conflict:
        return show(request, way, "people", **context, conflict=conflict.now)


def save(draft: Draft, form: PeopleForm, request: Request) -> str:
    given, by = form.cleaned_data, request.visitor.person
    named = {name: given[name] for name in drafts.LISTS.values()}
    draft = drafts.save(draft, given["version"], by.actor, **named)
    ask(draft, PEOPLE, by)
    return url(draft, "people")


def typed(draft: Draft) -> dict[str, list[str]]:
    return {name: getattr(draft, name) for name in drafts.LISTS.values()}


def needed(draft: Draft) -> list[str]:
    """Nobody approves where Azure alone is sold."""
    approve = draft.offer is None or are_asked(draft.offer.document["planes"])
    return ["approvers", "reviewers"] if approve else ["reviewers"]


def asked_for(draft: Draft, named: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Also who was named before for what is not needed any more: they can be taken out."""
    left_out = {"approvers"} - set(needed(draft))
    return {name: who for name, who in named.items() if who or name not in left_out}


def groups(typed: Mapping[str, list[str]], inquiry: Inquiry | None, form: PeopleForm | None) -> list[Any]:
    """Role, field name and rows, with some empty ones at the end, of which the last are folded."""
    found = []
    for role, name in ((role, name) for role, name in drafts.LISTS.items() if name in typed):
        lacking = form.lacking.get(name, "") if form else ""
        empty = max(SPARE, FEWEST - len(typed[name]))
        in_sight = max(SHOWN - len(typed[name]), 0)
        spare = [Row("", error=lacking if at == 0 else "", folded=at >= in_sight) for at in range(empty)]
        rows = [row(each, role, inquiry, form) for each in typed[name]] + spare
        found.append((role.value, name, rows))
    return found


def row(typed: str, role: Contact.Role, inquiry: Inquiry | None, form: PeopleForm | None) -> Row:
    if form is not None and typed in form.odd:
        return Row(typed, error="This is no e-mail address or sign-in name.")
    answers = inquiry.answer.get(role.value, []) if inquiry else []
    for each in answers:
        if each["email"] == typed.lower() and "reason" in each:
            words = reasons.words(each["reason"], each["facts"])
            return Row(typed, error=f"{words.what} {words.next}")
        if each["email"] == typed.lower():
            return Row(typed, name=each["name"] + ("" if each["has_mailbox"] else ", without a mailbox"))
    return Row(typed)

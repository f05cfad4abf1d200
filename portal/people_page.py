"""The provider's people, and which analyst works for which customer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from access.assigning import CHOICES, GiveForm, chosen
from onboarding import offers
from portal import access_read
from tenants import members
from tenants.guards import Request, door
from tenants.models import Customer, Membership
from tenants.people import Role


@require_safe
@door(Role.ADMIN, Role.AUDITOR)
def people(request: Request) -> HttpResponse:
    """What was chosen before a fresh sign-in is chosen still."""
    return shown(request, GiveForm(initial=chosen(request.GET)))


@require_POST
@door(Role.ADMIN, fresh=True, keeps=CHOICES)
def give(request: Request) -> HttpResponse:
    form = GiveForm(request.POST)
    if not form.is_valid():
        return shown(request, form)
    slug = form.cleaned_data["tier"]
    tier = members.tier(slug, offers.labels()[slug])
    given = members.give(form.cleaned_data["person"], form.cleaned_data["customer"], tier, by(request))
    access_read.of_customer(given.customer, by(request))
    messages.success(request, f"{given}: it counts from now on. {next_of(given)}")
    return redirect(*back(request, given.customer))


def back(request: Request, customer: Customer) -> tuple[str, ...]:
    """To the hand-over it was chosen on, where that is of this customer."""
    here = customer.tenants.filter(slug=request.POST.get("hand_over", "").replace("\0", "")).first()
    return ("hand-over", here.slug) if here else ("people",)


def next_of(given: Membership) -> str:
    """Where packages stand that are asked for."""
    asks = given.customer.tenants.filter(owned__kind="access_package").exists()
    return f"Next: {given.person} opens My customers{' and asks for access' if asks else ''}."


@require_POST
@door(Role.ADMIN, fresh=True)
def take(request: Request, membership: int) -> HttpResponse:
    found = get_object_or_404(Membership.objects.select_related("person", "customer", "tier"), pk=membership)
    members.take(found, by(request))
    messages.success(request, f"No longer: {found}. It counts from now on, also in open windows.")
    return redirect("people")


def shown(request: Request, form: GiveForm) -> HttpResponse:
    may_give = request.visitor.has(Role.ADMIN)
    context = {"people": members.staff(), "form": form, "may_give": may_give}
    return render(request, "portal/people.html", context, status=400 if form.errors else 200)


def by(request: Request) -> str:
    return request.visitor.person.actor

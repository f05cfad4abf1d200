"""The provider's people, and which analyst works for which customer."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access.assigning import CHECKED, CHOICES, GiveForm, chosen, of_address
from access.tasks import read_customer
from onboarding import offers
from tenants import members
from tenants.guards import Request, door
from tenants.models import Membership, Tenant
from tenants.people import Role


@require_safe
@door(Role.ADMIN, Role.AUDITOR)
def people(request: Request) -> HttpResponse:
    """What was chosen before a mistake or a fresh sign-in is chosen still."""
    return shown(request, of_address(request.GET))


@require_POST
@door(Role.ADMIN, fresh=True, keeps=CHOICES)
def give(request: Request) -> HttpResponse:
    form = GiveForm(request.POST)
    if not form.is_valid():
        again = urlencode({**chosen(request.POST), CHECKED: "1"})
        return redirect(f"{back(request)}?{again}")
    slug = form.cleaned_data["tier"]
    tier = members.tier(slug, offers.labels()[slug])
    given = members.give(form.cleaned_data["person"], form.cleaned_data["customer"], tier, by(request))
    read_customer(given.customer, by(request))
    messages.success(request, f"{given}: it counts from now on. {next_of(given)}")
    return redirect(back(request))


def back(request: Request) -> str:
    """To the hand-over it was chosen on, where that is of the customer that was meant."""
    slug = request.POST.get("hand_over", "").replace("\0", "")
    here = Tenant.objects.filter(slug=slug, customer__pk=chosen(request.POST).get("customer", "0"))
    return reverse("hand-over", args=[slug]) if here.exists() else reverse("people")


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
    return render(request, "portal/people.html", context)


def by(request: Request) -> str:
    return request.visitor.person.actor

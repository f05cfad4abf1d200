"""The provider's people, and which analyst works for which customer."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from onboarding import giving, offers, tasks
from onboarding.models import Inquiry
from onboarding.wizard import inquiries
from tenants import members
from tenants.guards import Request, door
from tenants.microsoft.errors import Later
from tenants.models import Customer, Membership, Person
from tenants.people import Role


def select() -> forms.Select:
    return forms.Select({"class": "form-select"})


class GiveForm(forms.Form):
    """Only people of the provider, customers here and levels that stand for them, as they are now."""

    person = forms.ModelChoiceField(
        Person.objects.none(),
        empty_label="Choose an analyst",
        label="Analyst",
        widget=select(),
        error_messages={"required": "Choose an analyst."},
    )
    customer = forms.ModelChoiceField(
        Customer.objects.prefetch_related("tenants").order_by("name"),
        empty_label="Choose a customer",
        widget=select(),
        error_messages={"required": "Choose a customer."},
    )
    tier = forms.ChoiceField(choices=lambda: list(offers.labels().items()), widget=select())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = members.analysts()  # type: ignore[attr-defined]
        self.fields["customer"].label_from_instance = in_full  # type: ignore[attr-defined]

    def clean(self) -> None:
        """What is sold somewhere need not stand for this customer."""
        customer, tier = self.cleaned_data.get("customer"), self.cleaned_data.get("tier")
        if customer and tier and (why := giving.why_not(customer, tier)):
            self.add_error("tier", why)


def in_full(customer: Customer) -> str:
    return customer.in_full


@require_safe
@door(Role.ADMIN, Role.AUDITOR)
def people(request: Request) -> HttpResponse:
    """`customer`: the short name of one that is chosen already, as the hand-over's link has it."""
    chosen = Customer.objects.filter(slug=request.GET.get("customer", "").replace("\0", "")).first()
    return shown(request, GiveForm(initial={"customer": chosen}))


@require_POST
@door(Role.ADMIN, fresh=True)
def give(request: Request) -> HttpResponse:
    form = GiveForm(request.POST)
    if not form.is_valid():
        return shown(request, form)
    slug = form.cleaned_data["tier"]
    tier = members.tier(slug, offers.labels()[slug])
    given = members.give(form.cleaned_data["person"], form.cleaned_data["customer"], tier, by(request))
    read_access(given.customer, by(request))
    messages.success(request, f"{given}: it counts from now on. {next_of(given)}")
    return redirect("people")


def next_of(given: Membership) -> str:
    """Where packages stand that are asked for."""
    asks = given.customer.tenants.filter(owned__kind="access_package").exists()
    return f"Next: {given.person} opens My customers{' and asks for access' if asks else ''}."


def read_access(customer: Customer, by: str) -> None:
    """How the analyst stands there is on their page before they ask for it."""
    for tenant in customer.tenants.filter(owned__kind="access_package").distinct():
        with suppress(Later):  # asked a moment ago; the night reads it in any case
            tasks.ring_for(inquiries.ask(tenant, Inquiry.What.ACCESS, {}, by))


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

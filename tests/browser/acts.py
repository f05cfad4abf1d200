"""Pages that no address alone leads to: mistakes in forms, refusals, and pages for errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.utils.timezone import now
from limits import parse
from playwright.sync_api import Page

from onboarding.agreeing import agreements
from onboarding.engine.digest import digest
from onboarding.models import Draft, Inquiry, Paper, PaperAgreement, Plan
from tenants.models import SignIn
from tenants.rates import LIMITER
from tests.access import world
from tests.cast import Cast

HERE = "/tenants/northwind/onboard/"
SHOWN = [("Its name", "Fabrikam Tier 1 Analyst"), ("Whether it gets mail", "no"), ("Its owners", "none")]
CANDIDATE = {"id": "g-1", "shown": SHOWN, "blockers": []}
LOOK_ALIKE = {
    "address": "group/tier-1",
    "words": "A group called Fabrikam Tier 1 Analyst is there already.",
    "may_tick": True,
    "candidates": [CANDIDATE, {**CANDIDATE, "id": "g-2", "blockers": ["It is a dynamic group."]}],
}
LOOKED = {"questions": [LOOK_ALIKE], "changes": [], "unknown": {}, "strange": {}, "checks": [], "plan": ""}


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at one browser window, and who and what is there."""

    page: Page
    home: str
    cast: Cast

    def at(self, path: str) -> Page:
        self.page.goto(self.home + path)
        return self.page

    def press(self, name: str) -> None:
        """What the browser itself would notice is sent all the same."""
        button = self.page.get_by_role("button", name=name).first
        button.evaluate("e => { e.form.noValidate = true }")
        button.click()


def names_another_tenant(seat: Seat) -> None:
    seat.at("/tenants/northwind/who/").locator("main input[name=tenant]").evaluate("e => { e.value = 'x' }")
    seat.press("Read it again now")


def sends_no_cookie_for_forms(seat: Seat) -> None:
    seat.at("/help/").context.clear_cookies(name="csrf")
    seat.press("Sign out")


def signed_in_too_long_ago(seat: Seat) -> None:
    seat.at("/people/")
    SignIn.objects.update(auth_time=now() - timedelta(hours=1))
    seat.press("Assign")


def is_no_longer_signed_in(seat: Seat) -> None:
    seat.at("/people/")
    SignIn.objects.all().delete()
    seat.press("Assign")


def asks_too_often(seat: Seat) -> None:
    rate = parse("30/minute")
    while LIMITER.hit(rate, "discovery", "127.0.0.1"):
        pass
    seat.at("/tenants/new/")


def signs_out(seat: Seat) -> None:
    seat.at("/help/")
    seat.press("Sign out")


def wants_a_paper_that_was_altered(seat: Seat) -> None:
    whose = seat.cast.northwind
    kept = {"tenant": whose, "uploaded_by": "person 1", "sha256": "0" * 64}
    file = Paper.objects.create(kind="pdf", size=5, content=b"other", **kept)
    plan = world.planned(whose)
    said = {"by": "carla", "reference": "114", "reason": "no sign-in", "asked_by": "person 1"}
    PaperAgreement.objects.create(plan=plan, file=file, **said)
    seat.at(f"/tenants/northwind/agreement/{plan.digest}/paper/")


def saves_after_somebody_else(seat: Seat) -> None:
    page = seat.at(f"{HERE}plan/")
    page.locator("#schedule").evaluate("e => { e.open = true }")
    Draft.objects.update(version=F("version") + 1, changed_by=seat.cast.people["audrey"].actor)
    page.get_by_label("The customer's change number").fill("C-114")
    seat.press("Save")


def finds_look_alikes(seat: Seat) -> None:
    asked = {"tenant": seat.cast.northwind, "what": "plan", "asked_by": "person 1"}
    Inquiry.objects.create(answered_at=now(), answer=LOOKED, **asked)
    seat.at(f"{HERE}plan/").get_by_text("Take over existing:").check()


def trusts_without_a_group(seat: Seat) -> None:
    page = seat.at("/offers/managed-defender/")
    page.get_by_label("Trust").check()
    page.get_by_label("The analysts' group").fill("")
    page.get_by_label("Name", exact=True).fill("")
    seat.press("Make version")


def gives_nobody(seat: Seat) -> None:
    seat.at("/people/")
    seat.press("Assign")


def names_no_place_in_azure(seat: Seat) -> None:
    page = seat.at(f"{HERE}offer/")
    page.get_by_role("radio", name="Managed Defender and Sentinel", exact=True).check()
    seat.press("Save and go on")


def names_nobody_by_an_address(seat: Seat) -> None:
    seat.at(f"{HERE}people/").get_by_label("Approver 1").fill("nobody at all")
    seat.press("Save and look them up")


def types_no_domain(seat: Seat) -> None:
    page = seat.at("/tenants/new/")
    page.get_by_label("Company").fill("Contoso")
    page.get_by_label("Domain or tenant id").fill("no domain")
    seat.press("Look it up")


def sets_an_empty_window(seat: Seat) -> None:
    seat.at("/tenants/northwind/freezes/")
    seat.press("Set the window")


def fills_in_no_guard(seat: Seat) -> None:
    page = seat.at("/tenants/northwind/azure/guards/")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_label("Subscriptions, one a line").fill("production")
    page.get_by_label("Other tenants that may manage").fill("contoso.example")
    page.get_by_label("Whom the alert tells").fill("nobody")
    page.get_by_label("Resource group for the alert").fill("rg?")
    seat.press("Save and make the template")


def decides_a_plan(seat: Seat) -> Page:
    plan = world.planned(seat.cast.northwind)
    number = digest(agreements.document(plan, plan.changes))
    type(plan).objects.filter(pk=plan.pk).update(digest=number)
    return seat.at(f"/tenants/northwind/agreement/{number}/")


def says_no(seat: Seat) -> None:
    decides_a_plan(seat).get_by_label("Why not").fill("Two tiers are too many.")
    seat.press("Decline plan")


def says_no_without_a_reason(seat: Seat) -> None:
    decides_a_plan(seat)
    seat.press("Decline plan")


def reads_that_it(story: str, path: str) -> Callable[[Seat], object]:
    def look(seat: Seat) -> None:
        whose = seat.cast.contoso
        world.offered(whose)
        world.STORIES[story](whose)
        if story == "paused":
            world.owned(whose, "group/tier-1")
        seat.at(path)

    return look


def has_everything_signed(seat: Seat) -> None:
    draft, plan = world.handed_over(seat.cast.contoso), Plan.objects.filter(tenant=seat.cast.contoso)
    assert draft.tenant == seat.cast.contoso and plan.exists()
    seat.at("/tenants/contoso/onboard/agreement/")


def confirms_from_the_tasks(seat: Seat) -> None:
    seat.at("/tenants/northwind/tasks/")
    seat.press("I confirm by name that this is done")


def at(path: str) -> Callable[[Seat], object]:
    return lambda seat: seat.at(path)


BACKWARDS = "/tenants/northwind/evidence/pack.zip?first=2026-02-02&last=2026-02-01"
ACTS: dict[str, tuple[str, Callable[[Seat], object], str]] = {
    "400": ("rita", names_another_tenant, "The request could not be understood."),
    "403": ("rita", at("/broken/403/"), "You may look at this, but not do it."),
    "403-form": ("rita", sends_no_cookie_for_forms, "This form could not be matched"),
    "404": ("rita", at("/tenants/contoso/"), "There is no such page"),
    "500": ("rita", at("/broken/500/"), "Something went wrong in the portal."),
    "not-done-stale": ("alice", signed_in_too_long_ago, "Nothing was done"),
    "not-done-over": ("alice", is_no_longer_signed_in, "Nothing was done"),
    "too-many": ("alice", asks_too_often, "That was a little too often"),
    "out": ("rita", signs_out, "You are signed out"),
    "not-handed-out": ("audrey", wants_a_paper_that_was_altered, "The paper is not handed out"),
    "said-no": ("rita", says_no, "this plan can be agreed to no more"),
    "mistake-no": ("rita", says_no_without_a_reason, "Say why"),
    "no-read": ("alice", reads_that_it("declined", "/tenants/contoso/"), "The customer said no to the plan"),
    "has-ended": ("alice", reads_that_it("apps", "/tenants/contoso/"), "Access has ended."),
    "has-ended-tasks": ("rolf", reads_that_it("apps", "/tenants/contoso/tasks/"), "Remove the reader app"),
    "has-ended-start": ("rolf", reads_that_it("apps", "/"), "Access was ended on"),
    "is-paused": ("rolf", reads_that_it("paused", "/tenants/contoso/"), "Access is paused."),
    "is-paused-start": ("rolf", reads_that_it("paused", "/"), "Access was paused on"),
    "signed": ("alice", has_everything_signed, "What was agreed to"),
    "confirmed": ("rita", confirms_from_the_tasks, "Confirmed by you"),
    "conflict": ("alice", saves_after_somebody_else, "Somebody saved this onboarding"),
    "look-alikes": ("alice", finds_look_alikes, "To decide"),
    "mistake-offer": ("alice", trusts_without_a_group, "This cannot stay empty"),
    "mistake-people": ("alice", gives_nobody, "Choose an analyst."),
    "mistake-azure": ("alice", names_no_place_in_azure, "Name at least one subscription"),
    "mistake-names": ("alice", names_nobody_by_an_address, "This is no e-mail address"),
    "mistake-domain": ("alice", types_no_domain, "is neither a domain nor a tenant id"),
    "mistake-window": ("rita", sets_an_empty_window, "Say when it begins and when it ends."),
    "mistake-guards": ("rita", fills_in_no_guard, "Tick at least one of the three."),
    "mistake-days": ("rita", at(BACKWARDS), "The last day comes before the first."),
}
"""Name of the picture → who, what they do, and words of the page it leads to."""

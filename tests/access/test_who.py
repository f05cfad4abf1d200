"""The page Who can do what: strangers first, in words of the tier, and what is not known is said to be."""

from __future__ import annotations

import re

import pytest

from onboarding.models import Grant, Inquiry, Onboarding, Survey
from onboarding.offers import current
from onboarding.wizard import inquiries
from tenants.models import Provider, ProviderTenant
from tests.access import world
from tests.access.grants import granted, surveyed
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
PAGE = "/tenants/northwind/who/"


@pytest.fixture
def cast() -> Cast:
    cast = assemble()
    world.offered(cast.northwind)
    return cast


def text(cast: Cast, who: str = "rita") -> str:
    answer = cast.client(who).get(PAGE)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_what_was_never_read_is_not_read_again(cast: Cast) -> None:
    assert text(cast).count("Read it now") == 2 and "Read it again" not in text(cast)
    surveyed(cast.northwind)
    assert "Read it again now</button>" in text(cast) and "Read it now" not in text(cast)


def test_a_person_stands_there_with_what_they_can_until_when_and_by_what_evidence(cast: Cast) -> None:
    until = "2099-03-01T09:00:00Z"
    granted(
        cast.northwind,
        "assignment",
        tier="tier-1",
        until=until,
        since="2026-01-02T00:00:00Z",
        by_request=True,
    )
    page = text(cast)
    for words in (
        "Amir Rahimi", "of the provider", "isolate a device", "Cannot use live response",
        "Through Fabrikam Tier 1 Analyst", "By request", "Until 1 March 2099, 09:00 UTC", "<code>a1</code>",
    ):  # fmt: skip
        assert words in page, words
    assert "Look at this first" not in page and "Not known today" not in page


@pytest.mark.parametrize(
    ("approvers", "words"),
    [
        ((), "On demand: nobody of this tenant is asked, and nobody of the provider approves"),
        (
            ("Sentinel Approvers",),
            "On demand: approved by Sentinel Approvers of the provider; nobody of this tenant is asked",
        ),
    ],
)
def test_a_role_of_azure_on_demand_is_not_called_a_request(
    cast: Cast, approvers: tuple[str, ...], words: str
) -> None:
    row = granted(cast.northwind, "delegation", "Engineers", by_request=True, approvers=approvers)
    page = text(cast)
    assert words in page and "By request" not in page
    del row.about["approvers"]  # kept by a look from before they were read
    row.save()
    page = text(cast)
    assert "On demand: nobody of this tenant is asked" in page and "of the provider approves" not in page


def test_strangers_and_what_was_changed_stand_first(cast: Cast) -> None:
    granted(cast.northwind, "assignment", tier="tier-1")
    granted(cast.northwind, "member", "Ada Admin", tier="tier-1", strange="Put into the group by hand.")
    world.read(cast.northwind, False, strange={"access_package/tier-1": ["policy p9 that nobody planned"]})
    page = text(cast)
    order = ["Look at this first", "Ada Admin", "policy p9", "People who can work here", "Amir Rahimi"]
    assert sorted(order, key=page.index) == order
    assert "Nobody planned this" in page and page.count("<strong>Ada Admin</strong>") == 1


def test_what_was_not_read_the_last_time_is_unknown_and_not_gone(cast: Cast) -> None:
    row = granted(cast.northwind, "assignment", tier="tier-1")
    surveyed(cast.northwind, hours_ago=0.5, assignments="503 from Microsoft")
    page = text(cast)
    assert "Amir Rahimi" in page and "Not known today</span>" in page
    assert "Who holds access packages: 503 from Microsoft" in page
    Grant.objects.filter(pk=row.pk).update(seen_until=Survey.objects.last().at)  # type: ignore[union-attr]
    assert "Not known today</span>" not in text(cast)


def test_an_old_look_says_nothing_of_today_and_none_says_nothing_at_all(cast: Cast) -> None:
    page = text(cast)
    assert "Nobody has read it yet" in page and "Nobody was let in" not in page
    surveyed(cast.northwind, hours_ago=37)
    granted(cast.northwind, "assignment", tier="tier-1")
    page = text(cast)
    assert "too old to count" in page and "Not known today</span>" in page


def test_an_app_says_what_it_could_do_and_a_guest_that_nothing_explains_is_apart(cast: Cast) -> None:
    granted(cast.northwind, "app", "The reader app", permissions=("User.Read.All",), through="Admin consent")
    granted(cast.northwind, "guest", "Bea Novak", through="")
    page = text(cast)
    assert "Read the full profile of every user." in page and "No end" in page
    assert page.index("without any of these accesses") < page.index("Bea Novak")


def test_what_is_gone_is_told_apart(cast: Cast) -> None:
    granted(cast.northwind, "assignment", gone=True)
    page = text(cast)
    assert page.index("No longer there") < page.index("Amir Rahimi") and "Gone when read" in page


def test_it_names_what_no_read_covers(cast: Cast) -> None:
    surveyed(cast.northwind)
    page = text(cast)
    assert "Directory roles" in page and "no permission to list apps" in page


@pytest.mark.parametrize(
    ("who", "status"), [("rita", 200), ("alice", 200), ("audrey", 200), ("ann", 404), ("rolf", 404)]
)
def test_it_is_for_the_customer_and_not_for_analysts_or_others(cast: Cast, who: str, status: int) -> None:
    granted(cast.northwind, "assignment")
    assert cast.client(who).get(PAGE).status_code == status
    assert (PAGE in cast.client(who).get("/tenants/northwind/").content.decode()) == (status == 200)


def test_a_reviewer_asks_for_it_now_and_the_page_watches(cast: Cast) -> None:
    assert cast.client("audrey").post(f"{PAGE}read/").status_code == 404
    assert cast.client("rita").post(f"{PAGE}read/").status_code == 302
    asked = inquiries.latest(cast.northwind, Inquiry.What.GRANTS)
    assert asked and asked.asked_by == cast.people["rita"].actor
    assert 'http-equiv="refresh"' in text(cast)
    Inquiry.objects.update(answered_at=world.now(), reason="no_admin_consent", facts={"app": "reader"})
    assert 'http-equiv="refresh"' not in text(cast) and "It could not be read back" in text(cast)


EMPTY = {
    "People who can work here": "Nobody was let in",
    "People who let others in": "Nobody was in the approvers",
    "Apps of the provider": "None of our apps",
    "Accounts of the provider without any of these accesses": "None. An account",
}
PEOPLE, APPROVERS, APPS, GUESTS = EMPTY


@pytest.mark.parametrize(
    ("source", "not_known"),
    [
        ("tenant", [*EMPTY, "Azure, by Lighthouse", "What this tenant believes"]),
        ("assignments", [PEOPLE]),
        ("group/tier-1", [PEOPLE]),
        ("group/approvers", [APPROVERS]),
        ("group/approvers/9a1c", [APPROVERS]),
        ("guests", [GUESTS]),
        ("homes", [PEOPLE, GUESTS]),
        ("organizations", [PEOPLE, GUESTS]),
        ("app/setup", [APPS]),
        ("trust", ["What this tenant believes"]),
        ("delegation/1111/rg", ["Azure, by Lighthouse"]),
    ],
)
def test_what_was_not_read_is_never_called_nobody(cast: Cast, source: str, not_known: list[str]) -> None:
    surveyed(cast.northwind, **{source: "503 from Microsoft"})
    page = text(cast)
    for title in not_known:
        after = page.partition(f"<h2>{title}")[2]
        assert after.partition("<p>")[2].startswith("Not known: it could not be read."), title
    assert page.count("Not known: it could not be read.") == len(not_known)
    for title, words in EMPTY.items():
        assert (words in page) == (title not in not_known), title


def test_a_delegation_is_stopped_where_azure_lists_service_providers(cast: Cast) -> None:
    granted(cast.northwind, "delegation", "Sentinel Responder", through="Azure Lighthouse: Fabrikam")
    providers = "/#view/Microsoft_Azure_CustomerHub/ServiceProvidersBladeV2/~/providers"
    place = f"https://portal.azure.com/{cast.northwind.tenant_id}{providers}"
    assert f'href="{place}"' in cast.client("rita").get(PAGE).content.decode()


def test_delegations_without_our_app_in_them_are_said_to_be_unread(cast: Cast) -> None:
    """Azure shows our app what it has a part in alone: what is of others must not pass for none."""
    surveyed(cast.northwind)
    words = "Delegations of Azure to the provider in which our app has no part"
    assert words in text(cast) and "Service providers in the Azure portal" in text(cast)


RESPONDER = "3e150937-b8fe-4cfb-8069-0eaf05ecd056"


def test_what_is_delegated_is_told_in_words_and_with_the_tier_it_was_sold_to(cast: Cast) -> None:
    ours = Provider.objects.create(name="Fabrikam", brand="Fabrikam")
    ProviderTenant.objects.create(provider=ours, purpose="analysts", tenant_id=cast.contoso.tenant_id)
    offer = current("managed-sentinel")
    [role] = [each for each in offer.document["lighthouse"]["roles"] if each["role"] == RESPONDER]
    gaps = {"brand": "Fabrikam", "provider": "Fabrikam", "customer": "Northwind"}
    azure = {"principals": {role["group"].format_map(gaps): "G1"}}
    Onboarding.objects.filter(tenant=cast.northwind).update(offer=offer, azure=azure)
    for group in ("g1", "g2"):
        ids = {"group": group, "role": RESPONDER, "delegation": "d1"}
        granted(cast.northwind, "delegation", f"Group {group}", can="What Azure's role allows.", ids=ids)
    page = text(cast)
    said = "Read Sentinel and work on its incidents: assign, change and close them"
    assert page.count(said) == 2 and page.count(f"Tier 1, in Azure: {said}") == 1
    assert (
        page.count("cannot delete incidents or change analytics rules. What Azure&#x27;s role allows.") == 2
    )


@pytest.mark.parametrize(
    ("strange", "where"),
    [("", "“Azure, by Lighthouse: groups of the provider”, further down"), ("New.", "“Look at this first”")],
)
def test_where_nobody_is_named_the_groups_with_roles_in_azure_are_pointed_to(
    cast: Cast, strange: str, where: str
) -> None:
    surveyed(cast.northwind)
    assert "Nobody was let in when it was read last." in text(cast)
    granted(cast.northwind, "delegation", "Sentinel Responder", strange=strange)
    page = text(cast)
    assert "Nobody was let in when it was read last." not in page
    assert "Nobody was let in by name" in page and f"all the same: see {where}" in page


def test_what_was_sold_what_was_read_and_what_somebody_confirmed_are_told_apart(cast: Cast) -> None:
    world.owned(cast.northwind, "group/tier-1")
    granted(cast.northwind, "assignment", tier="tier-1")
    page = text(cast)
    assert "What was read back is that they are let in" in page and "nobody has confirmed that yet" in page
    cast.client("rita").post("/tenants/northwind/by-hand/defender-tier-1/confirm/")
    page = text(cast)
    assert "somebody confirmed it by name, and no read of ours can check it" in page
    assert "nobody has confirmed" not in page

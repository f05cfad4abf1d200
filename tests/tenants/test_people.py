"""How people are called whom the record names by number."""

from __future__ import annotations

import pytest

from tenants.models import Person
from tenants.people import by_actor, called, remember

pytestmark = pytest.mark.django_db
NOBODY = ("worker", "person", "person one", "person -1", f"person {10**30}")


def test_a_person_is_called_by_name() -> None:
    ada = Person.objects.create(tid="0" * 32, oid="1" * 32, name="Ada Admin")
    assert called(ada.actor) == "Ada Admin"


@pytest.mark.parametrize("actor", NOBODY)
def test_who_is_no_person_is_called_as_the_record_has_it(actor: str) -> None:
    assert by_actor(actor) is None
    assert called(actor) == actor


def test_a_token_without_a_name_or_address_forgets_neither() -> None:
    """The address is what an analyst is looked for by; a tenant may leave it out of its tokens."""
    before = remember("0" * 32, "1" * 32, "Ada Admin", "ada@fabrikam.example")
    assert remember("0" * 32, "1" * 32, "", "") == before
    after = Person.objects.get()
    assert (after.name, after.email) == ("Ada Admin", "ada@fabrikam.example")
    assert remember("0" * 32, "1" * 32, "Ada", "").name == "Ada"

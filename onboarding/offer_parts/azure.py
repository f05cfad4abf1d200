"""Which tier holds which role in Azure, by which group of the provider's: a row each, and an empty one.

What Azure, or good sense, refuses is found by the rules of delegations, row by row, and told at its field.
"""

from __future__ import annotations

from collections.abc import Iterator

from django import forms

from onboarding.delegations import rules
from onboarding.delegations.definition import Delegation, Eligible, Principal, Standing
from onboarding.delegations.roles import Role, Roles, listed
from onboarding.delegations.rules import Place, Refusal
from onboarding.gaps import fits, spelled
from onboarding.offer_parts import tiers
from onboarding.offer_parts.gaps import PlainField, TemplateField
from onboarding.offer_parts.section import Document, Given, Mistake, Section
from onboarding.planes.lighthouse import gaps_of
from onboarding.words import reasons
from onboarding.words.offer_words import azure_role
from tenants.microsoft import clouds

GAPS = ("brand", "provider", "customer", "pool")
USUAL = "PT8H"
LENGTHS = ("PT30M", "PT1H", "PT2H", "PT4H", USUAL)
THE_NEW_TIER = "+"
KEYS = ("tier", "role", "group", "on_demand", "longest", "approvers", "out")
FIELD_OF = {
    "delegation_group_of_several_roles": "group",
    "delegation_policies_differ": "longest",
    "delegation_length": "longest",
    "delegation_approvers": "approvers",
    "delegation_national": "on_demand",
}
"""Where a refusal is told; the others at the role."""
PORTAL = Principal("portal", "Gatehouse", "service principal")


class RoleField(forms.ChoiceField):
    """Lists what may be delegated. For what may not, named all the same, the rules say why."""

    def valid_value(self, value: object) -> bool:
        return super().valid_value(value) or value in listed().known


def rows(document: Document) -> list[Document]:
    return list(document["lighthouse"]["roles"]) if "lighthouse" in document else []


def _marks(document: Document) -> list[str]:
    """What the fields of each row begin with; the last row is the empty one."""
    return [f"role-{at}" for at in range(1, len(rows(document)) + 1)] + ["role-new"]


def fields(document: Document) -> dict[str, forms.Field]:
    if "lighthouse" not in document:
        return {}
    pairs = zip(_marks(document), [*rows(document), None], strict=True)
    return {name: field for mark, row in pairs for name, field in _fields(document, mark, row)}


def _fields(document: Document, mark: str, row: Document | None) -> Iterator[tuple[str, forms.Field]]:
    needed = row is not None
    yield f"{mark}-tier", forms.ChoiceField(choices=_tiers(document), required=needed, label="Tier")
    yield f"{mark}-role", RoleField(choices=_roles(row), required=needed, label="Role in Azure")
    label = "Group of our own tenant that holds it"
    yield f"{mark}-group", TemplateField(GAPS, required=needed, label=label)
    yield (
        f"{mark}-on_demand",
        forms.BooleanField(required=False, label="On demand: held only for a time after it is switched on"),
    )
    yield (
        f"{mark}-longest",
        forms.ChoiceField(
            choices=_lengths(row),
            required=False,
            label="Held at most, if on demand",
            help_text=f"None chosen: {rules.spoken(USUAL)}. What is always on has no such limit.",
        ),
    )
    yield (
        f"{mark}-approvers",
        PlainField(
            required=False,
            max_length=1000,
            label="Groups that approve, if on demand",
            help_text="With semicolons between them. Empty: whoever is in the group switches it on alone.",
        ),
    )
    if needed:
        yield f"{mark}-out", forms.BooleanField(required=False, label="Leave this role out")


def _tiers(document: Document) -> list[tuple[str, str]]:
    named = [(tier["slug"], tier["label"]) for tier in document["tiers"]]
    return [("", "Choose a tier"), *named, (THE_NEW_TIER, "The new tier, as named above")]


def _roles(row: Document | None) -> list[tuple[str, str]]:
    known = {id: r.name for id, r in listed().known.items() if not (r.gives_access or r.data_actions)}
    if row is not None:
        known.setdefault(row["role"], listed().name(row["role"]))
    return [("", "Choose a role"), *sorted(known.items(), key=lambda each: each[1])]


def _lengths(row: Document | None) -> list[tuple[str, str]]:
    now = (row or {}).get("longest", USUAL)
    return [("", "Not chosen"), *((each, rules.spoken(each)) for each in dict.fromkeys((*LENGTHS, now)))]


def sections(document: Document) -> Iterator[Section]:
    made = fields(document)
    for mark, row in zip(_marks(document), [*rows(document), None], strict=True):
        names = tuple(f"{mark}-{key}" for key in KEYS if f"{mark}-{key}" in made)
        if row is not None:
            yield Section(f"In Azure: {azure_role(row)}", names)
        elif names:
            yield Section("In Azure: another role", names, NEW_ROW)


NEW_ROW = (
    "Leave it empty if there is to be none. The group is one of ours, for this role and one customer alone, "
    "or with {pool} in its name for the customers of a pool: whoever switches the role on opens them all. "
    "Where a customer is planned again, its administrator has to deploy the delegation anew."
)


def typed(document: Document) -> Given:
    made: Given = {}
    for mark, row in zip(_marks(document), rows(document), strict=False):
        shown = {
            "longest": USUAL if row.get("on_demand") else "",
            "on_demand": False,
            **row,
            "approvers": "; ".join(row.get("approvers", ())),
        }
        made |= {f"{mark}-{key}": value for key, value in shown.items()}
    return made


def mistakes(document: Document, given: Given) -> Iterator[Mistake]:
    if "lighthouse" not in document:
        return
    kept = _after(document, given)
    if not kept:
        yield f"{_marks(document)[0]}-out", "An offer for Azure needs at least one role."
    for mark, row in kept:
        yield from _row(document, given, mark, row)
    whole = [(mark, row) for mark, row in kept if all(row[key] for key in ("tier", "role", "group"))]
    yield from _refused(document, whole)


def _row(document: Document, given: Given, mark: str, row: Document) -> Iterator[Mistake]:
    for key, what in (("tier", "a tier"), ("role", "a role"), ("group", "a group")):
        if not row[key] and (mark == "role-new" or f"{mark}-{key}" in given):
            yield f"{mark}-{key}", f"Choose {what}, or leave the whole row empty."
    if row["group"] and not gaps_of(row["group"]) & {"customer", "pool"} and row not in rows(document):
        yield f"{mark}-group", "Without {customer} or {pool} one group would serve, and open, every customer."
    if not all(fits(name, GAPS) for name in row.get("approvers", ())):
        yield f"{mark}-approvers", f"Braces may hold these words only: {spelled(GAPS)}."


def _refused(document: Document, kept: list[tuple[str, Document]]) -> Iterator[Mistake]:
    """Each refusal at the first row with which it comes."""
    seen: list[Refusal] = []
    for at, (mark, _) in enumerate(kept, start=1):
        found = rules.refusals(_delegation([row for _, row in kept[:at]]), _place(), _known(document))
        for refusal in found:
            if refusal not in seen:
                said = reasons.words(refusal.reason, dict(refusal.facts))
                yield f"{mark}-{FIELD_OF.get(refusal.reason, 'role')}", f"{said.what} {said.next}"
        seen += found


def _place() -> Place:
    """Of no customer yet: what only one of them can tell is found when its groups are looked up."""
    return Place("customer", clouds.current().name, "customer")


def _known(document: Document) -> Roles:
    """A role that the offer has already was Azure's own when it was chosen."""
    held = {row["role"]: Role(row["role"], row["role"]) for row in rows(document)}
    return Roles(held | dict(listed().known), listed().checked)


def _delegation(kept: list[Document]) -> Delegation:
    always = [row for row in kept if not row.get("on_demand")]
    on_demand = [row for row in kept if row.get("on_demand")]
    return Delegation(
        name="",
        description="",
        managing_tenant="ours",
        portal=PORTAL,
        standing=tuple(Standing(_who(row["group"]), row["role"]) for row in always),
        eligible=tuple(
            Eligible(
                _who(row["group"]),
                row["role"],
                row.get("longest", USUAL),
                approvers=tuple(map(_who, row.get("approvers", ()))),
            )
            for row in on_demand
        ),
    )


def _who(name: str) -> Principal:
    return Principal(name, name, "security group")


def _after(document: Document, given: Given) -> list[tuple[str, Document]]:
    """The roles of the new version, with the mark of each. A tier that goes takes its roles along."""
    stay = {tier["slug"] for tier in document["tiers"] if not given.get(f"{tier['slug']}-out")}
    stay |= {tiers.slug_of_new(given), ""}
    made = []
    for mark, old in zip(_marks(document), [*rows(document), {}], strict=True):
        row = _typed_row(mark, old, given)
        empty = mark == "role-new" and not (row["tier"] or row["role"] or row["group"])
        if row["tier"] in stay and not given.get(f"{mark}-out") and not empty:
            made.append((mark, row))
    return made


def _typed_row(mark: str, old: Document, given: Given) -> Document:
    row = {key: given.get(f"{mark}-{key}") or "" for key in ("tier", "role", "group")}
    if row["tier"] == THE_NEW_TIER:
        row["tier"] = tiers.slug_of_new(given)
    if not given.get(f"{mark}-on_demand"):
        return row
    longest = given.get(f"{mark}-longest") or USUAL
    approvers = [name.strip() for name in (given.get(f"{mark}-approvers") or "").split(";") if name.strip()]
    length = {"longest": longest} if "longest" in old or longest != USUAL else {}
    return {**row, "on_demand": True, **length, **({"approvers": approvers} if approvers else {})}


def changes(document: Document, given: Given) -> Document:
    if "lighthouse" not in document:
        return {}
    return {"lighthouse": {**document["lighthouse"], "roles": [row for _, row in _after(document, given)]}}

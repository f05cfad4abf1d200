"""Who holds our packages: people's assignments are not ours, but they end before what let them in goes.

Entitlement management deletes neither a package nor a policy that somebody still holds (facts/graph.md 3.11).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from onboarding.engine.plan import Owned
from onboarding.engine.resource import Resource, Spec, is_ref, ref

KIND = "package_assignments"


def ending(owned: Mapping[str, Owned], desired: Iterable[Resource]) -> dict[str, Owned]:
    """Those of packages that go, and of policies that go while their package stays."""
    wanted = {resource.address for resource in desired}
    packages = {package: each for package, each in _of_packages(owned) if package not in wanted}
    policies = [
        each
        for policy, each in _of_policies(owned)
        if policy not in wanted and each.resource.spec["accessPackage"]["ref"] not in packages
    ]
    return {each.resource.address: each for each in (*packages.values(), *policies)}


def one(owned: Mapping[str, Owned], package: str, assignment: str) -> Owned | None:
    """One person's assignment of a package that we made, by the package's id; None where it is not ours."""
    for address, mine in _made(owned, "access_package"):
        if mine.remote_id == package:
            spec = {"accessPackage": ref(address), "assignment": assignment}
            there = Resource(
                f"{KIND}/{_slug(address)}/only/{assignment}", KIND, mine.resource.tenant_id, spec
            )
            return Owned(there, mine.remote_id, adopted=False)
    return None


def of_made(owned: Mapping[str, Owned]) -> set[str]:
    """Ids of the packages that we made."""
    return {mine.remote_id for _, mine in _made(owned, "access_package")}


def named(owned: Mapping[str, Owned], specs: Iterable[Spec]) -> dict[str, Owned]:
    """Those of these specs that name one assignment of a package that is still ours."""
    wanted = (spec for spec in specs if "assignment" in spec)
    found = (one(owned, _id(owned, spec["accessPackage"]["ref"]), spec["assignment"]) for spec in wanted)
    return {each.resource.address: each for each in found if each is not None}


def _id(owned: Mapping[str, Owned], address: str) -> str:
    return owned[address].remote_id if address in owned else ""


def all_of(owned: Mapping[str, Owned]) -> dict[str, Owned]:
    """Whatever a plan may have meant to end."""
    found = (*_of_packages(owned), *_of_policies(owned))
    return {each.resource.address: each for _, each in found}


def _of_packages(owned: Mapping[str, Owned]) -> Iterator[tuple[str, Owned]]:
    """They go before the policies, which go before the package."""
    for address, mine in _made(owned, "access_package"):
        policies = tuple(a for a in owned if a.startswith(f"assignment_policy/{_slug(address)}/"))
        spec = {"accessPackage": ref(address)}
        there = Resource(f"{KIND}/{_slug(address)}", KIND, mine.resource.tenant_id, spec, policies)
        yield address, Owned(there, mine.remote_id, adopted=False)


def _of_policies(owned: Mapping[str, Owned]) -> Iterator[tuple[str, Owned]]:
    for address, mine in _made(owned, "assignment_policy"):
        package = mine.resource.spec["accessPackage"]["id"]
        if is_ref(package):
            spec = {"accessPackage": package, "assignmentPolicy": ref(address)}
            there = Resource(f"{KIND}/{_slug(address)}", KIND, mine.resource.tenant_id, spec, (address,))
            yield address, Owned(there, mine.remote_id, adopted=False)


def _made(owned: Mapping[str, Owned], kind: str) -> list[tuple[str, Owned]]:
    return [(a, mine) for a, mine in owned.items() if mine.resource.kind == kind and not mine.adopted]


def _slug(address: str) -> str:
    return address.split("/", 1)[1]

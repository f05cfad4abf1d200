"""What the demo tells people to type fits the sandbox they type it against."""

from __future__ import annotations

import re
from pathlib import Path

from access.standing import Standing
from portal import demo_words
from portal.demo_room import CUSTOMERS, Room
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.store import Store

ROOM = Room(Path("/demo/room"), Path("/demo"), 8001, 8444)


def world(folder: Path) -> Cloud:
    cloud = Cloud(Store(), "")
    seed.demo(cloud, folder)
    return cloud


def test_the_ticks_name_what_was_made_by_hand(tmp_path: Path) -> None:
    held = world(tmp_path).store.snapshot(seed.NORTHWIND_TRADERS)
    by_hand = [*held["catalogs"].values(), *held["groups"].values()]
    assert sorted(demo_words.MADE_BY_HAND.values()) == sorted(each["id"] for each in by_hand)
    for address, id in demo_words.MADE_BY_HAND.items():
        assert f"--tick {address}={id}" in demo_words.what_now(ROOM)


def test_everybody_it_names_is_in_the_sandbox(tmp_path: Path) -> None:
    cloud = world(tmp_path)
    named = re.findall(r"(Lena|Amir|Bea|Dana|Carla|Ada) (\w+)", demo_words.what_now(ROOM))
    known = {user["displayName"] for t in cloud.store.tenants() for user in cloud.store.all(t["id"], "users")}
    assert len(named) >= 6
    assert {" ".join(names) for names in named} <= known


def test_the_subscriptions_it_names_are_the_customers(tmp_path: Path) -> None:
    cloud, readme = world(tmp_path), (CUSTOMERS.parents[1] / "README.md").read_text(encoding="utf-8")
    theirs = {
        tenant["displayName"]: each["id"]
        for tenant in cloud.store.tenants()
        for each in cloud.store.all(tenant["id"], "subscriptions")
    }
    assert theirs == demo_words.AZURE
    for name, id in theirs.items():
        assert f"{id}   {name}\n" in demo_words.what_now(ROOM) and f"`{id[:8]}-" in readme
    groups = {each["displayName"] for each in cloud.store.all(seed.FABRIKAM, "groups")}
    for words in ("Managed Defender and Sentinel, with trust", seed.ANALYSTS):
        assert words in demo_words.azure() and words in " ".join(readme.split())
    assert seed.ANALYSTS in groups
    assert "Sentinel Responder, Northwind" in groups and "Sentinel Contributor, Contoso" in groups
    assert not any("Traders" in name for name in groups)


def test_it_says_nothing_that_is_over_when_the_demo_is_started_again() -> None:
    said = demo_words.what_now(ROOM)
    assert "has not let us in yet" not in said and "where analysts ask" not in said


def test_every_file_it_names_is_one_of_the_demo_s() -> None:
    files = set(
        re.findall(r"/demo/room/([\w-]+\.toml)", demo_words.what_now(ROOM) + demo_words.changed(ROOM))
    )
    assert files == {file.name for file in CUSTOMERS.glob("*.toml")}


def test_that_it_is_verified_is_said_with_what_the_portal_says_of_it() -> None:
    assert (
        demo_words.VERIFIED.startswith("Northwind is verified")
        and Standing.BY_HAND.label in demo_words.VERIFIED
    )

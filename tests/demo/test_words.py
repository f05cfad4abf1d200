"""What the demo tells people to type and to open fits the sandbox they do it against."""

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
README = (CUSTOMERS.parents[1] / "README.md").read_text(encoding="utf-8")
DEMO = README.split("## The demo\n")[1].split("\n## ")[0]


def world(folder: Path) -> Cloud:
    cloud = Cloud(Store(), "")
    seed.demo(cloud, folder)
    return cloud


def test_the_ticks_name_what_was_made_by_hand(tmp_path: Path) -> None:
    held = world(tmp_path).store.snapshot(seed.NORTHWIND_TRADERS)
    by_hand = [*held["catalogs"].values(), *held["groups"].values()]
    ticked = re.findall(r"--tick ([\w/-]+)=([0-9a-f-]{36})", DEMO)
    assert sorted(id for _, id in ticked) == sorted(each["id"] for each in by_hand)
    assert {address for address, _ in ticked} == {"catalog/mssp", "group/tier-1", "group/tier-2"}


def test_everybody_it_names_is_in_the_sandbox(tmp_path: Path) -> None:
    cloud, said = world(tmp_path), demo_words.what_now(ROOM) + DEMO.replace("**", "")
    named = set(re.findall(r"(Lena|Amir|Bea|Dana|Carla|Ada|Deniz) ([A-Z]\w+)", said))
    known = {user["displayName"] for t in cloud.store.tenants() for user in cloud.store.all(t["id"], "users")}
    assert len(named) == 7 and {" ".join(names) for names in named} <= known


def test_the_subscriptions_it_names_are_the_customers(tmp_path: Path) -> None:
    cloud = world(tmp_path)
    theirs = {
        tenant["displayName"]: each["id"]
        for tenant in cloud.store.tenants()
        for each in cloud.store.all(tenant["id"], "subscriptions")
    }
    assert theirs == dict(re.findall(r"\| ([\w ]+) \| `([0-9a-f-]{36})` \|", DEMO))
    groups = {each["displayName"] for each in cloud.store.all(seed.FABRIKAM, "groups")}
    for words in ("Managed Defender and Sentinel, with trust", seed.ANALYSTS):
        assert words in " ".join(DEMO.split())
    assert seed.ANALYSTS in groups
    assert "Sentinel Responder, Northwind" in groups and "Sentinel Contributor, Contoso" in groups
    assert not any("Traders" in name for name in groups)


def test_it_says_nothing_that_is_over_when_the_demo_is_started_again() -> None:
    said = demo_words.what_now(ROOM)
    assert "has not let us in yet" not in said and "where analysts ask" not in said


def test_every_file_it_names_is_one_of_the_demo_s() -> None:
    files = set(re.findall(r"(?:/demo/room|var/demo)/([\w-]+\.toml)", DEMO + demo_words.changed(ROOM)))
    assert files == {file.name for file in CUSTOMERS.glob("*.toml")}


def test_what_it_says_of_northwind_is_what_the_portal_says() -> None:
    assert f"“{Standing.BY_HAND.label}”" in " ".join(demo_words.VERIFIED.split())

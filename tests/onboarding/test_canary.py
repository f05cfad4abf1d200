"""After a customer's whole life: no token, key, secret or redeem link in rows, logs, recording or output."""

from __future__ import annotations

import io
import json
import logging
import re
import secrets
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from pypdf import PdfReader

from access import exit_kit
from access.azure import guard_pack, hand_outs
from access.deploying import deployments
from onboarding import offers
from onboarding.grants import granted
from onboarding.planes import PLANES
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.recording import Recorder
from tenants import vault
from tenants.models import Person, Tenant
from tests.access import own_sign_in
from tests.access.grants import reviewed
from tests.access.test_guards import GOOD
from tests.cast import sign_in
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import NOW, SENTINEL, deploy, file_for, go_on, subscription
from tests.onboarding.wizarding import let_in

SECRETS = re.compile(r"eyJ[\w-]{10,}|PRIVATE KEY|client_assertion|[Bb]earer \S|inviteRedeemUrl\": \"http")


def said(*arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(*arguments, stdout=out, stderr=err)
    assert ended.value.code == 0, out.getvalue()
    return out.getvalue() + err.getvalue()


def dump() -> str:
    """All rows of all tables as text."""
    rows = {model._meta.label: list(model._default_manager.values()) for model in apps.get_models()}
    assert sum(map(len, rows.values())) > 100
    return json.dumps(rows, default=str)


def keys(folder: Path) -> list[str]:
    """Lines of the certificates' keys, and the client secret."""
    text = "\n".join(path.read_text() for path in sorted(folder.glob("*.pem")))
    lines = [line for line in text.splitlines() if len(line) > 40 and "-----" not in line]
    return [*lines, (folder / "signin.secret").read_text().strip()]


def test_nothing_secret_is_left_anywhere(
    portal: Cloud, file: Callable[..., Path], tmp_path: Path, caplog: Any, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    recording = tmp_path / "traffic.jsonl"
    portal.recorder = Recorder(recording)
    output = said("onboard", str(file()), "--apply", "--inline") + said("verify", "northwind")
    output += said("offboard", "northwind", "--apply", "--inline")
    captured = capfd.readouterr()
    places = {
        "rows": dump(),
        "logs": caplog.text,
        "recording": recording.read_text(),
        "output": output + captured.out + captured.err,
    }
    assert len(places["recording"]) > 10_000
    hold_nothing(places, keys(tmp_path))


def test_nor_after_a_deployment_with_the_customers_own_sign_in(
    portal: Cloud, tmp_path: Path, caplog: Any, capfd: Any
) -> None:
    """While it runs the row holds the token sealed, and nothing holds it otherwise."""
    own_sign_in.begun(portal, tmp_path)
    caplog.set_level(logging.DEBUG)
    carla = own_sign_in.reviewer()
    row = own_sign_in.confirmed(carla)
    token = vault.unseal(row.token, deployments.about(row))
    assert token not in dump()
    pages = own_sign_in.shown(carla, own_sign_in.page(row))
    assert own_sign_in.work(row).state == "succeeded"
    captured = capfd.readouterr()
    pages += own_sign_in.shown(carla, own_sign_in.page(row))
    places = {"rows": dump(), "logs": caplog.text, "output": captured.out + captured.err, "pages": pages}
    hold_nothing(places, [*keys(tmp_path), token])


def test_nor_where_every_way_in_was_sold(
    portal: Cloud, tmp_path: Path, caplog: Any, capfd: Any, settings: Any
) -> None:
    """With the keys of all five apps, the one that signs templates, and the link that it signed."""
    settings.TEMPLATE_KEY = secrets.token_hex(32)
    caplog.set_level(logging.DEBUG)
    portal.recorder = Recorder(tmp_path / "traffic.jsonl")
    sold = {"planes": [*PLANES], "analysts_group": seed.ANALYSTS, "lighthouse": SENTINEL}
    offers.edit("managed-defender", offers.current("managed-defender").version, sold, "person 1")
    let_in(portal, seed.NORTHWIND, seed.TRUST)
    output = [manage("onboard", file_for(tmp_path, subscription(portal)), *NOW)[1]]
    [found] = hand_outs.of(Tenant.objects.get())
    link = found.link
    assert Client().get(link.removeprefix(settings.PORTAL_URL)).status_code == 200
    deploy(portal)
    assert go_on().ended == "verified"
    granted.read(Tenant.objects.get().pk)
    hold_nothing({"hand-outs": handed_out()}, [*keys(tmp_path), settings.TEMPLATE_KEY])
    rows = dump()
    output.append(manage("offboard", "northwind", *NOW)[1])
    captured = capfd.readouterr()
    assert output[-1]["ended"] == "verified"
    places = {
        "rows": rows + dump(),
        "logs": caplog.text,
        "recording": (tmp_path / "traffic.jsonl").read_text(),
        "output": json.dumps(output) + captured.out + captured.err,
    }
    assert {"trust.pem", "home.pem"} <= {path.name for path in tmp_path.glob("*.pem")}
    signed = link.removesuffix(".json")
    hold_nothing(places, [*keys(tmp_path), settings.TEMPLATE_KEY, signed.rpartition(":")[2]])


def handed_out() -> str:
    """All that a reviewer takes away: the pack, the review as they print it, the exit kit, and the guards."""
    tenant = Tenant.objects.get()
    carla = Person.objects.get(contact__role="reviewer", name__startswith="Carla")
    review = reviewed(tenant, carla, "keep")
    client = Client()
    sign_in(client, carla)
    guards = "/tenants/northwind/azure/guards/"
    assert client.post(f"{guards}save/", GOOD).status_code == 302
    pack = guard_pack.of(tenant)
    assert pack
    answer: Any = Client().get(pack.link.partition("localhost:8000")[2])
    assert answer.status_code == 200
    paper: Any = client.get(f"/tenants/northwind/reviews/{review.pk}/review.pdf")
    pages = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    zipped: Any = client.get("/tenants/northwind/evidence/pack.zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped))) as kept:
        names = [name for name in kept.namelist() if not name.endswith(RECEIPT)]
        files = [kept.read(name).decode() for name in names if not name.endswith(".pdf")]
    assert len(files) > 5 and len(pages) > 100
    script = exit_kit.kit(tenant).text.replace('"Bearer " + token', "")  # its own code, and no token
    return "\n".join([*files, pages, answer.content.decode(), script])


RECEIPT = "receipt.json"
"""What Microsoft signed for the customer to keep: in it a token is on purpose."""


def hold_nothing(places: dict[str, str], hidden: list[str]) -> None:
    assert len(hidden) > 20
    for place, text in places.items():
        found = SECRETS.search(text)
        assert found is None, (place, text[max(0, found.start() - 60) : found.start() + 20])
        assert not any(secret in text for secret in hidden), place

"""Static files as they are served where it matters: collected, named by content, and all of them there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLLECT = """
import sys
from django.conf import settings
from portal import settings as ours
values = {name: getattr(ours, name) for name in dir(ours) if name.isupper()}
settings.configure(**{**values, "STATIC_ROOT": sys.argv[1]})
import django
django.setup()
from django.core.management import call_command
call_command("collectstatic", interactive=False, verbosity=0)
"""


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """By the deployment's own settings, in a process of their own."""
    folder = tmp_path_factory.mktemp("collected")
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": "only-to-collect", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", COLLECT, str(folder)], check=True, cwd=ROOT, env=environment)
    return folder


def named_in_templates() -> set[str]:
    pages = (ROOT / "templates").rglob("*.html")
    return {name for page in pages for name in re.findall(r"{% static '([^']+)' %}", page.read_text("utf-8"))}


def test_every_file_a_page_names_is_collected_under_its_content(collected: Path) -> None:
    paths = json.loads((collected / "staticfiles.json").read_text("utf-8"))["paths"]
    assert {"gatehouse.css", "theme.js", "vendor/tabler.css"} <= named_in_templates() <= set(paths)
    for name in named_in_templates():
        assert paths[name] != name and (collected / paths[name]).is_file()


def test_nothing_collected_sends_a_browser_elsewhere(collected: Path) -> None:
    """No stylesheet asks another host for a font or a picture, and no source map is missing."""
    for sheet in collected.rglob("*.css"):
        text = sheet.read_text("utf-8")
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", text), sheet
        assert "sourceMappingURL" not in text


def test_the_stylesheet_is_there_compressed(collected: Path) -> None:
    [sheet] = collected.glob("vendor/tabler.*.css")
    assert sheet.with_suffix(".css.gz").stat().st_size < sheet.stat().st_size / 5

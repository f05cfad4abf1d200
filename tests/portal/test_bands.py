"""The band says which tenant it is, never how it stands: no hue of a state, and white is read on each."""

from __future__ import annotations

import re
from colorsys import rgb_to_hls
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static" / "gatehouse.css").read_text("utf-8")
BANDS = dict(re.findall(r"\.band-(\d) { background: #([0-9a-f]{6});", CSS))


def light(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)


def test_there_are_eight_and_no_two_are_the_same() -> None:
    assert sorted(BANDS) == list("01234567") and len(set(BANDS.values())) == 8


@pytest.mark.parametrize("number", sorted(BANDS))
def test_a_band_is_no_red_no_green_and_no_amber_and_white_stands_out_on_it(number: str) -> None:
    red, green, blue = (int(BANDS[number][at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue = rgb_to_hls(red, green, blue)[0] * 360
    assert 190 <= hue <= 325, hue
    luminance = 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue)
    assert 1.05 / (luminance + 0.05) >= 4.5

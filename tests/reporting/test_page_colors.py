"""Every text of the page can be read against its ground, in the light, in the dark and on paper (WCAG 2.1, AA)."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

STYLE = (files("planner.report.html") / "parts" / "page.css").read_text("utf-8")
GROUNDS = ("light", "dark", "print")
TEXT, SHAPE = 4.5, 3.0  # the least ratios for text, and for shapes that mean something
SHADES = ("loss-2", "loss-1", "even", "gain-1", "gain-2", "accent-soft", "accent-faint")


def palette(ground: str) -> dict[str, str]:
    """The colors by name."""
    before = {"light": "", "dark": r"@media \(prefers-color-scheme: dark\) \{\s*", "print": r"@media print \{.*?"}
    found = re.search(before[ground] + r":root \{(.*?)\}", STYLE, re.DOTALL)
    assert found
    return dict(re.findall(r"--([\w-]+): (#\w{6});", found[1]))


def luminance(color: str) -> float:
    channels = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
def test_text_can_be_read(ground: str) -> None:
    colors = palette(ground)
    grounds = {"paper": ["ink", "muted", "accent"], "panel": ["ink", "muted"], "accent": ["on-accent", "paper"]}
    grounds |= {"loss": ["paper"], **{shade: ["ink"] for shade in SHADES}}
    pairs = [(text, ground) for ground, texts in grounds.items() for text in texts]
    poor = {pair: contrast(*(colors[name] for name in pair)) for pair in pairs}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < TEXT} == {}


@pytest.mark.parametrize("ground", GROUNDS)
def test_marks_stand_out_from_the_bars_they_lie_on(ground: str) -> None:
    colors = palette(ground)
    for mark in ("accent", "ink", "loss", "muted"):
        assert contrast(colors[mark], colors["accent-faint"]) >= SHAPE, mark


def test_the_ratio_is_the_standards() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)

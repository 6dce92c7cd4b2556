"""The household that docs/input.md shows is read, and every key, column, action and code it has is named there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from planner.domain.plan_limits import KEYS
from planner.loader import load_case
from planner.loader.plausibility.question import CODES
from planner.loader.reading.layout import all_layouts
from planner.loader.reading.records import ACTIONS
from rules.terms import AccountKind, AssetClass, Custody, FilingStatus

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "input.md").read_text("utf-8")
SHOWN = re.compile(r"^`my-household/([\w.]+)`:\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_the_household_that_the_guide_shows_is_read(tmp_path):
    for name, text in SHOWN.findall(GUIDE):
        (tmp_path / name).write_text(text, "utf-8")
    case = load_case(tmp_path, as_of=date(2026, 12, 8))
    assert [file.rows for file in case.files] == [3, 3, 2, 2]
    assert case.cautions == ()
    assert list(case.household.scenarios) == ["Crypto under § 1091"]


@pytest.mark.parametrize("word", [*ACTIONS, *AccountKind, *AssetClass, *Custody, *FilingStatus])
def test_every_word_that_may_be_written_is_in_the_guide(word):
    assert f"`{word}`" in GUIDE


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_plan_is_in_the_guide(key):
    assert f"`{key}`" in GUIDE or f"[[{key}]]" in GUIDE


@pytest.mark.parametrize("layout", [layout for layout in all_layouts() if layout.name.startswith("harvest_")])
def test_every_required_column_is_in_the_guide(layout):
    assert all(f"`{column}`" in GUIDE for column in layout.signature)


@pytest.mark.parametrize("broker", sorted({layout.broker for layout in all_layouts()}))
def test_every_broker_and_exchange_that_is_read_is_in_the_guide(broker):
    listed = GUIDE.split("**Read, every layout of it:**")[1].split("`harvest formats`")[0]
    assert broker == "(any)" or broker in " ".join(listed.split())


@pytest.mark.parametrize("layout", [layout.name for layout in all_layouts() if not layout.ours])
def test_every_layout_has_its_certainty(layout):
    rows = (ROOT / "docs" / "formats.md").read_text("utf-8")
    assert re.search(rf"^\| `{layout}` \|.*\| (seen-in-fixture|seen-in-code|described) \|$", rows, re.MULTILINE)


def test_every_caution_code_of_the_loader_is_in_the_guide():
    codes = {
        code
        for path in (ROOT / "planner" / "loader").rglob("*.py")
        for code in re.findall(r'Caution\(\s*"(\w+)"', path.read_text("utf-8"))
    }
    codes |= set(CODES)
    assert codes == set(re.findall(r"^\| `(\w+)` \|", GUIDE.split("Cautions do not stop a plan.")[1], re.MULTILINE))

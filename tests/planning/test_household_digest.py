"""The digest of a household is that of what it says, from wherever and by whatever name it is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planner.domain.certificate import household_digest
from planner.loader import load_case

ROOT = Path(__file__).resolve().parents[2]


def digest(path: Path) -> str:
    household = load_case(path, as_of=date(2026, 12, 8)).household
    return household_digest(household, household.path.parent)


def test_where_one_stands_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`harvest verify` in another folder must not say that the household is another."""
    example = ROOT / "examples" / "household"
    found = {digest(example), digest(example / "household.toml")}
    for stand, name in ((ROOT, "examples/household"), (ROOT / "examples", "household"), (example, ".")):
        monkeypatch.chdir(stand)
        found.add(digest(Path(name)))
    assert len(found) == 1

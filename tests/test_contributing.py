"""CONTRIBUTING is the map of the house: every address in it exists, and every room has a line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
TABLE = GUIDE.split("## Where a line belongs")[1].split("\n## ")[0]
PLACEHOLDER = re.compile(r"\b[A-Z][A-Z_]+\b")  # YEAR.toml, BROKER.py
ADDRESS = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|toml|md|jsonl?))`")
ROOMS = sorted(
    path.relative_to(ROOT).as_posix()
    for package in ("planner", "rules")
    for path in (ROOT / package).rglob("*")
    if path.is_dir() and any(file.is_file() for file in path.iterdir()) and path.name != "__pycache__"
)
SHARED = {"planner/loader", "planner/optimizer", "planner/report", "planner/report/html"}  # their rooms have the lines


def exists(address: str) -> bool:
    """Whether there is such a file or folder: from the root, or for a bare name anywhere."""
    pattern = PLACEHOLDER.sub("*", address.rstrip("/"))
    return any(ROOT.glob(pattern)) or ("/" not in address and any(ROOT.glob(f"[!.]*/**/{pattern}")))


ADDRESSES = sorted(set(ADDRESS.findall(GUIDE)) - {"household.toml"})


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_of_the_guide_exists(address: str) -> None:
    assert exists(address)


def test_a_stale_address_would_be_noticed() -> None:
    assert len(ADDRESSES) > 40
    assert not exists("planner/optimizer/build.py")
    assert not exists("rules/figures/states/XX.py")
    assert not exists("no_such_module.py")


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in SHARED])
def test_every_room_has_its_line(room: str) -> None:
    assert f"`{room}/" in TABLE

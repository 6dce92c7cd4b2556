"""No export goes over a file of the household that it was made from, by whatever name, asked to or not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner import cli
from planner.domain.errors import ExitCode

ROOT = Path(__file__).resolve().parents[2]
WHOLE = """\
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 100_000
[[accounts]]
name = "Schwab"
lots = "lots.csv"
transactions = "history.csv"
realized = ["realized.csv"]
[prices]
file = "quotes.csv"
[scenarios.Other]
accounts = [{name = "Schwab", lots = "other.csv"}]
"""
FILES = {
    "household.toml": WHOLE,
    "lots.csv": "symbol,quantity,acquired,basis,price\nVTI,10,2025-03-04,3000,250\n",
    "other.csv": "symbol,quantity,acquired,basis,price\nVTI,10,2025-03-04,3000,250\n",
    "history.csv": "date,action,symbol,quantity,amount\n2026-03-04,dividend,VTI,0,5\n",
    "realized.csv": "symbol,quantity,acquired,sold,proceeds,basis\nBND,1,2025-01-02,2026-02-03,70,75\n",
    "quotes.csv": "symbol,price\nVTI,250\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    for name, text in FILES.items():
        (made / name).write_text(text, "utf-8")
    return made


def export(folder: Path, output: Path | str, *words: str) -> Result:
    command = ["export", str(folder), "trades", "--output", str(output), "--as-of", "2026-12-08", *words]
    return CliRunner().invoke(cli.app, command, env={"COLUMNS": None})


def unharmed(folder: Path) -> bool:
    return all((folder / name).read_text("utf-8") == text for name, text in FILES.items())


def links(folder: Path, name: str) -> list[Path]:
    """Ways to the file: itself, a way around, links of both kinds, a link to its folder."""
    file = folder / name
    symbolic, hard, door = (folder.parent / kind for kind in ("symbolic", "hard", "door"))
    symbolic.symlink_to(file)
    os.link(file, hard)
    door.symlink_to(folder)
    return [file, folder / ".." / folder.name / name, symbolic, hard, door / name]


@pytest.mark.parametrize("name", FILES)
def test_no_way_leads_over_it(folder: Path, name: str) -> None:
    for path in links(folder, name):
        for words in ((), ("--force",)):
            answer = export(folder, path, *words)
            assert answer.exit_code == ExitCode.REFUSED, path
            assert "is a file of the household itself" in answer.stderr
    assert unharmed(folder)


def test_a_relative_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert export(Path("."), "lots.csv", "--force").exit_code == ExitCode.REFUSED
    assert unharmed(folder)


def test_a_folder_of_all_formats_that_is_the_households_own(folder: Path) -> None:
    """Its own history is called as our trade list is: everything else could be written, that could not."""
    shutil.move(folder / "history.csv", folder / "trades.csv")
    text = WHOLE.replace("history.csv", "trades.csv")
    (folder / "household.toml").write_text(text, "utf-8")
    words = ["plan", str(folder), "--as-of", "2026-12-08", "--out", str(folder), "--force"]
    answer = CliRunner().invoke(cli.app, words)
    assert answer.exit_code == ExitCode.REFUSED
    assert "trades.csv: is a file of the household itself" in answer.stderr
    assert (folder / "trades.csv").read_text("utf-8") == FILES["history.csv"]


def test_another_file_is_replaced_when_asked_for(folder: Path) -> None:
    mine = folder / "mine.csv"
    mine.write_text("mine", "utf-8")
    assert export(folder, mine).exit_code == ExitCode.REFUSED
    assert export(folder, mine, "--force").exit_code == ExitCode.DONE
    assert mine.read_text("utf-8-sig").startswith("date,account")


def test_next_years_household_goes_over_no_file_of_this_one(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "next"
    output.mkdir()
    (output / "lots-1.csv").symlink_to(folder / "lots.csv")
    answer = CliRunner().invoke(
        cli.app, ["close", str(folder), "--output", str(output), "--force", "--as-of", "2027-03-01"]
    )
    assert answer.exit_code == ExitCode.REFUSED
    assert "lots-1.csv: is a file of the household itself" in answer.stderr
    assert unharmed(folder)


@pytest.mark.parametrize("name", ["journal.jsonl", "results.csv", "trades/home.csv"])
def test_a_batch_goes_over_no_file_of_a_household(folder: Path, tmp_path: Path, name: str) -> None:
    """An account's file may be called as one of the batch's own."""
    lots = folder / name
    lots.parent.mkdir(exist_ok=True)
    lots.write_text(FILES["lots.csv"], "utf-8")
    (folder / "household.toml").write_text(WHOLE.replace("lots.csv", name), "utf-8")
    command = ["batch", str(folder), "--out", str(folder), "--force", "--jobs", "1", "--as-of", "2026-12-08"]
    answer = CliRunner().invoke(cli.app, command)
    assert answer.exit_code == ExitCode.REFUSED
    assert lots.read_text("utf-8") == FILES["lots.csv"]

"""`harvest export … ics`: read back with the library that wrote it, whole or absent, and never twice in a calendar."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
from typer.testing import CliRunner, Result

from planner import cli
from planner.cli.export_formats import FORMATS
from planner.domain.errors import ExitCode
from planner.domain.plan import Plan
from planner.report.files.ics import MOST_LOTS, calendar_file, entries
from tests.reporting.made_plans import AS_OF, COINS, SAFE, SOLD, WINDOW, holding, made_case, made_plan, sale

ROOT = Path(__file__).resolve().parents[2]
LOT = sale("Schwab:VXUS:2026-01-22:1")
OTHER = sale("Schwab:VXUS:2026-02-22:1")


def export(household: Path, output: Path, *words: str, as_of: str = "2026-12-08") -> Result:
    arguments = ["export", str(household), "ics", "--output", str(output), "--as-of", as_of, *words]
    return CliRunner().invoke(cli.app, arguments, env={"COLUMNS": None})


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "household"
    shutil.copytree(ROOT / "examples" / "household", folder)
    return folder


@pytest.fixture(scope="module")
def written(household: Path) -> bytes:
    output = household.parent / "all.ics"
    assert export(household, output).exit_code == ExitCode.DONE
    return output.read_bytes()


def events(content: bytes) -> dict[str, icalendar.Event]:
    """By summary."""
    found = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return {str(event["summary"]): event for event in found}


def made(plan: Plan, *held: str) -> dict[str, icalendar.Event]:
    return events(calendar_file(plan, made_case(map(holding, held))))


def days(event: icalendar.Event) -> tuple[date, date]:
    """First and last, both included."""
    return event["dtstart"].dt, event["dtend"].dt - timedelta(days=1)


# --- what it holds ---


def test_a_window_is_one_entry_from_today_to_its_last_day_and_says_when_one_may_buy_again() -> None:
    found = made(made_plan(LOT))
    assert days(found["Do not buy VXUS (any account)"]) == (AS_OF, date(2027, 1, 14))
    assert not any("again" in name for name in found)
    said = str(found["Do not buy VXUS (any account)"]["description"])
    assert f"Safe to buy from {SAFE}" in said
    assert "Schwab, Wallet" in said
    assert "3.5 VXUS in Schwab on 2026-12-30; it costs $12.34" in said


def test_a_window_that_opens_later_is_closed_from_its_first_day() -> None:
    later = replace(WINDOW, first=date(2026, 12, 20))
    assert days(made(replace(made_plan(LOT), windows=(later,)))["Do not buy VXUS (any account)"])[0] == later.first


def test_sales_stand_on_their_day_symbol_by_symbol() -> None:
    found = made(made_plan(LOT, OTHER, COINS, replace(LOT, lot_id="late", date=date(2026, 12, 21))))
    assert days(found["Sell VXUS: 2 lots"]) == (SOLD, SOLD)
    assert days(found["Sell VXUS: 1 lot"]) == (date(2026, 12, 21), date(2026, 12, 21))
    assert "Schwab: 25.5 of lot Schwab:VXUS:2026-01-22:1" in str(found["Sell VXUS: 2 lots"]["description"])
    assert "Sell BTC: 1 lot" in found


def test_many_lots_are_counted() -> None:
    many = [replace(LOT, lot_id=f"lot{n}") for n in range(MOST_LOTS + 3)]
    (event,) = (event for name, event in made(made_plan(*many)).items() if name.startswith("Sell"))
    assert "and 3 more lots" in str(event["description"])


@pytest.mark.parametrize(("as_of", "day"), [(AS_OF, date(2027, 1, 3)), (date(2027, 1, 4), date(2027, 1, 4))])
def test_a_purchase_is_cancelled_the_day_before_it(as_of: date, day: date) -> None:
    found = made(replace(made_plan(LOT), as_of=as_of))
    assert days(found["Cancel the purchase of 11 VXUS in IRA, planned for 2027-01-04"]) == (day, day)


def test_share_classes_that_nobody_holds_have_no_entry_of_their_own() -> None:
    also = replace(WINDOW, symbol="VTIAX", identical_to="VXUS", scheduled=())
    plan = replace(made_plan(LOT), windows=(WINDOW, also))
    assert "Do not buy VTIAX (any account)" not in made(plan)
    assert "VTIAX" in str(made(plan)["Do not buy VXUS (any account)"]["description"])
    assert "Do not buy VTIAX (any account)" in made(plan, "Schwab:VTIAX:1")


def test_nobody_is_busy_and_nobody_else_may_look() -> None:
    for event in made(made_plan(LOT)).values():
        assert (event["transp"], event["class"]) == ("TRANSPARENT", "PRIVATE")
        assert event["dtstamp"].dt == datetime(2026, 12, 8, tzinfo=UTC)


def test_the_file_is_a_calendar_of_this_plan(household: Path, written: bytes) -> None:
    found = events(written)
    said = CliRunner().invoke(cli.app, ["plan", str(household), "--as-of", "2026-12-08", "--json"]).stdout
    plan = json.loads(said)
    closed = {f"Do not buy {w['symbol']} (any account)": w for w in plan["windows"] if w["identical_to"] is None}
    assert len(closed) > 10
    assert {name: days(found[name]) for name in closed} == {
        name: (AS_OF, date.fromisoformat(w["last"])) for name, w in closed.items()
    }
    assert {day for name, event in found.items() if name.startswith("Sell ") for day in days(event)} == {
        date.fromisoformat(sold["date"]) for sold in plan["sales"]
    }
    assert sum(name.startswith("Cancel ") for name in found) == len(plan["cancellations"]) > 0
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))


# --- ids ---


def test_ids_are_unique(written: bytes) -> None:
    ids = [str(event["uid"]) for event in icalendar.Calendar.from_ical(written).walk("VEVENT")]
    assert len(set(ids)) == len(ids) > 15


def test_a_plan_made_later_keeps_the_ids_and_prevails() -> None:
    """Sold a day later, by a plan of the next day: the same entries, moved."""
    moved = replace(WINDOW, last=date(2027, 1, 15), safe_on=date(2027, 1, 16), sold=(date(2026, 12, 16),))
    later = replace(made_plan(replace(LOT, date=date(2026, 12, 16))), windows=(moved,), as_of=AS_OF + timedelta(days=1))
    before, after = made(made_plan(LOT)), made(later)
    assert before.keys() == after.keys()
    assert {name: str(event["uid"]) for name, event in before.items()} == {
        name: str(event["uid"]) for name, event in after.items()
    }
    for name, event in after.items():
        assert event["sequence"] == before[name]["sequence"] + 1


def test_another_year_and_another_household_have_other_ids() -> None:
    plan, case = made_plan(LOT), made_case()
    ids = [str(event["uid"]) for event in made(plan).values()]
    next_year = [str(event["uid"]) for event in made(replace(plan, tax_year=2025)).values()]
    parents = replace(case, household=replace(case.household, path=Path("parents/household.toml")))
    theirs = [str(event["uid"]) for event in events(calendar_file(plan, parents)).values()]
    assert len({*ids, *next_year, *theirs}) == 3 * len(ids)


def test_where_the_household_lies_makes_no_difference(household: Path, written: bytes, tmp_path: Path) -> None:
    shutil.copytree(household, tmp_path / "household")
    assert export(tmp_path / "household", tmp_path / "b.ics").exit_code == ExitCode.DONE
    assert (tmp_path / "b.ics").read_bytes() == written
    assert str(tmp_path).encode() not in written


# --- the file ---


def test_it_is_the_owners_alone(household: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        export(household, tmp_path / "a.ics")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.ics").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.ics"]


def test_a_file_is_not_replaced_unless_told_to(household: Path, written: bytes, tmp_path: Path) -> None:
    output = tmp_path / "a.ics"
    output.write_text("mine", "utf-8")
    answer = export(household, output)
    assert answer.exit_code == ExitCode.REFUSED
    assert "--force" in answer.stderr
    assert output.read_text("utf-8") == "mine"
    assert export(household, output, "--force").exit_code == ExitCode.DONE
    assert output.read_bytes() == written


@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize("step", ["os.fsync", "os.link", "os.replace"])
def test_what_fails_leaves_no_half_file(
    household: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, force: list[str]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    output = tmp_path / "a.ics"
    if force:
        output.write_text("mine", "utf-8")
    monkeypatch.setattr(step, fail)
    answer = export(household, output, *force)
    monkeypatch.undo()
    left = {path.name: path.read_bytes()[:5] for path in tmp_path.iterdir()}
    if step == "os.fsync" or (step == "os.replace" and force):
        assert answer.exit_code == ExitCode.REFUSED
        assert "No space left on device" in answer.stderr
        assert left == ({"a.ics": b"mine"} if force else {})
    else:  # a file system without links; or links, which need no replacing
        assert answer.exit_code == ExitCode.DONE
        assert left == {"a.ics": b"BEGIN"}


def test_a_file_is_not_replaced_where_there_are_no_links_either(
    household: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    output = tmp_path / "a.ics"
    output.write_text("mine", "utf-8")
    monkeypatch.setattr(os, "link", fail)
    assert export(household, output).exit_code == ExitCode.REFUSED
    assert output.read_text("utf-8") == "mine"


def test_a_file_that_came_meanwhile_is_not_lost(
    household: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "a.ics"
    real = os.fsync

    def slow(handle: int) -> None:
        real(handle)
        output.write_text("mine", "utf-8")

    monkeypatch.setattr(os, "fsync", slow)
    assert export(household, output).exit_code == ExitCode.REFUSED
    assert output.read_text("utf-8") == "mine"


def test_a_folder_is_not_a_file_and_a_missing_folder_is_not_made(household: Path, tmp_path: Path) -> None:
    for output in (tmp_path, tmp_path / "nowhere" / "a.ics"):
        answer = export(household, output, "--force")
        assert answer.exit_code == ExitCode.REFUSED
        assert "choose another path" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_the_household_is_refused(tmp_path: Path) -> None:
    assert export(tmp_path / "nowhere", tmp_path / "a.ics").exit_code == ExitCode.REFUSED
    assert list(tmp_path.iterdir()) == []


# --- the command line ---


@pytest.mark.parametrize("words", [["pdf", "--output", "a"], ["ics"], ["--output", "a"], ["ICS", "--output", "a"]])
def test_a_format_that_is_none_is_answered_with_those_there_are(household: Path, words: list[str]) -> None:
    answer = CliRunner().invoke(cli.app, ["export", str(household), *words])
    assert answer.exit_code == ExitCode.USAGE
    assert answer.stdout == ""
    if len(words) == 3:
        assert f"Write one of: {', '.join(FORMATS)}." in " ".join(answer.stderr.split())


def test_a_missing_library_is_named_with_the_command_that_brings_it(
    household: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    answer = export(household, tmp_path / "a.ics")
    assert answer.exit_code == ExitCode.REFUSED
    assert "pip install 'harvest-planner[calendar]'" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_has_its_own_plan(household: Path, tmp_path: Path) -> None:
    assert export(household, tmp_path / "a.ics", "--scenario", "Wait for next year").exit_code == ExitCode.DONE
    assert events((tmp_path / "a.ics").read_bytes()) == {}


def test_nothing_to_do_is_an_empty_calendar() -> None:
    plan = replace(made_plan(), windows=(), cancellations=())
    assert entries(plan, made_case()) == []
    assert icalendar.Calendar.from_ical(calendar_file(plan, made_case()))["version"] == "2.0"

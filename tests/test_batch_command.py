"""`harvest batch`: many households, each for itself."""

from __future__ import annotations

import json
import stat
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from planner.analysis.batch_results import Batch, BatchLine
from planner.cli import app
from planner.domain.errors import ExitCode, InputError, Problem
from planner.domain.plan import Plan
from planner.loader import load_case
from planner.optimizer import plan_case
from planner.report.files.whole_file import write_whole
from planner.scenarios import batch as batching
from planner.scenarios.batch import places_in, plan_places
from planner.scenarios.executors import Processes

AS_OF = date(2026, 12, 31)
TOML = """
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 100_000
[realized]
short_term = 5_000
[[accounts]]
name = "Broker"
lots = "lots.csv"
"""
LOTS = "symbol,quantity,acquired,basis,price,asset_class\nAAA,1,2020-01-02,{basis},1000,stock\n"


def household(folder: Path, *, loss: int = 2_000, more: str = "") -> Path:
    folder.mkdir(parents=True)
    (folder / "household.toml").write_text(TOML + more, "utf-8")
    (folder / "lots.csv").write_text(LOTS.format(basis=1_000 + loss), "utf-8")
    return folder


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Two that can be planned, one that cannot be read, one whose constraint cannot be met, one of a year not held."""
    folder = tmp_path / "many"
    household(folder / "adams")
    household(folder / "clients" / "baker", loss=4_000)
    household(folder / "clients" / "clark", more="[plann]\n")
    household(folder / "davis", more="[plan]\ncash_needed = 99_000\n")
    (household(folder / "evans") / "household.toml").write_text(TOML.replace("2026", "2031"), "utf-8")
    household(folder / ".hidden" / "none")
    return folder


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["batch", *map(str, words), "--as-of", AS_OF.isoformat()], env={"COLUMNS": None})


def document(*words: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(invoke(*words, "--json").stdout, parse_float=Decimal)
    return found


def names(*folders: Path) -> list[str]:
    return [place.name for place in places_in(folders)]


# --- which households ---


def test_households_are_found_in_folders_of_folders(many: Path) -> None:
    everyone = ["adams", "clients/baker", "clients/clark", "davis", "evans"]
    assert names(many) == everyone
    assert names(many / "adams", many) == everyone  # each once
    assert names(many / "clients") == ["baker", "clark"]
    assert names(many / "adams") == ["adams"]
    assert names(many / "adams" / "household.toml", many / "davis") == ["adams", "davis"]


def test_a_household_within_a_household_is_another(many: Path) -> None:
    household(many / "adams" / "adams")
    assert names(many / "adams") == ["adams", "adams/adams"]


def test_a_folder_without_households_is_not_passed_over(many: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    answer = invoke(many / "adams", tmp_path / "empty", tmp_path / "nowhere")
    assert answer.exit_code == ExitCode.REFUSED
    assert answer.stdout.count("refused (1)") == 2
    assert " proven" in answer.stdout


# --- what becomes of them ---


def test_one_bad_household_stops_no_other(many: Path) -> None:
    spoken = document(many)
    assert {row["name"]: (row["status"], row["exit_code"]) for row in spoken["households"]} == {
        "adams": ("proven", 0),
        "clients/baker": ("proven", 0),
        "clients/clark": (None, 1),
        "davis": (None, 3),
        "evans": (None, 4),
    }
    assert [len(row["refusals"]) for row in spoken["households"]] == [0, 0, 1, 1, 1]
    assert spoken["totals"] == {
        "households": 5,
        "planned": 2,
        "proven": 2,
        "worth": sum(row["benefit"]["total"] for row in spoken["households"][:2]),
        "tax_saved": (2_000 + 4_000) * Decimal("0.22"),
        "sales": 2,
        "turnover": 2_000,
    }


def test_each_line_is_what_harvest_plan_says(many: Path) -> None:
    (row,) = document(many / "adams")["households"]
    plan = plan_case(load_case(many / "adams", as_of=AS_OF))
    assert row["benefit"]["total"] == plan.benefit.total
    assert row["benefit"]["bound"] == plan.benefit.bound


@pytest.mark.parametrize(
    ("codes", "gravest"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 3], 3),
        ([3, 4], 4),
        ([4, 1, 3], 1),
        ([1, 70, 4], 70),
    ],
)
def test_the_exit_code_is_the_gravest(codes: list[int], gravest: int) -> None:
    lines = tuple(BatchLine("name", "path", ExitCode(code)) for code in codes)
    assert Batch(AS_OF, lines).exit_code == gravest


def test_a_fault_of_ours_in_one_leaves_the_others_their_plans(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(case: Any, *, seconds: float) -> Plan:
        if case.household.path.parent.name == "adams":
            raise ZeroDivisionError("by zero")
        return plan_case(case, seconds=seconds)

    monkeypatch.setattr(batching, "plan_case", faulty)
    answer = invoke(many / "adams", many / "clients" / "baker")
    assert answer.exit_code == ExitCode.OUR_FAULT
    said = " ".join(answer.stdout.split())
    assert "internal error (1)" in said
    assert "ZeroDivisionError: by zero" in said
    assert "1 proven" in said


def test_processes_share_the_work_and_the_order_stays(many: Path, tmp_path: Path) -> None:
    alone = plan_places(places_in([many]), AS_OF)
    processes = Processes(2)
    try:
        assert plan_places(places_in([many]), AS_OF, workers=processes) == alone
    finally:
        processes.close()
    assert invoke(many, "--out", tmp_path / "out", "--jobs", "2").exit_code == ExitCode.REFUSED
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.json")) == ["adams.json", "baker.json"]


def test_two_households_of_one_name_stay_two(tmp_path: Path) -> None:
    household(tmp_path / "x" / "other")
    household(tmp_path / "x" / "more")
    (tmp_path / "x" / "more" / "household.toml").rename(tmp_path / "x" / "other.toml")
    (tmp_path / "x" / "more" / "lots.csv").rename(tmp_path / "x" / "lots.csv")
    both = [tmp_path / "x" / "other", tmp_path / "x" / "other.toml"]
    assert names(*both) == ["other", "other.toml"]
    out = tmp_path / "out"
    assert invoke(*both, "--out", out).exit_code == ExitCode.DONE
    assert sorted(path.name for path in (out / "plans").iterdir()) == ["other.json", "other.toml.json"]


# --- files ---


def test_each_plan_is_written_whole_for_its_owner_alone(many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    invoke(many / "adams", many / "clients", "--out", out)
    written = out / "plans" / "clients" / "baker.json"
    plan = CliRunner().invoke(app, ["plan", str(many / "clients" / "baker"), "--as-of", "2026-12-31", "--json"])
    assert written.read_text("utf-8") == plan.stdout
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert stat.S_IMODE(out.stat().st_mode) == 0o700


def test_nothing_is_planned_where_a_batch_stands_already(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    (out / "plans").mkdir(parents=True)
    (out / "plans" / "adams.json").write_text("mine", "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(batching, "plan_places", lambda *_, **__: pytest.fail("planned all the same"))
        refused = invoke(many / "adams", "--out", out)
    assert refused.exit_code == ExitCode.REFUSED
    assert "already holds the results of a batch: plans" in refused.stderr
    assert (out / "plans" / "adams.json").read_text("utf-8") == "mine"
    assert invoke(many / "adams", "--out", out, "--force").exit_code == ExitCode.DONE
    assert json.loads((out / "plans" / "adams.json").read_text("utf-8"))["schema"] == "harvest.plan/1"


def test_results_are_a_row_a_household(many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    spoken = document(many, "--out", out)
    table = pd.read_csv(out / "results.csv")
    assert table["name"].tolist() == [row["name"] for row in spoken["households"]]
    assert table["exit_code"].tolist() == [0, 0, 1, 3, 4]
    assert table["status"].dropna().tolist() == ["proven", "proven"]
    assert table["total"].dropna().tolist() == [float(row["benefit"]["total"]) for row in spoken["households"][:2]]
    assert table["problem"].isna().tolist() == [True, True, False, False, False]
    assert table["sales"].isna().tolist() == [False, False, True, True, True]
    assert "(fix: " in table["problem"][2]
    pd.testing.assert_frame_equal(
        pd.read_parquet(out / "results.parquet").astype(object).where(lambda t: t.notna(), None),
        table.astype(object).where(lambda t: t.notna(), None),
        check_dtype=False,
    )
    assert sorted(path.name for path in (out / "trades").rglob("*.csv")) == ["adams.csv", "baker.csv"]
    assert "AAA" in (out / "letters" / "adams.txt").read_text("utf-8")


def test_the_screen_fits_80_columns_and_names_the_remedy(many: Path) -> None:
    text = invoke(many).stdout
    assert max(map(len, text.splitlines())) <= 80
    assert "there is no key `plann`" in " ".join(text.split())
    assert "Without a plan: 3 households" in text


def test_forced_again_no_order_of_the_batch_before_is_left(tmp_path: Path) -> None:
    """Not of a household refused now, nor of one that sells nothing now, nor of one no longer in the book."""
    book, out = tmp_path / "book", tmp_path / "out"
    for name in ("adams", "baker", "clark", "davis", "evans"):
        household(book / name)
    assert invoke(book, "--out", out).exit_code == ExitCode.DONE
    assert len([path for path in (out / "trades").iterdir() if "AAA" in path.read_text("utf-8")]) == 5
    (book / "baker" / "lots.csv").write_text(LOTS.format(basis="none"), "utf-8")
    (book / "clark" / "lots.csv").write_text(LOTS.format(basis=900), "utf-8")
    (book / "davis").rename(tmp_path / "davis")
    with (book / "evans" / "household.toml").open("a", encoding="utf-8") as settings:  # an order file as an account's
        settings.write('[[accounts]]\nname = "Other"\nlots = "../../out/trades/evans.csv"\n')
    (out / "plans" / "notes.json").write_text("mine", "utf-8")
    assert invoke(book, "--out", out, "--force").exit_code == ExitCode.REFUSED
    left = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert left == [
        "journal.jsonl",
        "letters/adams.txt",
        "plans/adams.json",
        "plans/clark.json",
        "plans/notes.json",
        "results.csv",
        "results.parquet",
        "trades/adams.csv",
        "trades/evans.csv",
    ]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_resumed_what_no_longer_holds_is_planned_again(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused, ended in an internal error, changed since, or its files gone; all else stays, as if never stopped."""
    out, planned = tmp_path / "out", list[str]()
    for name in ("frank", "grace", "irwin"):
        household(many / name)

    def faulty(case: Any, *, seconds: float) -> Plan:
        planned.append(case.household.path.parent.name)
        if planned == ["adams", "baker", "davis", "frank"]:
            raise ZeroDivisionError("by zero")
        return plan_case(case, seconds=seconds)

    monkeypatch.setattr(batching, "plan_case", faulty)
    assert invoke(many, "--out", out).exit_code == ExitCode.OUR_FAULT
    planned.clear()
    (many / "clients" / "clark" / "household.toml").write_text(TOML, "utf-8")
    (many / "grace" / "lots.csv").write_text(LOTS.format(basis=900), "utf-8")
    (out / "plans" / "clients" / "baker.json").unlink()
    (many / "irwin").rename(tmp_path / "irwin")
    with (out / "journal.jsonl").open("a", encoding="utf-8") as journal:
        journal.write('{"name": "adams", "pa')  # ended while it was written
    resumed = invoke(many, "--out", out, "--resume")
    assert planned == ["baker", "clark", "frank", "grace"]
    assert "3 of 7 households taken from the earlier run, 4 planned again" in resumed.stderr
    not_asked_for = list(out.rglob("irwin*"))
    assert len(not_asked_for) == 3  # of a household that is no longer in the book nothing is lost
    for path in not_asked_for:
        path.unlink()
    assert not list(out.rglob("trades/grace.csv"))
    invoke(many, "--out", tmp_path / "whole")
    assert contents(out) == contents(tmp_path / "whole")


def test_a_damaged_journal_is_refused_with_a_remedy(many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    invoke(many / "adams", "--out", out)
    with (out / "journal.jsonl").open("ab") as journal:
        journal.write(b"\xff\xfe\n")
    refused = invoke(many / "adams", "--out", out, "--resume")
    assert refused.exit_code == ExitCode.REFUSED
    assert "journal.jsonl: is damaged" in refused.stderr
    assert "fix: plan the whole batch again" in refused.stderr
    assert invoke(many / "adams", "--out", out, "--force").exit_code == ExitCode.DONE


def test_results_that_could_not_be_written_are_named_and_still_shown(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk that is full once all is planned."""

    def full(path: Path, content: bytes, **words: object) -> None:
        if path.name.startswith("results."):
            raise InputError([Problem(str(path), "could not be written: No space left on device", "free some space")])
        write_whole(path, content, force=True)

    monkeypatch.setattr("planner.report.files.whole_file.write_whole", full)
    answer = invoke(many / "adams", "--out", tmp_path / "out")
    assert answer.exit_code == ExitCode.REFUSED
    assert "results.csv: could not be written" in answer.stderr
    assert "results.parquet: could not be written" in answer.stderr
    assert "adams" in answer.stdout
    assert "Total with a plan" in answer.stdout

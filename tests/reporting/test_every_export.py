"""Every format of `harvest export`, and `harvest plan --out`, which writes them all."""

from __future__ import annotations

import csv
import json
import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import icalendar
import openpyxl
import pytest
from typer.testing import CliRunner, Result

from planner import cli
from planner.cli.export_formats import FORMATS, ExportRequest
from planner.domain.case import Case
from planner.domain.errors import ExitCode
from planner.domain.plan import Plan
from planner.loader import load_case
from planner.optimizer import plan_case

ROOT = Path(__file__).resolve().parents[2]
HOUSEHOLD = str(ROOT / "examples" / "household")
SMALL = str(ROOT / "examples" / "bitcoin-loss")  # where any plan will do
AS_OF = ("--as-of", "2026-12-08")
CHANGE = (("h_with_plan", 1), ("h_without_plan", -1))
AT_NO_BROKER = ("ibkr", "public")  # the example has no account there
WRITTEN = [name for name in FORMATS if name not in AT_NO_BROKER]


def invoke(*words: object) -> Result:
    return CliRunner().invoke(cli.app, [*map(str, words)], env={"COLUMNS": None})


@pytest.fixture(autouse=True, scope="module")
def planned_once() -> Iterator[None]:
    """The example's plan is made once: what is tested here is what becomes of it."""
    from planner import optimizer

    made: dict[tuple[Path, str | None, date], Plan] = {}

    def plan_case(case: Case, *, seconds: float) -> Plan:
        key = case.household.path, case.household.scenario, case.as_of
        if key not in made:
            made[key] = real(case, seconds=seconds)
        return made[key]

    real = optimizer.plan_with_sensitivities
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("planner.optimizer.plan_with_sensitivities", plan_case)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example household's plan in every format."""
    folder = tmp_path_factory.mktemp("plan") / "out"
    answer = invoke("plan", HOUSEHOLD, *AS_OF, "--out", folder)
    assert answer.exit_code == ExitCode.DONE, answer.output
    return folder


# --- a folder of all ---


def test_the_folder_holds_every_format_for_its_owner_alone(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(FORMATS[name].file for name in WRITTEN)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("name", WRITTEN)
def test_an_export_is_the_same_file_as_in_the_folder(folder: Path, tmp_path: Path, name: str) -> None:
    output = tmp_path / "file"
    answer = invoke("export", HOUSEHOLD, name, "--output", output, *AS_OF)
    assert answer.exit_code == ExitCode.DONE, answer.output
    assert output.read_bytes() == (folder / FORMATS[name].file).read_bytes()


def test_the_plan_is_printed_as_ever_and_the_files_are_told_of_on_standard_error(tmp_path: Path) -> None:
    answer = invoke("plan", SMALL, *AS_OF, "--json", "--out", tmp_path)
    assert json.loads(answer.stdout)["schema"] == "harvest.plan/1"
    assert f"{tmp_path}: wrote the plan as " in answer.stderr
    assert (tmp_path / "plan.json").read_text("utf-8") == answer.stdout


def test_all_files_in_the_way_are_named_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("plan.json", "wash-sales.ics"):
        (tmp_path / name).write_text("mine", "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr("planner.optimizer.plan_with_sensitivities", None)
        answer = invoke("plan", SMALL, *AS_OF, "--out", tmp_path)
    assert answer.exit_code == ExitCode.REFUSED
    assert answer.stdout == ""
    assert answer.stderr.count("fix: ") == 1
    assert "wash-sales.ics, plan.json exist already" in answer.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.json", "wash-sales.ics"]
    assert invoke("plan", SMALL, *AS_OF, "--out", tmp_path, "--force").exit_code == ExitCode.DONE
    assert (tmp_path / "plan.json").read_text("utf-8") != "mine"


def test_a_file_and_a_folder_in_nowhere_are_no_places(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    for place in (tmp_path / "file", tmp_path / "nowhere" / "out", tmp_path / ("x" * 300), tmp_path / "file" / "out"):
        answer = invoke("plan", SMALL, *AS_OF, "--out", place, "--force")
        assert answer.exit_code == ExitCode.REFUSED
        assert "choose another path" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_format_whose_library_is_missing_stays_out_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    answer = invoke("plan", SMALL, *AS_OF, "--out", tmp_path)
    assert answer.exit_code == ExitCode.DONE
    assert "wash-sales.ics was not written" in answer.stderr
    assert "pip install 'harvest-planner[calendar]'" in answer.stderr
    assert (tmp_path / "plan.json").exists()
    assert not (tmp_path / "wash-sales.ics").exists()


def test_a_place_that_may_not_be_written_is_one_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("planner.report.files.whole_file._opened", denied)
    answer = invoke("export", HOUSEHOLD, "trades", "--output", tmp_path / "a.csv", *AS_OF)
    assert answer.exit_code == ExitCode.REFUSED
    assert answer.stderr.splitlines() == [
        f"{tmp_path}/a.csv: could not be written: Permission denied",
        "  fix: free some space, or choose another path",
    ]
    monkeypatch.setattr("pathlib.Path.mkdir", denied)
    answer = invoke("plan", SMALL, *AS_OF, "--out", tmp_path / "new")
    assert answer.exit_code == ExitCode.REFUSED
    assert "could not be created: Permission denied" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    answer = invoke("plan", SMALL, *AS_OF, "--out", tmp_path)
    assert answer.exit_code == ExitCode.REFUSED
    assert "No space left on device" in answer.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_says_what_it_is_for(name: str) -> None:
    assert FORMATS[name].purpose
    assert FORMATS[name].name == name


# --- every file has the plan's sums ---


def test_the_sales_come_to_the_same_sums_in_every_file(folder: Path) -> None:
    """Proceeds, gain before § 1091, and the loss disallowed, read back from each file to the extent it has them."""
    plan = json.loads((folder / "plan.json").read_text("utf-8"), parse_float=Decimal)
    keys = "proceeds", "gain", "disallowed_loss"
    proceeds, gain, disallowed = expected = tuple(sum(Decimal(sold[key]) for sold in plan["sales"]) for key in keys)
    lots = len(plan["sales"])

    trades = table(folder / "trades.csv")
    columns = "estimated_proceeds", "estimated_gain", "disallowed_loss"
    assert tuple(sum(Decimal(row[column]) for row in trades) for column in columns) == expected
    planned = [row for row in table(folder / "form-8949.csv") if row["status"] == "planned"]
    assert sum(Decimal(row["d_proceeds"]) for row in planned) == proceeds
    assert sum(Decimal(row["h_gain"]) for row in planned) == gain + disallowed
    rows = table(folder / "schedule-d.csv")
    moved = sum(Decimal(row[c] or 0) * sign for row in rows if row["line"] in ("7", "15") for c, sign in CHANGE)
    assert moved == gain + disallowed
    txf = (folder / "form-8949.txf").read_text("ascii").split("^")
    records = [record.split() for record in txf if "(planned)" in record]
    coins = [sold for sold in plan["sales"] if sold["asset_class"] == "crypto"]
    assert len(records) == lots - len(coins)
    in_txf = sum(Decimal(record[-2].lstrip("$")) for record in records)
    assert in_txf + sum(Decimal(sold["proceeds"]) for sold in coins) == proceeds
    sheet = openpyxl.load_workbook(folder / "plan.xlsx")["Sales"]
    in_cells = [[Decimal(str(row[n].value)) for n in (5, 6, 9)] for row in sheet.iter_rows(2, sheet.max_row - 1)]
    assert (sum(p for p, _, _ in in_cells), sum(p - b for p, b, _ in in_cells)) == (proceeds, gain)
    assert sum(d for _, _, d in in_cells) == disallowed
    said = f"proceeds ${proceeds:,.2f}, loss ${-gain:,.2f}. Loss disallowed by § 1091: ${disallowed:,.2f}."
    assert said in (folder / "plan.md").read_text("utf-8")
    letter = (folder / "lot-identification.txt").read_text("utf-8")
    assert letter.count(": sell ") == lots
    entries = icalendar.Calendar.from_ical((folder / "wash-sales.ics").read_bytes()).walk("VEVENT")
    assert sum(str(entry["description"]).count(" of lot ") for entry in entries) == lots


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- one account's orders ---


def test_orders_can_be_had_of_one_account(tmp_path: Path) -> None:
    for name in ("trades", "ibkr", "letter"):
        answer = invoke("export", HOUSEHOLD, name, "--account", "Schwab", "--output", tmp_path / name, *AS_OF)
        assert answer.exit_code == ExitCode.DONE, answer.output
        assert "Fidelity" not in (tmp_path / name).read_text("utf-8")
    assert "a basket cannot hold these; sell them by hand (fraction of a share: 1 lot)" in invoke(
        "export", HOUSEHOLD, "ibkr", "--account", "Schwab", "--output", tmp_path / "again", *AS_OF
    ).stderr.replace("\n", " ")
    assert len(table(tmp_path / "trades")) == 11


def test_a_basket_is_of_the_account_that_is_at_interactive_brokers(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "loading" / "fixtures" / "ibkr_flex.xml", tmp_path)
    (tmp_path / "household.toml").write_text(
        '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 150_000\n'
        "[realized]\nlong_term = 9_000\n"
        '[[accounts]]\nname = "IB"\nlots = "ibkr_flex.xml"\n[[accounts]]\nname = "Other"\n',
        "utf-8",
    )
    answer = invoke("plan", tmp_path, *AS_OF, "--out", tmp_path / "out")
    assert "ibkr-basket.csv was not written" not in answer.stderr
    assert "SELL," in (tmp_path / "out" / "ibkr-basket.csv").read_text("utf-8")


def test_orders_for_a_broker_are_of_its_own_accounts(folder: Path, tmp_path: Path) -> None:
    orders = json.loads((folder / "schwab-orders.json").read_text("utf-8"))["orders"]
    assert {order["account"] for order in orders} == {"Schwab"}
    answer = invoke("export", HOUSEHOLD, "public", "--output", tmp_path / "a", *AS_OF)
    assert answer.exit_code == ExitCode.REFUSED
    assert "no account is known to be at Public" in answer.stderr


def test_an_account_that_is_none_and_a_format_of_all_accounts(tmp_path: Path) -> None:
    answer = invoke("export", HOUSEHOLD, "trades", "--account", "Shwab", "--output", tmp_path / "a", *AS_OF)
    assert answer.exit_code == ExitCode.REFUSED
    assert "write one of: Schwab, Fidelity, Wallet, Vanguard IRA" in answer.stderr
    answer = invoke("export", HOUSEHOLD, "json", "--account", "Schwab", "--output", tmp_path / "a", *AS_OF)
    assert answer.exit_code == ExitCode.USAGE
    assert list(tmp_path.iterdir()) == []


def test_the_page_compares_the_very_plan_that_is_exported() -> None:
    """It is not looked for a second time, which would take as long again."""
    case = load_case(ROOT / "examples" / "bitcoin-loss", as_of=date(2026, 12, 8))
    plan = plan_case(case)
    assert ExportRequest(plan, case).comparison.as_given.plan is plan

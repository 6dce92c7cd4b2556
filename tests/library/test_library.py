"""The library of the contract's section "Python": what goes in as DataFrames, what comes out, and what is raised."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import planner
from planner.cli import app
from planner.report.frames import tables
from planner.report.json_documents.check import FileJson, LotJson, RealizedJson
from planner.report.json_documents.parts import SaleJson, WindowJson
from planner.report.json_documents.plan import HeldBackJson
from planner.report.json_documents.windows import LedgerSaleJson

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "household"
AS_OF = "2026-12-08"
TAXPAYER = {"tax_year": 2026, "filing_status": "single", "ordinary_income": 140_000}


def some_lots(**changes: object) -> pd.DataFrame:
    lots = pd.DataFrame(
        {
            "symbol": ["AAPL", "MSFT", "NVDA"],
            "quantity": [10, 5.0, 2.5],
            "acquired": pd.to_datetime(["2024-01-05", "2026-02-03", "2025-05-06"]),
            "basis": [3000.0, 2500.55, 100.0],
            "price": [200.0, 300.0, 180.0],
        }
    )
    return lots.assign(**changes)


@pytest.fixture(scope="module")
def example() -> planner.PlanResult:  # type: ignore[name-defined]
    return planner.plan(planner.load(EXAMPLE, as_of=AS_OF))


def test_importing_it_imports_no_pandas_and_no_solver() -> None:
    show = "import sys, planner; print(sorted({'pandas', 'numpy', 'pulp', 'highspy', 'rich'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", show], cwd=ROOT, capture_output=True, text=True).stdout == "[]\n"


def test_a_plan_is_the_document_of_the_command(example) -> None:  # type: ignore[no-untyped-def]
    printed = CliRunner().invoke(app, ["plan", str(EXAMPLE), "--as-of", AS_OF, "--json"]).stdout
    assert json.loads(example.to_json()) == json.loads(printed)


@pytest.mark.parametrize("name", ["sales", "held_back", "windows", "cancellations", "cautions"])
def test_tables_have_the_columns_of_the_json(example, name: str) -> None:  # type: ignore[no-untyped-def]
    table, rows = getattr(example, name), json.loads(example.to_json())[name]
    assert len(table) == len(rows)
    for row in rows[:1]:
        assert list(table.columns) == [*dict.fromkeys((*(key for key in table.columns if key in row), *table.columns))]
        assert set(row) == set(table.columns)


@pytest.mark.parametrize("row", [SaleJson, WindowJson, HeldBackJson, LedgerSaleJson, FileJson, LotJson, RealizedJson])
def test_an_empty_table_keeps_its_columns_and_dtypes(row: type) -> None:
    columns = tables.columns_of(row)
    table = tables.frame([], columns)
    assert list(table.columns) == list(columns)
    for name, kind in columns.items():
        assert (table[name].dtype.kind == "M") == (kind == tables.DAY), name


def test_days_are_dates_and_money_is_exact_to_the_cent(example) -> None:  # type: ignore[no-untyped-def]
    sales, rows = example.sales, json.loads(example.to_json())["sales"]
    assert sales["date"].dt.strftime("%Y-%m-%d").tolist() == [row["date"] for row in rows]
    assert sales["rebuy_on"].isna().tolist() == [row["rebuy_on"] is None for row in rows]
    for column in ("proceeds", "basis", "gain", "quantity"):
        assert sales[column].tolist() == [row[column] for row in rows]
    assert round(float(sales["gain"].sum()), 2) == round(sum(row["gain"] for row in rows), 2)


def test_the_year_has_the_lines_of_the_return(example) -> None:  # type: ignore[no-untyped-def]
    document = json.loads(example.to_json())
    assert list(example.year.columns) == ["line", "without", "with", "change"]
    for key, row in example.year.iterrows():
        assert row["without"] == document["baseline"][key]
        assert row["with"] == document["planned"][key]
        assert round(row["with"] - row["without"], 2) == row["change"]


def test_a_list_of_sales_is_valued_beside_the_plan(tmp_path: Path) -> None:
    case = planner.household(taxpayer=TAXPAYER, lots=some_lots(), as_of=date(2026, 12, 8))
    sales = planner.plan(case).sales[["lot_id", "quantity"]].iloc[:1]
    sales.to_csv(tmp_path / "mine.csv", index=False)
    framed = planner.compare(case, "do nothing", sales=sales)
    filed = planner.compare(case, "do nothing", sales=tmp_path / "mine.csv")
    assert list(framed.scenarios["name"][:2]) == ["as given", "sales in sales"]
    assert list(filed.scenarios["name"][:2]) == ["as given", "sales in mine.csv"]
    assert framed.scenarios["total"][1] == filed.scenarios["total"][1] > 0
    with pytest.raises(planner.InputError, match="not a lot held"):
        planner.compare(case, sales=sales.assign(lot_id="nothing"))


def test_a_household_of_frames_is_planned() -> None:
    case = planner.household(taxpayer=TAXPAYER, lots=some_lots(), as_of=date(2026, 12, 8))
    plan = planner.plan(case, time_limit=30)
    assert plan.status == "proven"
    assert set(plan.sales["symbol"]) == {"AAPL", "MSFT"}
    # $1,000 long and $1,000.55 short of losses against wages at 24%: $480.13, less 9.21 cents a dollar deferred
    assert plan.benefit["tax_saved"] == pytest.approx(480.13, abs=0.01)


def test_days_may_be_iso_text_as_as_of_may() -> None:
    taxpayer = {"tax_year": 2026, "filing_status": "single", "ordinary_income": 60_000, "born": "1955-06-15"}
    lots = pd.DataFrame({"symbol": ["A"], "quantity": [1], "acquired": ["2025-01-02"], "basis": [9], "price": [8]})
    case = planner.household(
        taxpayer=taxpayer, lots=lots, plan={"sale_date": "2026-12-15", "keep": ["2026-01-01"]}, as_of="2026-12-08"
    )
    assert case.household.taxpayer.edges is not None
    assert case.household.taxpayer.edges.born == date(1955, 6, 15)
    assert case.sale_date == date(2026, 12, 15)


def test_the_same_household_from_files_and_from_frames(tmp_path: Path) -> None:
    some_lots(acquired=["2024-01-05", "2026-02-03", "2025-05-06"]).to_csv(tmp_path / "lots.csv", index=False)
    (tmp_path / "household.toml").write_text(
        '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 140_000\n'
        '[[accounts]]\nname = "Account"\nlots = "lots.csv"\n[plan]\nsell_gains = true\n'
    )
    files = planner.plan(planner.load(str(tmp_path), as_of=AS_OF))
    frames = planner.plan(
        planner.household(taxpayer=TAXPAYER, lots=some_lots(), plan={"sell_gains": True}, as_of=AS_OF)
    )
    ours, theirs = json.loads(frames.to_json()), json.loads(files.to_json())
    for document in (ours, theirs):
        document.pop("certificate", None)  # it has the digests of the files
    assert ours == theirs


def test_accounts_and_every_table_of_the_file_may_be_given() -> None:
    lots = some_lots(account=["Broker", "Roth", "Broker"])
    case = planner.household(
        taxpayer=TAXPAYER,
        lots=lots,
        accounts=pd.DataFrame({"name": ["Broker", "Roth"], "kind": ["taxable", "roth_ira"]}),
        carryover={"long_term": 4_000},
        realized={"short_term": 1_500.25},
        planned_purchases=[{"date": date(2026, 12, 10), "account": "Roth", "symbol": "AAPL", "quantity": 1}],
        assumptions={"years_to_sale": float("inf")},
        scenarios={"No gains": {"realized": {"short_term": 0}}},
        as_of=pd.Timestamp("2026-12-08"),
    )
    plan = planner.plan(case)
    assert set(plan.sales["account"]) == {"Broker"}
    assert case.household.realized.short_term == planner.check(case).case.household.realized.short_term
    compared = planner.compare(case)
    assert "No gains" in compared.scenarios["name"].tolist()
    assert compared.plans["as given"].benefit == plan.benefit
    assert json.loads(compared.to_json())["schema"] == "harvest.compare/1"


def test_transactions_and_realized_frames_reach_the_ledger() -> None:
    history = pd.DataFrame(
        {
            "date": ["2026-03-02", "2026-06-01", "2026-06-10"],
            "action": ["buy", "sell", "buy"],
            "symbol": ["XYZ"] * 3,
            "quantity": [100, 100, 40],
            "amount": [5_000, 4_000, 1_700],
        }
    )
    case = planner.household(taxpayer=TAXPAYER, transactions=history, as_of=AS_OF, planning=False)
    ledger = planner.windows(case)
    assert ledger.sales["disallowed_loss"].tolist() == [400.0]  # 40 of 100 shares at a loss of $10 each, § 1091(a)
    assert ledger.lots["basis"].tolist() == [2_100.0]
    realized = pd.DataFrame(
        {
            "symbol": ["XYZ"],
            "quantity": [10],
            "acquired": ["2025-01-02"],
            "sold": ["2026-02-03"],
            "proceeds": [100],
            "basis": [300],
        }
    )
    case = planner.household(taxpayer=TAXPAYER, realized=realized, lots=some_lots(), as_of=AS_OF)
    assert planner.check(case).realized["basis"].tolist() == [300.0]
    assert planner.check(case).totals["realized_long_term"] == -200.0


def test_problems_name_the_frame_and_its_row() -> None:
    lots = some_lots(account=["A", "B", "A"], basis=[3000.0, 2500.55, None])
    with pytest.raises(planner.InputError) as caught:
        planner.household(taxpayer={**TAXPAYER, "state": "XX"}, lots=lots, as_of=AS_OF, colour={})
    places = [problem.where for problem in caught.value.problems]
    assert "lots, row 2" in places
    assert all(problem.what and problem.remedy for problem in caught.value.problems)
    assert not any(".csv" in place or ".toml" in place for place in places)


def test_rows_of_an_unknown_account_are_refused() -> None:
    with pytest.raises(planner.InputError) as caught:
        planner.household(
            taxpayer=TAXPAYER, lots=some_lots(account=["A", "B", "C"]), accounts=[{"name": "A"}], as_of=AS_OF
        )
    assert [problem.where for problem in caught.value.problems] == ["lots, row 1", "lots, row 2"]


def test_several_accounts_need_a_column() -> None:
    with pytest.raises(planner.InputError, match="column `account`"):
        planner.household(taxpayer=TAXPAYER, lots=some_lots(), accounts=[{"name": "A"}, {"name": "B"}], as_of=AS_OF)


def test_what_is_not_held_and_what_cannot_be_planned_are_told_apart() -> None:
    with pytest.raises(planner.UnsupportedLaw):
        planner.household(taxpayer={**TAXPAYER, "tax_year": 2031}, lots=some_lots(), as_of="2031-12-08")
    case = planner.household(taxpayer=TAXPAYER, lots=some_lots(), plan={"cash_needed": 10_000_000}, as_of=AS_OF)
    with pytest.raises(planner.NoPlan) as caught:
        planner.plan(case)
    assert caught.value.problems
    assert issubclass(planner.NoPlan, planner.InputError)
    assert not issubclass(planner.InternalError, planner.InputError)


def test_no_garbage_is_collected_while_a_household_is_read() -> None:
    """In a notebook a third of the time of 100,000 lots. Afterwards it is collected as before, and if it was."""
    passes: list[str] = []

    def note(phase: str, _: object) -> None:
        passes.append(phase)

    before = gc.get_threshold()
    gc.set_threshold(1)
    gc.callbacks.append(note)
    try:
        case = planner.load(EXAMPLE, as_of="2026-12-08")
        within, on = len(passes), gc.isenabled()
        with pytest.raises(planner.InputError):
            planner.load(EXAMPLE / "nothing", as_of="2026-12-08")
        assert gc.isenabled()
        gc.disable()
        planner.windows(case)
        assert not gc.isenabled()
    finally:
        gc.enable()
        gc.callbacks.remove(note)
        gc.set_threshold(*before)
    assert within < 50  # those before and after it; else thousands
    assert on


def test_a_notebook_shows_text_as_text() -> None:
    lots = some_lots(lot_id=["<script>alert(1)</script>", "b", "c"])
    shown = planner.plan(planner.household(taxpayer=TAXPAYER, lots=lots, as_of=AS_OF))._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_notebook_shows_a_comparison_as_a_table() -> None:
    scenarios = {"<b>bold</b>": {"plan": {"sell_gains": True}}}
    compared = planner.compare(
        planner.household(taxpayer=TAXPAYER, lots=some_lots(), scenarios=scenarios, as_of=AS_OF), "<b>bold</b>"
    )
    shown = compared._repr_html_()
    assert "<b>" not in shown
    assert "&lt;b&gt;bold&lt;/b&gt;" in shown
    for total in compared.scenarios["total"]:
        assert f"<td>${total:,.2f}</td>" in shown


def test_tiny_quantities_are_written_whole() -> None:
    lots = pd.DataFrame(
        {
            "symbol": ["BTC"],
            "quantity": [1e-08],
            "acquired": ["2024-01-05"],
            "basis": [0.01],
            "price": [60_000.0],
            "asset_class": ["crypto"],
        }
    )
    case = planner.household(taxpayer=TAXPAYER, lots=lots, as_of=AS_OF)
    assert planner.check(case).lots["quantity"].tolist() == [1e-08]

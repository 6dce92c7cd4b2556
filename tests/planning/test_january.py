"""`january = true`: sales put off to the first session of next year, as JSON, forms and trade list show them.

By hand: single, 40,000 of wages less 16,100 are taxed at 12% at most; 2,000 of gain in the 0% bracket. A dollar carried
is worth v = 0.15 ÷ 1.05³, a dollar of basis costs φ = 0.15 ÷ 1.05¹⁰.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from household_files import ACCOUNT, exactly, write
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from planner import cli
from planner.domain.errors import ExitCode

AS_OF = "2026-12-08"
TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 40_000\n'
ASSUMED = "\n[realized]\nlong_term = 2_000\n\n[assumptions]\nyears_to_use_carryover = 3\n"
LOTS = "AAA,10,2024-01-05,21000,100,stock,a\nBTC,1,2024-01-05,3000,1000,crypto,b\n"
V = Decimal("0.15") / Decimal("1.05") ** 3
PHI = Decimal("0.15") / Decimal("1.05") ** 10


def household(folder: Path, plan: str, lots: str = LOTS, accounts: str = ACCOUNT) -> Path:
    return write(folder, lots, f"{ASSUMED}\n[plan]\n{plan}\n", taxpayer=TAXPAYER, accounts=accounts)


def planned(folder: Path) -> dict[str, Any]:
    answer = CliRunner().invoke(cli.app, ["plan", str(folder), "--as-of", AS_OF, "--json"])
    assert answer.exit_code == ExitCode.DONE, answer.stderr
    return exactly(answer.stdout)


def test_sales_are_put_off_each_to_its_markets_first_session(tmp_path: Path) -> None:
    plan = planned(household(tmp_path, "january = true"))
    assert {sale["lot_id"]: sale["date"] for sale in plan["sales"]} == {"a": "2027-01-04", "b": "2027-01-01"}
    assert plan["january"] == {"net_loss": 22_000, "net_gain": 0, "value": round(22_000 * V, 2)}
    assert plan["if_in_january"] is None
    assert plan["benefit"]["carryover_value"] == round(22_000 * V, 2)
    trading = Decimal("0.20") + Decimal("5.00")
    assert plan["benefit"]["total"] == round(22_000 * V, 2) - round(22_000 * PHI, 2) - trading
    assert plan["planned"] == plan["baseline"], "this year is as it stands"
    assert plan["status"] == "proven"


def test_without_the_key_nothing_is_put_off(tmp_path: Path) -> None:
    plan = planned(household(tmp_path, ""))
    assert all(sale["date"].startswith("2026") for sale in plan["sales"])
    assert plan["january"] is None


@pytest.mark.parametrize(
    "line", ["last_sale_date = 2026-12-31", 'must_sell = ["a", "b"]', "cash_needed = 2_000", "max_sales = 0"]
)
def test_what_keeps_sales_in_this_year(tmp_path: Path, line: str) -> None:
    """A last day in the year, what must be sold this year, cash that is needed now, no sale at all."""
    plan = planned(household(tmp_path, f"january = true\n{line}"))
    assert all(sale["date"].startswith("2026") for sale in plan["sales"])


def test_another_lot_raises_the_cash_of_what_is_put_off(tmp_path: Path) -> None:
    """Neither loss could leave this year alone: 1,500 are needed in it. Eight shares without gain raise them."""
    even = f"{LOTS}CCC,10,2024-01-05,2000,200,stock,c\n"
    plan = planned(household(tmp_path, "january = true\ncash_needed = 1_500", even))
    sold = {sale["lot_id"]: (sale["date"], sale["quantity"]) for sale in plan["sales"]}
    assert sold == {"a": ("2027-01-04", 10), "b": ("2027-01-01", 1), "c": ("2026-12-08", 8)}


def test_january_counts_in_max_turnover(tmp_path: Path) -> None:
    plan = planned(household(tmp_path, "january = true\nmax_turnover = 1_000"))
    assert sum(sale["proceeds"] for sale in plan["sales"]) <= 1_000
    assert [sale["lot_id"] for sale in plan["sales"]] == ["a"]


def test_what_is_worth_as_much_now_is_sold_now(tmp_path: Path) -> None:
    """At 35% a loss is worth far more this year."""
    rich = TAXPAYER.replace("40_000", "400_000")
    lots = "AAA,10,2024-01-05,3000,100,stock,a\n"
    folder = write(tmp_path, lots, f"{ASSUMED}\n[plan]\njanuary = true\n", taxpayer=rich)
    plan = planned(folder)
    assert [sale["date"] for sale in plan["sales"]] == [AS_OF]
    assert plan["january"] == {"net_loss": 0, "net_gain": 0, "value": 0}


def test_windows_reach_30_days_around_january(tmp_path: Path) -> None:
    plan = planned(household(tmp_path, "january = true"))
    (window,) = (window for window in plan["windows"] if window["symbol"] == "AAA")
    assert (window["first"], window["last"], window["safe_on"]) == ("2026-12-05", "2027-02-03", "2027-02-04")


def exported(folder: Path, kind: str) -> str:
    file = folder / f"out.{kind}"
    answer = CliRunner().invoke(cli.app, ["export", str(folder), kind, "--as-of", AS_OF, "--output", str(file)])
    assert answer.exit_code == ExitCode.DONE, answer.stderr
    return file.read_text("utf-8-sig")


def test_the_trade_list_has_them_under_their_date_and_the_forms_leave_them_out(tmp_path: Path) -> None:
    folder = household(tmp_path, "january = true")
    trades = list(csv.DictReader(io.StringIO(exported(folder, "trades"))))
    assert [(row["lot_id"], row["date"]) for row in trades] == [("b", "2027-01-01"), ("a", "2027-01-04")]
    assert "AAA" not in exported(folder, "form-8949")
    assert "20270104" in exported(folder, "ics").replace("-", "")


def test_the_reasons_speak_of_january(tmp_path: Path) -> None:
    reasons = {sale["lot_id"]: sale["reason"] for sale in planned(household(tmp_path, "january = true"))["sales"]}
    assert reasons["a"] == (
        "deferred to 2027: its loss of $20,000.00 is netted there with the carryover into that year"
    )
    assert all("saves" not in reason and "forward" not in reason for reason in reasons.values())


def test_the_screen_shows_their_part_of_the_value(tmp_path: Path) -> None:
    folder = household(tmp_path, "january = true")
    screen = CliRunner().invoke(cli.app, ["plan", str(folder), "--full", "--as-of", AS_OF]).stdout
    assert "$22,000.00 of loss put off to January 2027" in " ".join(screen.split())


def test_every_export_of_such_a_plan_is_whole_and_its_parts_add_up(tmp_path: Path) -> None:
    folder = household(tmp_path, "january = true")
    answer = CliRunner().invoke(cli.app, ["plan", str(folder), "--as-of", AS_OF, "--out", str(tmp_path / "out")])
    assert answer.exit_code == ExitCode.DONE, answer.stderr
    assert "left out" not in answer.stderr
    total = exactly((tmp_path / "out" / "plan.json").read_text("utf-8"))["benefit"]["total"]
    sheet = load_workbook(tmp_path / "out" / "plan.xlsx")["Summary"]
    rows = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2, max_row=6)}
    assert rows.pop("Net benefit") == "=SUM(B2:B5)"
    parts = {name: Decimal(str(amount)) for name, amount in rows.items() if amount is not None}
    assert sum(parts.values()) == total
    assert any("put off to January 2027" in name for name in parts)


def test_the_explanation_of_a_sale_put_off(tmp_path: Path) -> None:
    """No dollar of it meets this year's brackets, so none is laid out against them."""
    answer = CliRunner().invoke(
        cli.app, ["explain", str(household(tmp_path, "january = true")), "a", "--as-of", AS_OF], env={"COLUMNS": "200"}
    )
    assert "It is deferred to 2027" in answer.stdout
    assert "Dollar by dollar" not in answer.stdout


def test_few_large_lots_are_proven_by_cases(tmp_path: Path) -> None:
    """35 of the 50 shares this year and 15 in January would be worth $17.98 more, and no lot is sold on two days."""
    lots = "ABC,110,2025-02-03,10650,60,stock,a\nDEF,50,2026-03-03,8000,120,stock,d\nVTI,20,2024-05-05,5000,200,etf,v\n"
    lots += "BTC,0.5,2025-01-10,48000,85000,crypto,b\n"
    taxpayer = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 140_000\nstate = "OR"\n'
    more = "[realized]\nshort_term = 1_400\nlong_term = 12_000\n\n[plan]\njanuary = true\n"
    plan = planned(write(tmp_path, lots, more, taxpayer=taxpayer, accounts=ACCOUNT))
    assert (plan["status"], plan["proven_by"]) == ("proven", "solver")
    assert {sale["lot_id"]: sale["date"][:4] for sale in plan["sales"]}["d"] == "2026"
    assert plan["benefit"]["bound"] - plan["benefit"]["total"] < 1


def test_a_lot_too_large_for_a_limit_is_put_off_to_the_extent_that_fits(tmp_path: Path) -> None:
    """All of it would be a turnover of 200,000. A gain taxed next year costs 0.15 ÷ 1.05 a dollar, and whenever it is
    sold 0.15; this year 15%, and so nothing of it is sold this year."""
    more = "[assumptions]\nyears_to_sale = 0\n\n[plan]\njanuary = true\nsell_gains = true\nmax_turnover = 150_000\n"
    taxpayer = TAXPAYER.replace("40_000", "150_000")
    plan = planned(
        write(tmp_path, "AAA,2000,2024-01-05,40000,100,stock,a\n", more, taxpayer=taxpayer, accounts=ACCOUNT)
    )
    assert [(sale["quantity"], sale["date"]) for sale in plan["sales"]] == [(1500, "2027-01-04")]
    assert plan["benefit"]["total"] == round(120_000 * (Decimal("0.15") - Decimal("0.15") / Decimal("1.05")), 2) - 30
    assert plan["status"] == "proven"


def compared_with(folder: Path, sales: str) -> Result:
    (folder / "mine.csv").write_text(sales, "utf-8")
    words = ["compare", str(folder), "--sales", str(folder / "mine.csv"), "--as-of", AS_OF, "--json"]
    return CliRunner().invoke(cli.app, words)


def test_the_plans_own_list_with_sales_put_off_is_worth_what_the_plan_is(tmp_path: Path) -> None:
    folder = household(tmp_path, "january = true")
    answer = compared_with(folder, exported(folder, "trades"))
    assert answer.exit_code == ExitCode.DONE, answer.stderr
    rows = {row["name"]: row for row in exactly(answer.stdout)["scenarios"]}
    own, plan = rows["sales in mine.csv"], rows["as given"]["plan"]
    assert {sale["lot_id"]: sale["date"] for sale in own["plan"]["sales"]} == {"a": "2027-01-04", "b": "2027-01-01"}
    assert own["plan"]["benefit"]["total"] == plan["benefit"]["total"] > 0
    assert own["plan"]["january"] == plan["january"]
    assert own["apart"] is None


@pytest.mark.parametrize(
    ("plan", "day", "said"),
    [
        ("", "2027-01-04", "`january = true` under [plan] allows 2027-01-04"),
        ("january = true", "2027-01-05", "or 2027-01-04"),
        ('january = true\nmust_sell = ["a"]', "2027-01-04", "`must_sell` asks for its sale in 2026"),
    ],
)
def test_a_list_may_defer_sales_where_and_when_the_plan_may(tmp_path: Path, plan: str, day: str, said: str) -> None:
    answer = compared_with(household(tmp_path, plan), f"lot_id,quantity,date\na,10,{day}\n")
    assert answer.exit_code == ExitCode.REFUSED
    assert said in " ".join(answer.stderr.split())

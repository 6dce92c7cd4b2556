"""How the work of `harvest follow` grows: with the sales of a saved plan, not with their square; and its screen."""

from __future__ import annotations

import cProfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from planner.analysis.follow import Followed, followed
from planner.analysis.unlisted_sales import with_planned_lots
from planner.domain.saved_plan import SavedPlan, SavedSale
from planner.ledger import household_ledger
from planner.loader import load_case
from planner.report.screens.follow import MOST_ROWS, follow_screen
from rules.terms import AssetClass, Character

SAVED, AS_OF = date(2026, 12, 8), date(2026, 12, 20)
TOML = """\
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 400_000
[[accounts]]
name = "A"
transactions = "history.csv"
[[accounts]]
name = "B"
lots = "lots.csv"
transactions = "sold.csv"
"""
SMALL, TIMES = 50, 4
LINEAR = 5.0  # times the calls of all functions together


def book(folder: Path, number: int) -> tuple[Followed, int]:
    """So many sales planned in each of two accounts, and made: in A by its history, in B of lots that no file shows
    any more. With the calls that it takes to follow them."""
    folder.mkdir()
    header = "date,action,symbol,quantity,amount\n"
    bought = "".join(f"2026-01-05,buy,A{n},1,100\n" for n in range(number))
    sold = {account: "".join(f"2026-12-09,sell,{account}{n},1,60\n" for n in range(number)) for account in "AB"}
    (folder / "household.toml").write_text(TOML, "utf-8")
    (folder / "history.csv").write_text(header + bought + sold["A"], "utf-8")
    (folder / "sold.csv").write_text(header + sold["B"], "utf-8")
    (folder / "lots.csv").write_text("symbol,quantity,acquired,basis,price\nKEPT,1,2026-01-05,10,10\n", "utf-8")
    plan = SavedPlan(2026, SAVED, None, Decimal(1), tuple(sale(a, n) for a in "AB" for n in range(number)))
    case = load_case(folder, as_of=AS_OF, planning=False)
    ledger = household_ledger(case)
    profile = cProfile.Profile(builtins=False)
    profile.enable()
    case, by_plan = with_planned_lots(plan, case, ledger)
    profile.disable()
    assert len(by_plan) == number, "of the lots of B the plan alone says the basis"
    ledger = household_ledger(case)
    profile.enable()
    answer = followed(plan, case, ledger)
    profile.disable()
    return answer, sum(entry.callcount for entry in profile.getstats())


def sale(account: str, number: int) -> SavedSale:
    return SavedSale(
        lot_id=f"{account}:{account}{number}:2026-01-05:1",
        account=account,
        symbol=f"{account}{number}",
        asset_class=AssetClass.STOCK,
        character=Character.SHORT,
        sold=date(2026, 12, 8),
        quantity=Decimal(1),
        proceeds=Decimal(60),
        gain=Decimal(-40),
        acquired=date(2026, 1, 5),
        whole_lot=True,
    )


def test_four_times_the_sales_are_about_four_times_the_calls(tmp_path: Path) -> None:
    small, few = book(tmp_path / "small", SMALL)
    large, many = book(tmp_path / "large", TIMES * SMALL)
    assert many < LINEAR * few
    assert {each.progress.value for each in (*small.sales, *large.sales)} == {"done"}

    shown = follow_screen(large, width=80, color=False)
    assert f"The first {MOST_ROWS} of 400 are shown; --json has all." in shown

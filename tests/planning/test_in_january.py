"""What the plan's own sales would be worth on the first session of next year instead: `if_in_january`.

By hand: with `years_to_use_carryover = 3` a dollar carried is worth v = 0.15 ÷ 1.05³ = 0.1295756, a dollar of basis
costs φ = 0.15 ÷ 1.05¹⁰ = 0.0920870, a stock's round trip 0.02%.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from household_files import ACCOUNT, compared, planned, printed, write
from typer.testing import CliRunner

from planner import cli
from planner.analysis.zero_rate import loss_spent_at_zero
from planner.domain.trading_days import first_session
from planner.loader import load_case
from planner.report.screens.value import spent_at_zero
from rules.terms import AssetClass

AS_OF = date(2026, 12, 8)
LOTS = "AAA,10,2024-01-05,3000,100,stock,a\nBBB,10,2024-01-05,2000,100,stock,b\n"
GAIN = "\n[realized]\nlong_term = 20_000\n\n[assumptions]\nyears_to_use_carryover = 3\n"
V = Decimal("0.15") / Decimal("1.05") ** 3
PHI = Decimal("0.15") / Decimal("1.05") ** 10
ZERO_BRACKET = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 40_000\n'


def test_a_loss_of_january_is_worth_what_a_carried_one_is(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, LOTS, GAIN), as_of=AS_OF)
    assert plan.if_in_january is not None
    assert (plan.if_in_january.net_loss, plan.if_in_january.net_gain) == (3_000, 0)
    assert plan.if_in_january.value == round(3_000 * V, 2) - round(3_000 * PHI, 2) - Decimal("0.40")


def test_the_schedule_takes_it_on_top_of_what_is_carried_anyway(tmp_path: Path) -> None:
    """4,000 carried in, 3,000 of it used this year: 1,000 are in the first later year, which uses 2,000 more."""
    taxpayer = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 70_000\n'
    carried = '\n[carryover]\nlong_term = 4_000\n[plan]\nmust_sell = ["a", "b"]\n'
    plan = planned(write(tmp_path, LOTS, carried, taxpayer=taxpayer), as_of=AS_OF)
    first, second = (Decimal("0.22") / Decimal("1.05") ** year for year in (1, 2))
    expected = round(2_000 * first + 1_000 * second, 2) - round(3_000 * PHI, 2) - Decimal("0.40")
    assert plan.if_in_january is not None
    assert plan.if_in_january.value == expected


def test_a_gain_of_january_beyond_what_is_carried_is_taxed_a_year_on(tmp_path: Path) -> None:
    """A gain of 500 with nothing carried: −500 × 15% ÷ 1.05, and 500 × φ of later tax spared."""
    more = '\n[assumptions]\nyears_to_use_carryover = 3\n[plan]\nmust_sell = ["a"]\nexactly = true\n'
    plan = planned(write(tmp_path, "AAA,10,2024-01-05,500,100,stock,a\n", more), as_of=AS_OF)
    assert plan.if_in_january is not None
    assert (plan.if_in_january.net_loss, plan.if_in_january.net_gain) == (0, 500)
    assert plan.if_in_january.value == round(-75 / Decimal("1.05"), 2) + round(500 * PHI, 2) - Decimal("0.20")


@pytest.mark.parametrize(
    ("day", "washed"), [("2026-12-04", 0), ("2026-12-15", 400), ("2027-02-03", 400), ("2027-02-04", 0)]
)
def test_the_windows_are_those_of_january(tmp_path: Path, day: str, washed: int) -> None:
    """AAA sold on January 4: four shares that an IRA buys from December 5 to February 3 take 800 of its loss of 2,000
    for good. The plan itself sells on the last day on which the purchase is none of its concern, or not at all."""
    ira = '\n[[accounts]]\nname = "IRA"\nkind = "ira"\n'
    wish = f'\n[[planned_purchases]]\ndate = {day}\naccount = "IRA"\nsymbol = "AAA"\nquantity = 4\n'
    more = GAIN + wish + '\n[plan]\nmust_sell = ["a"]\nexactly = true\n'
    as_of = date(2026, 12, 1)
    plan = planned(write(tmp_path, LOTS, more, accounts=ACCOUNT + ira), as_of=as_of)
    assert plan.if_in_january is not None
    assert plan.if_in_january.net_loss == 2_000 - 2 * washed


def test_the_first_session_is_that_of_each_market() -> None:
    assert first_session(2026, AssetClass.STOCK) == date(2027, 1, 4)
    assert first_session(2026, AssetClass.CRYPTO) == date(2027, 1, 1)


def test_waiting_costs_each_day_until_january(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, LOTS, GAIN + "waiting_cost = 0.0001\ncost_per_sale = 3\n"), as_of=AS_OF)
    free = round(3_000 * V, 2) - round(3_000 * PHI, 2) - Decimal("0.40")
    assert plan.if_in_january is not None
    assert plan.if_in_january.value == free - Decimal("5.40") - 6  # 2,000 of proceeds for 27 days; two sales


def test_where_waiting_is_worth_more_the_plan_says_so(tmp_path: Path) -> None:
    """Of a loss of 20,000 this year 2,000 meet gains taxed at nothing, and 3,000 wages at 12%; the rest is carried."""
    lots = "AAA,10,2024-01-05,21000,100,stock,a\n"
    folder = write(tmp_path, lots, GAIN.replace("20_000", "2_000"), taxpayer=ZERO_BRACKET)
    plan = printed(folder, as_of=AS_OF)
    deferred, trading = round(20_000 * PHI, 2), Decimal("0.20")
    assert plan["benefit"]["total"] == 360 + round(15_000 * V, 2) - deferred - trading
    assert plan["if_in_january"] == {
        "net_loss": 20_000,
        "net_gain": 0,
        "value": round(20_000 * V, 2) - deferred - trading,
    }
    screen = CliRunner().invoke(cli.app, ["plan", str(folder), "--as-of", AS_OF.isoformat()]).stdout
    assert (
        " ".join(screen.split()).count(
            "The same sales in January 2027 would have a net benefit of $749.57, $287.88 MORE"
        )
        == 1
    )


def test_compare_says_the_same_number(tmp_path: Path) -> None:
    folder = write(tmp_path, LOTS, GAIN)
    found = compared(folder, as_of=AS_OF)
    plan = next(each["plan"] for each in found["scenarios"] if each["name"] == "as given")
    assert found["waiting"]["in_january"] == plan["if_in_january"]["value"]


def test_without_sales_there_is_nothing_to_wait_for(tmp_path: Path) -> None:
    assert printed(write(tmp_path, LOTS, "\n[plan]\nsell = false\n"), as_of=AS_OF)["if_in_january"] is None


@pytest.mark.parametrize(
    ("gain", "income", "spent"),
    [
        ("2_000", "40_000", 2_000),  # 23,900 of wages and 2,000 of gain lie below 49,450
        ("40_000", "40_000", 5_550),  # 14,450 lie above the top: of a loss of 20,000 those go first
        ("46_000", "40_000", 0),  # 20,450 lie above it
        ("2_000", "90_000", 0),  # all of it taxed at 15%
    ],
)
def test_loss_spent_on_gain_taxed_at_nothing_is_said(tmp_path: Path, gain: str, income: str, spent: int) -> None:
    lots = "AAA,10,2024-01-05,21000,100,stock,a\n"
    more = GAIN.replace("20_000", gain) + '\n[plan]\nmust_sell = ["a"]\n'
    folder = write(tmp_path, lots, more, taxpayer=ZERO_BRACKET.replace("40_000", income))
    plan, case = planned(folder, as_of=AS_OF), load_case(folder, as_of=AS_OF)
    assert loss_spent_at_zero(plan, case.household.taxpayer) == spent
    words = spent_at_zero(plan, case)
    assert words.endswith("saves no federal income tax.") is (spent > 0)
    # where credits are computed, such a loss moves them through adjusted gross income
    moved = replace(plan, baseline=replace(plan.baseline, edge_worksheets=(plan.baseline.income_tax_worksheet,)))
    assert spent_at_zero(moved, case).endswith("credits and other lines may move with them.") is (spent > 0)

"""What a carryover is worth: the schedule of the contract by hand, § 1211(b), § 1212(b), Rev. Rul. 74-175."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from household_files import AS_OF, planned, write

from planner.domain.household import INFINITY, Assumptions
from planner.loader import load_case

MILLION = "AAA,1000,2024-01-05,1100000,100,stock,\n"
RICH = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 70_000\n'
V_22 = [Decimal("0.22") / Decimal("1.05") ** year for year in range(1, 41)]


def test_each_later_year_uses_3000_dollars_at_the_bracket_of_the_last_ordinary_dollar(tmp_path: Path) -> None:
    """Single, 70,000 of wages less 16,100: 53,900 is in the 22% bracket. Carried at 9.2 cents a dollar's deferral,
    dollars are worth carrying as long as 22% ÷ 1.05^t is above 9.21 cents: for 17 years, 51,000 dollars."""
    plan = planned(write(tmp_path, MILLION, taxpayer=RICH))
    carried = plan.planned.carryover_long
    assert plan.carryover.a_year == 3_000
    assert carried == 51_000
    assert plan.benefit.carryover_value == round(3_000 * sum(V_22[:17]), 2)
    assert (plan.carryover.next_dollar(Decimal(0)), plan.carryover.years(carried)) == (V_22[0], 17)


def test_the_fifteenth_years_dollar_is_worth_10_6_cents(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, MILLION, taxpayer=RICH))
    assert round(plan.carryover.next_dollar(Decimal(14 * 3_000)), 3) == Decimal("0.106")


def test_later_gains_use_up_more_at_their_own_rate(tmp_path: Path) -> None:
    """U = 7,000 + 3,000; u = (7,000 × 15% + 3,000 × 22%) ÷ 10,000 = 17.1 cents."""
    more = "\n[assumptions]\nlater_gains = 7_000\nyears_carried_at_most = 2\n"
    worth = planned(write(tmp_path, MILLION, more, taxpayer=RICH)).carryover
    assert worth.of(Decimal(10_000)) == pytest.approx(Decimal(1_710) / Decimal("1.05"))
    assert worth.of(Decimal(50_000)) == pytest.approx(Decimal(1_710) / Decimal("1.05") * (1 + 1 / Decimal("1.05")))
    assert worth.next_dollar(Decimal(20_000)) == 0  # a carryover dies with the taxpayer


def test_the_state_takes_part_and_no_income_is_no_rate(tmp_path: Path) -> None:
    with_state = planned(write(tmp_path, MILLION, taxpayer=RICH + "state_rate = 0.05\n")).carryover
    assert with_state.next_dollar(Decimal(0)) == Decimal("0.27") / Decimal("1.05")
    poor = RICH.replace("70_000", "16_100")
    assert planned(write(tmp_path, MILLION, taxpayer=poor)).carryover.of(Decimal(10_000)) == 0


@pytest.mark.parametrize(("state", "years", "said"), [("MN", "", True), ("TX", "", False), ("MN", "3", False)])
def test_a_value_of_nothing_says_what_the_state_might_take(tmp_path: Path, state: str, years: str, said: bool) -> None:
    """16,100 of wages less as much: federally only the dividends are taxed, at 0%. Minnesota taxes them (L-198)."""
    poor = RICH.replace("70_000", "16_100") + f'qualified_dividends = 9_000\nstate = "{state}"\n'
    more = "\n[carryover]\nlong_term = 10_000\n"
    more += f"[assumptions]\nyears_to_use_carryover = {years}\n" if years else ""
    plan = planned(write(tmp_path, "AAA,1,2024-01-05,100,100,stock,\n", more, taxpayer=poor))
    assert ("carryover_at_nothing" in {caution.code for caution in plan.cautions}) is said


def test_gains_of_this_year_are_no_ordinary_dollars(tmp_path: Path) -> None:
    """20,000 of long-term gain lies on top of 53,900: the last ordinary dollar is still in the 22% bracket."""
    gain = "\n[realized]\nlong_term = 200_000\n"
    worth = planned(write(tmp_path, "AAA,1,2024-01-05,100,100,stock,\n", gain, taxpayer=RICH)).carryover
    assert worth.next_dollar(Decimal(0)) == V_22[0]


def test_years_to_use_carryover_keeps_its_meaning(tmp_path: Path) -> None:
    more = "\n[assumptions]\nyears_to_use_carryover = 3\n"
    worth = planned(write(tmp_path, MILLION, more, taxpayer=RICH)).carryover
    assert worth.of(Decimal(1_000_000)) == 1_000_000 * Decimal("0.15") / Decimal("1.05") ** 3
    assert worth.years(Decimal(1)) is None


def test_never_is_worth_nothing_whatever_the_discount_rate() -> None:
    """`inf` years: the position passes on at death, § 1014. It was once taken for today where nothing is discounted."""
    never = Assumptions(discount_rate=Decimal(0), years_to_sale=INFINITY)
    assert never.deferral_rate == 0
    assert Assumptions(discount_rate=Decimal(0)).deferral_rate == Decimal("0.15")


def test_the_keys_are_read(tmp_path: Path) -> None:
    more = "\n[assumptions]\nlater_gains = 4_000\nyears_carried_at_most = 12\n"
    assumptions = load_case(write(tmp_path, MILLION, more), as_of=AS_OF).household.assumptions
    assert (assumptions.years_to_use_carryover, assumptions.later_gains) == (None, 4_000)
    assert assumptions.years_carried_at_most == 12

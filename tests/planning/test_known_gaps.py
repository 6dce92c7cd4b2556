"""What plans got wrong once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from household_files import ACCOUNT, planned, sold, write

from rules.terms import ZERO, Character

TODAY = date(2026, 12, 8)
FEW_DAYS_LEFT = "2025-12-14"  # bought on that day, it turns long-term on 15 December
OLD = "2024-01-05"


def test_opening_groups_leaves_room_for_the_turnover(tmp_path: Path) -> None:
    """Opening a group sells 4,000 here; 1,500 may be sold. Selling nothing keeps this limit: there is always a plan."""
    lots = "".join(
        f"S{n},100,{OLD},3000,20,stock,old{n}\nS{n},100,2024-02-05,3000,20,stock,older{n}\nS{n},50,2026-12-05,50,20,stock,\n"
        for n in range(2)
    )
    more = "\n[plan]\nmax_turnover = 1_500\n\n[realized]\nlong_term = 50_000\n"
    plan = planned(write(tmp_path, lots, more))
    assert sum((sale.proceeds for sale in plan.sales), ZERO) <= 1_500


def test_nothing_waits_a_day_for_nothing(tmp_path: Path) -> None:
    """Short-term today, long-term tomorrow: against long-term gain the loss is worth the same."""
    lots = "AAA,100,2025-12-08,20000,100,stock,a\n"
    (sale,) = planned(write(tmp_path, lots, "\n[realized]\nlong_term = 20_000\n"), as_of=TODAY).sales
    assert (sale.date, sale.character) == (TODAY, Character.SHORT)


def test_no_plan_is_above_the_bound_on_any_day(tmp_path: Path) -> None:
    """Cash of 9,000 from one winner that turns long-term in a week, among 401 other lots. Waiting costs 20% of the
    gain, not waiting 40%: the plan that waits is about 900 above the bound of the plan that does not."""
    crumbs = "".join(f"S{n},1,{OLD},10.05,10,stock,s{n}\n" for n in range(401))
    lots = f"WIN,100,{FEW_DAYS_LEFT},1000,100,stock,winner\n" + crumbs
    gains = "\n[realized]\nshort_term = 50_000\n"
    wish = "\n[plan]\nsell_gains = true\ncash_needed = 9_000\n"
    now = planned(write(tmp_path, lots, gains + wish), as_of=TODAY)
    waited = planned(write(tmp_path, lots, gains + wish + "sale_date = 2026-12-15\n"), as_of=TODAY)
    assert sold(waited)["winner"] > 0
    assert waited.sales[0].date == TODAY + timedelta(days=7)
    assert now.benefit.bound >= waited.benefit.total


def test_a_millionth_of_a_unit_worth_millions(tmp_path: Path) -> None:
    """A unit of a private fund at 5,000,000, of which any fraction may be sold: five dollars a millionth."""
    lots = f"UNIT,1,{OLD},9000000,5000000,other,unit\n"
    more = "\n[plan]\nmax_turnover = 1_001\n\n[realized]\nlong_term = 20_000\n"
    plan = planned(write(tmp_path, lots, more, accounts=ACCOUNT + "fractional = true\n"))
    assert sold(plan) == {"unit": Decimal("0.0002")}

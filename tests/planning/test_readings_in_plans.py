"""C1 to C7 in a plan: what each reading that a household may choose changes of its figures.

The usual case of `test_wash_windows`: 100 old shares at a loss of 10 each against 20,000 of long-term gain taxed at
20%, on the last session of the year, and 40 recent shares around.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from household_files import ACCOUNT, AS_OF, days_ago, planned, write

from planner.domain.plan import Plan, Sale

LONG_GAIN = "\n[realized]\nlong_term = 20_000\n"
OLD = "AAA,100,2024-01-05,6000,50,stock,old\n"
RECENT_LOSS = f"AAA,40,{days_ago(10)},2400,50,stock,recent\n"
RECENT_GAIN = f"AAA,40,{days_ago(10)},40,50,stock,recent\n"


def read(reading: str) -> str:
    return f"{LONG_GAIN}\n[wash_sale]\n{reading}\n"


def sold(plan: Plan) -> dict[str, Sale]:
    return {sale.lot_id: sale for sale in plan.sales}


def test_c1_what_is_sold_with_it_replaces_the_old_lot_so_one_of_the_two_is_kept(tmp_path: Path) -> None:
    assert set(sold(planned(write(tmp_path, OLD + RECENT_LOSS, LONG_GAIN)))) == {"old", "recent"}
    plan = planned(write(tmp_path, OLD + RECENT_LOSS, read("gone_shares_replace = true")))
    assert {lot_id: sale.disallowed_loss for lot_id, sale in sold(plan).items()} == {"old": 400}


def test_c1_shares_gone_before_the_plan_bar_the_days_of_their_window(tmp_path: Path) -> None:
    """Bought on 20 November and sold on the 25th: until 20 December they would replace the old lot, gone or not."""
    accounts = ACCOUNT + 'realized = "realized.csv"\n'
    realized = "symbol,quantity,acquired,sold,proceeds,basis\nAAA,40,2026-11-20,2026-11-25,2100,2000\n"
    for reading, day in (("false", date(2026, 12, 8)), ("true", date(2026, 12, 21))):
        folder = write(tmp_path, OLD, read(f"gone_shares_replace = {reading}"), accounts=accounts, realized=realized)
        (sale,) = planned(folder, as_of=date(2026, 12, 8)).sales
        assert (sale.date, sale.disallowed_loss) == (day, 0)


def test_c1_where_no_day_is_left_the_lot_is_held_back(tmp_path: Path) -> None:
    accounts = ACCOUNT + 'realized = "realized.csv"\n'
    realized = "symbol,quantity,acquired,sold,proceeds,basis\nAAA,40,2026-12-04,2026-12-07,2100,2000\n"
    folder = write(tmp_path, OLD, read("gone_shares_replace = true"), accounts=accounts, realized=realized)
    plan = planned(folder, as_of=date(2026, 12, 8))
    assert plan.sales == ()
    assert ["C1, I-01" in held.reason for held in plan.held_back] == [True]


def test_c2_what_was_bought_before_does_not_replace_what_was_bought_after(tmp_path: Path) -> None:
    newer = f"AAA,100,{days_ago(5)},6000,50,stock,newer\n"
    assert sold(planned(write(tmp_path, newer + RECENT_GAIN, LONG_GAIN)))["newer"].disallowed_loss == 400
    plan = planned(write(tmp_path, newer + RECENT_GAIN, read("older_replaces_newer = false")))
    assert sold(plan)["newer"].disallowed_loss == 0


def test_c3_a_gain_sold_first_uses_the_replacements_up(tmp_path: Path) -> None:
    """Forty shares bought long ago, sold at a gain of nothing but cents, spare the loss what the recent forty wash."""
    winner = "AAA,40,2023-01-05,1999,50,stock,winner\n"
    more = "\n[plan]\nsell_gains = true\n"
    by_default = sold(planned(write(tmp_path, OLD + winner + RECENT_GAIN, LONG_GAIN + more)))
    assert by_default["old"].disallowed_loss == 400
    plan = planned(write(tmp_path, OLD + winner + RECENT_GAIN, read("gains_use_up_replacements = true") + more))
    assert (sold(plan)["old"].disallowed_loss, sold(plan)["winner"].gain) == (0, 1)


@pytest.mark.parametrize(("reading", "lost"), [("true", 0), ("false", 400)])
def test_c5_a_loss_that_a_spouses_lot_may_or_may_not_keep(tmp_path: Path, reading: str, lost: int) -> None:
    accounts = ACCOUNT + '[[accounts]]\nname = "Hers"\nowner = "spouse"\nlots = "hers.csv"\n'
    hers = "symbol,quantity,acquired,basis,price,asset_class,lot_id\n" + RECENT_GAIN
    folder = write(tmp_path, OLD, read(f"spouse_keeps_the_loss = {reading}"), accounts=accounts, hers=hers)
    sale = sold(planned(folder))["old"]
    assert (sale.disallowed_loss, sale.permanently_lost) == (400, lost)


def test_c6_a_call_bought_replaces_its_stock_or_does_not(tmp_path: Path) -> None:
    call = f"AAA 270115C00060000,1,{days_ago(3)},200,2,option,call\n"
    assert sold(planned(write(tmp_path, OLD + call, LONG_GAIN))).get("old") is None  # all 100 shares are washed
    plan = planned(write(tmp_path, OLD + call, read("options_replace = false")))
    assert sold(plan)["old"].disallowed_loss == 0


def test_c7_the_recent_lot_goes_a_day_ahead(tmp_path: Path) -> None:
    """On one day the old lot would count as sold first, while the recent one is held."""
    day_before = AS_OF.replace(day=30)
    together = sold(planned(write(tmp_path, OLD + RECENT_LOSS, LONG_GAIN), as_of=day_before))
    assert {sale.date for sale in together.values()} == {day_before}
    plan = planned(write(tmp_path, OLD + RECENT_LOSS, read("days_sales_together = false")), as_of=day_before)
    assert {lot_id: (s.date, s.disallowed_loss) for lot_id, s in sold(plan).items()} == {
        "recent": (day_before, 0),
        "old": (AS_OF, 0),
    }

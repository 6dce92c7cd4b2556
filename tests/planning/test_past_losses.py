"""Losses already taken and purchases still to come: what those disallow counts in the baseline, or is called off.

The usual case: 10 AAPL sold on 1 December at a loss of 2,000, long-term, against 20,000 of long-term gain taxed at 20%
(15% federal, 5% state): 400.00. To keep the loss gives up 2,000 φ = 184.17 (φ = 0.15 ÷ 1.05¹⁰ = 0.09208699).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from household_files import TAXPAYER, planned

from planner.domain.plan import Plan
from planner.loader import load_case
from planner.optimizer import plan_case

AS_OF = date(2026, 12, 8)
SOLD = "symbol,quantity,acquired,sold,proceeds,basis\nAAPL,10,2025-02-01,{day},1000,3000\n"
LOTS = "symbol,quantity,acquired,basis,price,asset_class,lot_id\n"
ACCOUNTS = '\n[realized]\nlong_term = 20_000\n[[accounts]]\nname = "A"\nlots = "lots.csv"\nrealized = "realized.csv"\n'
IRA = '[[accounts]]\nname = "IRA"\nkind = "ira"\nlots = []\n'


def to_buy(day: str, quantity: int = 10, *, cancelable: bool = False, account: str = "A", symbol: str = "AAPL") -> str:
    return (
        f'[[planned_purchases]]\ndate = {day}\naccount = "{account}"\nsymbol = "{symbol}"\nquantity = {quantity}\n'
        f"cancelable = {str(cancelable).lower()}\n"
    )


def plan(folder: Path, *to_come: str, lots: str = "", sold: str = "2026-12-01", taxpayer: str = TAXPAYER) -> Plan:
    (folder / "lots.csv").write_text(LOTS + lots, "utf-8")
    (folder / "realized.csv").write_text(SOLD.format(day=sold), "utf-8")
    (folder / "household.toml").write_text(taxpayer + ACCOUNTS + "".join(to_come), "utf-8")
    return plan_case(load_case(folder, as_of=AS_OF))


def cautioned(of: Plan) -> list[str]:
    return [caution.text for caution in of.cautions if caution.code == "planned_purchase_washes"]


def test_what_cannot_be_called_off_counts_in_the_baseline_and_in_the_plan(tmp_path: Path) -> None:
    free, washed = plan(tmp_path), plan(tmp_path, to_buy("2026-12-20", 4))
    assert free.baseline.schedule_d.net_long_term == 18_000
    assert washed.baseline.schedule_d.net_long_term == 18_800  # 4 of 10 shares: 800 of the loss
    assert washed.planned == washed.baseline
    assert washed.benefit.total == 0
    (text,) = cautioned(washed)
    assert "disallows $800.00 of the loss on AAPL of 2026-12-01" in text
    assert "from 2027-01-01 it does no harm" in text


def test_what_can_be_called_off_is_weighed(tmp_path: Path) -> None:
    calling_off = plan(tmp_path, to_buy("2026-12-20", cancelable=True))
    assert calling_off.baseline.schedule_d.net_long_term == 20_000
    assert calling_off.planned.schedule_d.net_long_term == 18_000
    (cancellation,) = calling_off.cancellations
    assert (cancellation.date, cancellation.saves) == (date(2026, 12, 20), Decimal("215.83"))
    assert (calling_off.benefit.tax_saved, calling_off.benefit.deferred_tax) == (400, Decimal("184.17"))
    assert calling_off.benefit.total == cancellation.saves
    assert cautioned(calling_off) == []


def test_in_an_ira_the_whole_loss_is_saved(tmp_path: Path) -> None:
    """Nothing would have kept it: to call the purchase off gives up no basis."""
    calling_off = plan(tmp_path, IRA, to_buy("2026-12-20", cancelable=True, account="IRA"))
    assert calling_off.benefit.deferred_tax == 0
    assert [c.saves for c in calling_off.cancellations] == [400]


def test_it_is_not_called_off_where_the_loss_is_worth_less_than_its_basis(tmp_path: Path) -> None:
    """For φ = 0.3 a dollar of basis is worth more than the 20 cents that a dollar of loss saves."""
    dear = "\n[assumptions]\nfuture_rate = 0.3\nyears_to_sale = 0\n"
    kept = plan(tmp_path, to_buy("2026-12-20", cancelable=True), dear)
    assert kept.cancellations == ()
    assert kept.benefit.total == 0
    assert "Cancel or postpone it" in cautioned(kept)[0]


def test_the_earlier_sale_meets_the_purchase_first(tmp_path: Path) -> None:
    """Six shares to come: the loss of 1 December takes them all, and the plan's own loss is clean (W7, W10)."""
    old = "AAPL,10,2024-01-05,3000,100,stock,old\n"
    both = plan(tmp_path, to_buy("2026-12-20", 6), lots=old)
    assert both.baseline.schedule_d.net_long_term == 19_200
    (sale,) = both.sales
    assert (sale.lot_id, sale.disallowed_loss) == ("old", 0)


def test_what_it_leaves_washes_the_plans_own_sale(tmp_path: Path) -> None:
    """Fourteen shares to come: ten for the loss taken, four for the plan's."""
    old = "AAPL,10,2024-01-05,3000,100,stock,old\n"
    both = plan(tmp_path, to_buy("2026-12-20", 14), lots=old)
    assert both.baseline.schedule_d.net_long_term == 20_000
    assert [(sale.lot_id, sale.disallowed_loss) for sale in both.sales] == [("old", 800)]


def test_outside_the_window_nothing_happens(tmp_path: Path) -> None:
    after = plan(tmp_path, to_buy("2027-01-01"))
    assert after.baseline.schedule_d.net_long_term == 18_000
    assert cautioned(after) == []


def test_a_loss_of_another_year_changes_no_figure_here_but_is_said(tmp_path: Path) -> None:
    january = date(2026, 1, 5)
    history = "date,action,symbol,quantity,amount\n2025-02-01,buy,AAPL,10,3000\n2025-12-20,sell,AAPL,10,1000\n"
    (tmp_path / "history.csv").write_text(history, "utf-8")
    accounts = '[[accounts]]\nname = "A"\ntransactions = "history.csv"\n'
    (tmp_path / "household.toml").write_text(TAXPAYER + accounts + to_buy("2026-01-10"), "utf-8")
    new_year = planned(tmp_path, as_of=january)
    assert new_year.baseline.schedule_d.total == 0
    assert "affects that spouse's return, not this one" in cautioned(new_year)[0]


def test_a_call_to_be_bought_washes_the_stock_sold(tmp_path: Path) -> None:
    """One contract stands for 100 shares; called off it washes nothing. [wash_sale] options_replace says otherwise."""
    call = to_buy("2026-12-20", 1, cancelable=True, symbol="AAPL 270115C00150000")
    assert plan(tmp_path, call).baseline.schedule_d.net_long_term == 20_000
    assert [c.saves for c in plan(tmp_path, call).cancellations] == [Decimal("215.83")]
    assert plan(tmp_path, call, "[wash_sale]\noptions_replace = false\n").baseline.schedule_d.net_long_term == 18_000


def test_a_replacement_is_near_long_term_by_the_days_of_what_it_replaced(tmp_path: Path) -> None:
    """Bought 2026-01-05 for 2,500, it took 2,000 of loss and 343 days from the shares of 2025-02-01.
    §§ 1091(d), 1223(3). Long-term since a year after 2025-01-27, so there is nothing to wait for."""
    lot = "AAPL,10,2026-01-05,2500,100,stock,r\n"
    assert [near.gain for near in plan(tmp_path, lots=lot, sold="2026-11-20").near_long_term] == [Decimal("-1500.00")]
    assert plan(tmp_path, lots=lot, sold="2026-01-10").near_long_term == ()

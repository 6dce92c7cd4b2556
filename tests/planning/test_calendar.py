"""Plans that use the calendar: wait until a purchase has left the window, or until a lot turns long-term."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from planner.domain.case import Case
from planner.domain.household import Account, Assumptions, Household, PlannedPurchase, Taxpayer
from planner.domain.plan_limits import PlanLimits
from planner.domain.portfolio import Holding
from planner.optimizer import plan_case
from planner.optimizer.sale_days import SaleDays
from rules.terms import AccountKind, AssetClass, Character, FilingStatus, Gains, Lot

TAKEN = Gains(Decimal(0), Decimal(50_000))


def lot(name: str, acquired: date, basis: int, *, quantity: int = 100, symbol: str = "XYZ", account: str = "Broker",
        asset_class: AssetClass = AssetClass.STOCK) -> Holding:  # fmt: skip
    held = Lot(name, account, symbol, asset_class, Decimal(quantity), acquired, Decimal(basis))
    return Holding(held, Decimal(50), f"{name}:2")


def case(*holdings: Holding, as_of: date = date(2026, 12, 8), planned: tuple[PlannedPurchase, ...] = (),
         plan_limits: PlanLimits | None = None, realized: Gains = TAKEN) -> Case:  # fmt: skip
    household = Household(
        Path("household.toml"),
        Taxpayer(2026, FilingStatus.SINGLE, Decimal(200_000)),
        realized=realized,
        accounts=(Account("Broker"), Account("IRA", AccountKind.IRA)),
        planned_purchases=planned,
        plan_limits=plan_limits or PlanLimits(),
    )
    return Case(household, as_of, holdings)


def sold(plan_of: Case) -> dict[str, date]:
    return {sale.lot_id: sale.date for sale in plan_case(plan_of).sales}


def test_a_purchase_on_20_november_spoils_8_december_but_not_the_21st() -> None:
    old, ira = lot("old", date(2024, 3, 1), 9_000), lot("ira", date(2026, 11, 20), 5_000, account="IRA")
    plan = plan_case(case(old, ira))
    (sale,) = plan.sales
    assert (sale.date, sale.disallowed_loss) == (date(2026, 12, 21), 0)
    assert sale.rebuy_on == date(2027, 1, 21)
    (window,) = plan.windows
    assert (window.first, window.last) == (date(2026, 11, 21), date(2027, 1, 20))


def test_where_no_clean_day_is_left_the_first_day_is_taken() -> None:
    old, ira = lot("old", date(2024, 3, 1), 9_000), lot("ira", date(2026, 12, 2), 2_500, quantity=50, account="IRA")
    (sale,) = plan_case(case(old, ira)).sales
    assert (sale.date, sale.disallowed_loss, sale.permanently_lost) == (date(2026, 12, 8), 2_000, 2_000)


def test_without_a_purchase_nothing_waits() -> None:
    assert sold(case(lot("old", date(2024, 3, 1), 9_000))) == {"old": date(2026, 12, 8)}


def test_a_gain_waits_until_it_is_long_term() -> None:
    loss, winner = lot("loss", date(2024, 3, 1), 60_000), lot("winner", date(2025, 12, 14), 1_000, symbol="WIN")
    plan_limits = PlanLimits(sell_gains=True, cash_needed=Decimal(10_000))
    plan = plan_case(case(loss, winner, plan_limits=plan_limits, realized=Gains(Decimal(0), Decimal(100_000))))
    days = {sale.lot_id: (sale.date, sale.character) for sale in plan.sales}
    assert days["winner"] == (date(2026, 12, 15), Character.LONG)


def test_a_loss_against_short_term_gain_does_not_wait() -> None:
    turning = lot("turning", date(2025, 12, 14), 9_000)
    plan = plan_case(case(turning, realized=Gains(Decimal(20_000), Decimal(50_000))))
    assert [(s.date, s.character) for s in plan.sales] == [(date(2026, 12, 8), Character.SHORT)]


def test_no_day_without_a_market_is_offered() -> None:
    christmas = case(lot("old", date(2024, 3, 1), 9_000), as_of=date(2026, 12, 25))
    assert sold(christmas) == {"old": date(2026, 12, 28)}
    coin = lot("coin", date(2024, 3, 1), 9_000, symbol="BTC", asset_class=AssetClass.CRYPTO)
    assert sold(case(coin, as_of=date(2026, 12, 25))) == {"coin": date(2026, 12, 25)}


def test_after_the_last_session_nothing_can_be_sold_any_more() -> None:
    weekend = SaleDays(date(2028, 12, 30), date(2028, 12, 31), lambda _: "XYZ", {})
    assert weekend.enough(lot("old", date(2024, 3, 1), 9_000)) == ()


def test_a_planned_purchase_that_cannot_be_cancelled_is_waited_for() -> None:
    # on 8 December the purchase of 9 November is still in the window, on the 10th it is not; that of 2027 is
    old, ira = lot("old", date(2024, 3, 1), 9_000), lot("ira", date(2026, 11, 9), 5_000, account="IRA")
    january = PlannedPurchase(date(2027, 1, 9), "IRA", "XYZ", Decimal(100))
    assert (
        sold(case(old, ira, planned=(january,))) == {}
    )  # 8 and 9 December: washed by November; from the 10th: by January
    cancelable = PlannedPurchase(date(2027, 1, 9), "IRA", "XYZ", Decimal(100), cancelable=True)
    plan = plan_case(case(old, ira, planned=(cancelable,)))
    assert [s.date for s in plan.sales] == [date(2026, 12, 10)]
    assert [c.date for c in plan.cancellations] == [date(2027, 1, 9)]


def test_a_purchase_is_not_called_off_where_its_wash_sale_helps() -> None:
    # cash must be raised, and the loss would only become a carryover that is never used: better washed than recognized
    plan_limits = PlanLimits(cash_needed=Decimal(4_000))
    assumptions = Assumptions(years_to_sale=Decimal(5), years_to_use_carryover=Decimal("Infinity"))
    purchase = PlannedPurchase(date(2026, 12, 28), "Broker", "XYZ", Decimal(100), cancelable=True)
    old = lot("old", date(2024, 3, 1), 9_000)
    asked = case(old, planned=(purchase,), plan_limits=plan_limits, realized=Gains(Decimal(0), Decimal(-200_000)))
    plan = plan_case(replace(asked, household=replace(asked.household, assumptions=assumptions)))
    (sale,) = plan.sales
    assert plan.cancellations == ()
    assert sale.disallowed_loss == -sale.gain
    assert plan.benefit.deferred_tax == 0


def test_the_small_loss_goes_first_where_only_one_can_be_washed() -> None:
    """Ten shares bought for an IRA on 4 January wash what is sold first (Reg. § 1.1091-1(b)): the small loss."""
    old = lot("old", date(2025, 5, 5), 35_000, quantity=10)
    new = lot("new", date(2025, 6, 5), 6_000, quantity=10)
    january = PlannedPurchase(date(2027, 1, 4), "IRA", "XYZ", Decimal(10))
    plan = plan_case(case(old, new, as_of=date(2026, 12, 29), planned=(january,)))
    days = {sale.lot_id: (sale.date, sale.permanently_lost) for sale in plan.sales}
    assert days == {"new": (date(2026, 12, 29), 5_500), "old": (date(2026, 12, 30), 0)}

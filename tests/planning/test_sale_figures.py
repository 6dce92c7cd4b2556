"""The verifier by hand, sale by sale: § 1015(a) and § 1223 in a sale's figures, § 1091 among sales, and the contract's
objective ("What best means")."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from planner.domain.carryover_value import CarryoverValue
from planner.domain.household import Assumptions
from planner.domain.portfolio import Holding
from planner.optimizer.verify.evaluate import SaleTotals, evaluate, totals, worth_next_year
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures
from planner.optimizer.verify.setting import Setting, before_sales
from planner.optimizer.verify.wash_matching import ChainedSale, after_wash_sales
from rules.conventions import DEFAULTS
from rules.liability import TaxReturn
from rules.tax_year import tax_year
from rules.terms import (
    ZERO,
    AccountKind,
    AssetClass,
    Carryover,
    Character,
    FilingStatus,
    Gains,
    Lot,
    Owner,
    ReplacementPurchase,
)

D = Decimal
DAY = date(2026, 12, 11)
LONG_AGO = date(2020, 3, 2)


def holding(price: str | None = "100", basis: str | None = "2000", lot_id: str = "old", **given: Any) -> Holding:
    lot = {"account": "mine", "symbol": "AAA", "asset_class": AssetClass.STOCK, "quantity": D(10), "acquired": LONG_AGO}
    made = Lot(lot_id=lot_id, basis=D(basis) if basis else None, **(lot | given))
    return Holding(made, D(price) if price else None, "lots.csv:2")


def sale(*args: Any, sold: date = DAY, quantity: int = 10, **given: Any) -> SaleFigures:
    return figures(Order(holding(*args, **given), D(quantity), sold))


def setting(**given: Any) -> Setting:
    law = tax_year(2026)
    costs = dict.fromkeys(AssetClass, D("0.001"))
    made: dict[str, Any] = {
        "facts": TaxReturn(law, FilingStatus.SINGLE, D(86_100), ZERO, ZERO, D(16_100), Carryover()),  # 70,000 at 22%
        "taken": Gains(),
        "assumptions": Assumptions(
            years_to_sale=ZERO, round_trip_cost=costs, cost_per_sale=D(1), waiting_cost=D("0.0001")
        ),
        "identity": lambda held: held.lot.symbol,
        "identity_of_symbol": lambda symbol: symbol,
        "purchases": (),
        "first_day": date(2026, 12, 1),
        "carryover": CarryoverValue(((None, D("0.1")),)),
    }
    return Setting(**(made | given))


def bought(name: str = "new", quantity: int = 4, day: date = DAY, **given: Any) -> ReplacementPurchase:
    kind = given.pop("kind", AccountKind.TAXABLE)
    return ReplacementPurchase(name, "mine", kind, given.pop("symbol", "AAA"), day, D(quantity), **given)


# --- one sale ---


@pytest.mark.parametrize(("price", "basis"), [(None, "2000"), ("100", None)])
def test_without_a_price_or_a_basis_there_are_no_figures(price: str | None, basis: str | None) -> None:
    with pytest.raises(ValueError, match="basis or price unknown"):
        sale(price, basis)


@pytest.mark.parametrize(
    ("price", "basis", "gain", "character"),
    [
        ("220", 2000, 200, Character.LONG),  # the giver's basis and days
        ("190", 1900, 0, Character.LONG),  # between the two: neither gain nor loss
        ("170", 1800, -100, Character.SHORT),  # the value on the day of the gift, and days from then on
    ],
)
def test_a_gift_has_a_basis_for_losses(price: str, basis: int, gain: int, character: Character) -> None:
    """§ 1015(a), Reg. § 1.1015-1(a)(2); Pub. 550 on the holding period. Given in March, worth 1,800."""
    found = sale(price, acquired=date(2026, 3, 2), holding_since=LONG_AGO, loss_basis=D(1800))
    assert (found.basis, found.gain, found.character) == (basis, gain, character)


def test_tacked_days_count_where_there_is_one_basis() -> None:
    assert sale(acquired=date(2026, 3, 2), holding_since=LONG_AGO).character is Character.LONG
    assert sale(acquired=date(2026, 3, 2)).character is Character.SHORT


def test_a_part_of_a_lot_takes_its_share_of_all_its_amounts() -> None:
    found = sale("90.01", "1000.01", quantity=3, moved=D("70.50"), loss_basis=D("950.01"))
    assert (found.proceeds, found.basis, found.moved) == (D("270.03"), D("285.00"), D("21.15"))
    assert sale().moved == 0


@pytest.mark.parametrize(
    ("symbol", "acquired", "expected"),
    [("GLD", LONG_AGO, True), ("GLD", date(2026, 3, 2), False), ("SPY", LONG_AGO, False)],
)
def test_only_long_term_gain_on_metal_is_28_percent_gain(symbol: str, acquired: date, expected: bool) -> None:
    assert sale(symbol=symbol, asset_class=AssetClass.ETF, acquired=acquired).collectible is expected


# --- sales together: the objective ---


def test_a_loss_by_hand() -> None:
    """1,000 at 22%; φ = 15% of 1,000 and of the 200 that past losses give up; 0.1% and ten days at 0.01%, and $1."""
    found = evaluate(setting(given_up=D(200)), [Order(holding(), D(10), DAY)]).benefit
    assert (found.tax_saved, found.deferred_tax, found.trading_cost) == (220, 180, 3)
    assert (found.carryover_value, found.total) == (0, 37)


@pytest.mark.parametrize("taken", [Gains(D(-5_000)), Gains(ZERO, D(-5_000))])
def test_a_loss_that_is_carried_by_hand(taken: Gains) -> None:
    found = evaluate(setting(taken=taken), [Order(holding(), D(10), DAY)]).benefit
    assert (found.tax_saved, found.carryover_value) == (0, 100)


@pytest.mark.parametrize(("price", "value"), [("100", "100"), ("250", "-71.43")])
def test_a_sale_of_next_year_is_netted_there(price: str, value: str) -> None:
    """A loss of 1,000 at 10 cents a dollar; a gain of 500 taxed at 15% a year on."""
    found = evaluate(setting(), [Order(holding(price), D(10), date(2027, 1, 4))])
    assert (found.benefit.tax_saved, found.benefit.carryover_value) == (0, D(value))
    assert found.year.schedule_d.total == 0


def test_what_next_year_nets_to_nothing_is_worth_nothing() -> None:
    assert [worth_next_year(setting(), D(net)) for net in (0, 10, -105)] == [0, 1, -15]


def test_sums_of_sales_are_by_kind_and_year() -> None:
    metal = {"symbol": "GLD", "asset_class": AssetClass.ETF}
    sales = [
        replace(sale(), disallowed_loss=D(400), permanently_lost=D(100)),
        replace(sale("300", acquired=date(2026, 3, 2)), moved=D(30)),
        sale("500", **metal),
        sale("210", sold=date(2027, 1, 4)),
    ]
    found = totals(setting(assumptions=Assumptions(round_trip_cost=dict.fromkeys(AssetClass, ZERO))), sales)
    assert found.gains == Gains(D(1000), D(2400), D(3000), D(370))
    assert (found.basis_given_up, found.put_off) == (600 - 1000 - 3000 - 100 + 100, -100)


def test_what_was_taken_and_carried_in_comes_before_the_sales() -> None:
    given = setting(taken=Gains(D(1_000), D(2_000), D(300)))
    facts = replace(given.facts, carryover=Carryover(D(100), D(200)))
    assert before_sales(facts, given.taken) == (900, 1_800, 300)


def test_totals_change_by_what_goes_and_what_comes() -> None:
    one, out, into = (SaleTotals(Gains(D(n), D(2 * n)), D(3 * n), D(4 * n), D(5 * n)) for n in (100, 10, 1))
    assert one.changed(out, into) == SaleTotals(Gains(D(91), D(182)), D(273), D(364), D(455))


# --- sales together: § 1091 ---


def washed(purchases: tuple[ReplacementPurchase, ...], *sales: SaleFigures, **given: Any) -> list[tuple[int, int]]:
    found = after_wash_sales(setting(purchases=purchases, **given), list(sales))
    return [(int(figure.disallowed_loss), int(figure.permanently_lost)) for figure in found]


@pytest.mark.parametrize(
    ("day", "disallowed"),
    [("2026-11-10", 0), ("2026-11-11", 400), ("2026-12-11", 400), ("2027-01-10", 400), ("2027-01-11", 0)],
)
def test_a_purchase_within_30_days_replaces_share_for_share(day: str, disallowed: int) -> None:
    """Four of ten shares, sold at a loss of 1,000. § 1091(a), (b)."""
    assert washed((bought(day=date.fromisoformat(day)),), sale()) == [(disallowed, 0)]


@pytest.mark.parametrize(
    ("purchase", "given", "expected"),
    [
        (bought(symbol="BBB"), {}, (0, 0)),
        (bought(symbol="BBB"), {"identity_of_symbol": lambda _: "alike"}, (400, 0)),
        (bought(), {"identity": lambda _: None}, (0, 0)),  # § 1091 does not reach it
        (bought(kind=AccountKind.IRA), {}, (400, 400)),  # Rev. Rul. 2008-5
        (bought(lot_id="old"), {}, (0, 0)),  # itself: Rev. Rul. 56-602
        (bought(owner=Owner.SPOUSE), {"conventions": replace(DEFAULTS, spouse_keeps_the_loss=False)}, (400, 400)),
        (
            bought(owner=Owner.SPOUSE),
            {"conventions": replace(DEFAULTS, spouse_keeps_the_loss=False), "spouses": frozenset({"mine"})},
            (400, 0),
        ),
    ],
)
def test_what_replaces_and_where_the_loss_goes(
    purchase: ReplacementPurchase, given: dict[str, Any], expected: tuple[int, int]
) -> None:
    assert washed((purchase,), sale(), **given) == [expected]


def test_a_share_replaces_once_and_two_purchases_add_up() -> None:
    """Reg. § 1.1091-1(e): four shares, two sales of ten on two days, and the earlier takes them all."""
    later = sale(lot_id="other", sold=date(2026, 12, 14))
    assert washed((bought(),), later, sale()) == [(0, 0), (400, 0)]
    assert washed((bought(), bought("more", 5), bought("before", 1, date(2026, 9, 1))), sale()) == [(900, 0)]
    assert washed((bought(), bought("ira", 5, kind=AccountKind.IRA)), sale()) == [(900, 500)]
    assert washed((bought(quantity=12),), later, sale()) == [(200, 0), (1000, 0)]


def test_a_gain_uses_replacements_up_where_the_household_says_so() -> None:
    """C3, I-06: ten shares sold at a gain, acquired earlier, take the four."""
    winner = sale("300", lot_id="winner", acquired=date(2019, 3, 1))
    using = replace(DEFAULTS, gains_use_up_replacements=True)
    assert washed((bought(),), sale(), winner) == [(400, 0), (0, 0)]
    assert washed((bought(),), sale(), winner, conventions=using) == [(0, 0), (0, 0)]


def recent(quantity: int, sold: date) -> SaleFigures:
    """Of four shares bought on 1 December, so many sold at a gain."""
    lot = holding("300", "800", lot_id="recent", acquired=date(2026, 12, 1), quantity=D(4))
    return figures(Order(lot, D(quantity), sold))


@pytest.mark.parametrize(("quantity", "disallowed"), [(4, 0), (3, 100), (1, 300)])
@pytest.mark.parametrize("day", [date(2026, 12, 10), DAY])
def test_shares_sold_by_the_end_of_the_day_replace_nothing(quantity: int, disallowed: int, day: date) -> None:
    """C1, I-01: of four shares those still held replace."""
    made = (bought(day=date(2026, 12, 1), lot_id="recent"),)
    assert washed(made, sale(), recent(quantity, day)) == [(disallowed, 0), (0, 0)]


@pytest.mark.parametrize(
    ("day", "conventions"),
    [
        (date(2026, 12, 14), DEFAULTS),  # still held on the day of the loss
        (DAY, replace(DEFAULTS, gone_shares_replace=True)),
        (DAY, replace(DEFAULTS, days_sales_together=False)),  # the earlier acquired goes first: C7, I-31
    ],
)
def test_what_takes_on_a_loss_and_is_sold_is_a_chain(day: date, conventions: Any) -> None:
    made = (bought(day=date(2026, 12, 1), lot_id="recent"),)
    with pytest.raises(ChainedSale):
        washed(made, sale(), recent(4, day), conventions=conventions)


def test_sales_of_a_day_one_by_one_go_by_acquisition() -> None:
    """C7: the later acquired goes last; what it replaces of an earlier lot is gone for itself, and is not sold yet."""
    one_by_one = replace(DEFAULTS, days_sales_together=False)
    younger = sale(lot_id="younger", acquired=date(2021, 1, 4))
    assert washed((bought(),), younger, sale(), conventions=one_by_one) == [(0, 0), (400, 0)]
    made = (bought(day=date(2026, 12, 1), lot_id="recent"),)
    assert washed(made, recent(4, date(2026, 12, 10)), sale(), conventions=one_by_one) == [(0, 0), (0, 0)]
    before = bought("before", 10, date(2026, 11, 12))  # it takes the old lot's loss; when the third's turn comes
    third = sale(lot_id="third", acquired=date(2026, 12, 5))  # the recent shares are sold
    both = washed((before, *made), sale(), recent(4, DAY), third, conventions=one_by_one)
    assert both == [(1000, 0), (0, 0), (0, 0)]

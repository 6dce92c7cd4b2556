"""Orders for brokers' programming interfaces: the rule that takes just the plan's lots, or the lots by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from planner.analysis.lot_methods import LotMethod, method_that_sells, security_orders
from planner.analysis.lot_orders import lot_orders
from planner.domain.household import Account
from planner.domain.plan import Sale
from planner.domain.portfolio import Holding
from planner.loader.assembly.folder import is_our_own
from planner.loader.reading.layout import SourceFile
from planner.report.files.api_orders import public_file, schwab_file
from planner.report.files.basket import basket_file
from planner.report.files.letter import letter_file
from rules.terms import AssetClass, Lot
from tests.reporting.made_plans import COINS, made_case, made_plan, sale

D = Decimal


def lot(lot_id: str, acquired: str | None, cost: int | None, units: int = 10) -> Lot:
    day = None if acquired is None else date.fromisoformat(acquired)
    return Lot(lot_id, "Schwab", "VXUS", AssetClass.ETF, D(units), day, None if cost is None else D(cost))


OLD, MIDDLE, NEW = lot("old", "2020-01-02", 500), lot("middle", "2022-01-03", 900), lot("new", "2024-01-02", 700)


def rule(sold: Mapping[str, int], *lots: Lot) -> LotMethod | None:
    return method_that_sells({k: D(v) for k, v in sold.items()}, lots, {each.lot_id: each.quantity for each in lots})


@pytest.mark.parametrize(
    ("sold", "expected"),
    [
        ({"old": 10}, LotMethod.FIFO),
        ({"old": 10, "middle": 4}, LotMethod.FIFO),
        ({"new": 3}, LotMethod.LIFO),
        ({"middle": 10}, LotMethod.HIGH_COST),
        ({"middle": 10, "new": 1}, LotMethod.HIGH_COST),
        ({"old": 4, "middle": 4}, None),
        ({"old": 10, "middle": 10, "new": 10}, LotMethod.FIFO),
    ],
)
def test_a_rule_is_named_only_where_it_takes_these_units_and_no_others(
    sold: Mapping[str, int], expected: LotMethod | None
) -> None:
    assert rule(sold, OLD, MIDDLE, NEW) is expected


def test_low_cost_takes_the_cheapest_unit_first_whatever_the_lots_size() -> None:
    """$50 a share in a lot of 10 and $40 in one of 30 that cost more in all."""
    assert rule({"b": 30}, lot("a", "2020-01-02", 500), lot("b", "2022-01-03", 1200, 30), NEW) is LotMethod.LOW_COST


def test_lots_that_a_rule_cannot_tell_apart_are_not_left_to_it() -> None:
    twin = lot("twin", "2020-01-02", 800)
    assert rule({"old": 10}, OLD, twin, NEW) is LotMethod.LOW_COST  # FIFO: which of the two of that day?
    assert rule({"old": 10, "twin": 10}, OLD, twin, NEW) is LotMethod.FIFO
    assert rule({"old": 10}, OLD, lot("twin", "2020-01-02", 500), NEW) is None


def test_a_lot_of_unknown_day_or_cost_leaves_no_rule() -> None:
    assert rule({"old": 10}, OLD, lot("x", None, 900)) is None
    assert rule({"old": 10}, OLD, lot("x", "2024-01-02", None)) is None


def written(content: bytes) -> list[dict[str, Any]]:
    orders: list[dict[str, Any]] = json.loads(content)["orders"]
    return orders


def sold(lot_id: str, units: int, day: int = 15) -> Sale:
    return replace(sale(lot_id), quantity=D(units), whole_lot=units == 10, date=date(2026, 12, day))


def grouped(*sales: Sale, lots: tuple[Lot, ...] = (OLD, MIDDLE, NEW)) -> Any:
    case = made_case([Holding(each, D(60), "lots.csv:2") for each in lots])
    return security_orders(lot_orders(made_plan(*sales), case), case)


def test_schwabs_order_of_a_day_is_one_with_the_rule() -> None:
    exported = schwab_file(grouped(sold("old", 10), sold("middle", 4)))
    (entry,) = written(exported.content)
    assert entry["date"] == "2026-12-15"
    assert entry["order"] == {
        "orderType": "LIMIT", "session": "NORMAL", "duration": "DAY", "price": "60.00", "orderStrategyType": "SINGLE",
        "taxLotMethod": "FIFO",
        "orderLegCollection": [
            {"instruction": "SELL", "quantity": 14, "instrument": {"symbol": "VXUS", "assetType": "EQUITY"}}
        ],
    }  # fmt: skip
    assert exported.left_out == ()


def test_a_file_of_orders_in_the_households_folder_is_no_account() -> None:
    source = SourceFile("o.json", schwab_file(grouped(sold("old", 10))).content, date(2026, 12, 8))
    assert is_our_own(source)


def test_what_was_sold_on_an_earlier_day_is_gone() -> None:
    first, second = written(schwab_file(grouped(sold("old", 10), sold("middle", 10, day=16))).content)
    assert (first["order"]["taxLotMethod"], second["order"]["taxLotMethod"]) == ("FIFO", "FIFO")


def test_where_no_rule_does_the_lots_are_chosen_on_the_screen() -> None:
    exported = schwab_file(grouped(sold("old", 4), sold("middle", 4)))
    assert written(exported.content)[0]["order"]["taxLotMethod"] == "SPECIFIC_LOT"
    assert "choose them on the broker's screen" in " ".join(exported.left_out)


def test_fractions_and_coins_are_placed_by_hand() -> None:
    held = Lot(COINS.lot_id, "Wallet", "BTC", AssetClass.CRYPTO, D(1), date(2026, 1, 14), D(9))
    part = replace(sold("old", 10), quantity=D("9.5"))
    exported = schwab_file(grouped(part, COINS, lots=(OLD, MIDDLE, held)))
    assert written(exported.content) == []
    assert exported.left_out == ("2 orders to place by hand (fractions, crypto)",)


def test_publics_order_names_each_lot_by_the_brokers_id() -> None:
    exported = public_file(grouped(sold("old", 4), replace(sold("middle", 4), quantity=D("4.5"))))
    (entry,) = written(exported.content)
    order = entry["order"]
    assert str(UUID(order.pop("orderId")))
    assert order == {
        "instrument": {"symbol": "VXUS", "type": "EQUITY"}, "orderSide": "SELL", "orderType": "LIMIT",
        "expiration": {"timeInForce": "DAY"}, "quantity": "8.5", "limitPrice": "60.00",
        "taxLotMatchingInstructions": [
            {"taxLotId": "middle", "quantity": "4.5"}, {"taxLotId": "old", "quantity": "4"},
        ],
    }  # fmt: skip


def test_the_same_order_twice_has_one_id_and_another_order_another() -> None:
    def ids(units: int) -> str:
        return str(written(public_file(grouped(sold("old", units))).content)[0]["order"]["orderId"])

    assert ids(4) == ids(4) != ids(5)


def test_a_lot_that_only_harvest_names_is_in_no_order_of_publics() -> None:
    own = lot("Schwab:VXUS:2020-01-02:1", "2020-01-02", 500)
    exported = public_file(grouped(sold(own.lot_id, 10), lots=(own,)))
    assert written(exported.content) == []
    assert "give them in the column lot_id" in exported.left_out[0]


# --- what else names a lot ---


def test_two_lots_of_a_long_name_have_two_references_in_a_basket() -> None:
    long = "Interactive Brokers Individual Account U8812345"
    lots = [replace(lot(f"{long}:AVDV:2026-0{n}-15:1", f"2026-0{n}-15", 500), account=long) for n in (1, 2)]
    case = made_case([Holding(each, D(60), "lots.csv:2") for each in lots])
    plan = made_plan(*(replace(sold(each.lot_id, 10), account=long) for each in lots))
    text = basket_file(lot_orders(plan, case), long).content.decode()
    references = [line.rpartition(",")[2].strip() for line in text.splitlines()[1:]]
    assert len(set(references)) == 2
    assert all(len(reference) <= 40 for reference in references)


@pytest.mark.parametrize(("numbers", "shown"), [(("8812-345",), "8812-345"), ((), "____"), (("1", "2"), "____")])
def test_the_letter_has_the_accounts_number_where_there_is_one(numbers: tuple[str, ...], shown: str) -> None:
    case = made_case([Holding(OLD, D(60), "lots.csv:2")])
    accounts = (Account("Schwab", numbers=numbers),)
    case = replace(case, household=replace(case.household, accounts=accounts))
    text = letter_file(lot_orders(made_plan(sold("old", 10)), case), case).decode()
    assert f"Account number: {shown}" in text

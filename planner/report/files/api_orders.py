"""A plan's sales as the order bodies that two brokers' programming interfaces take. Nothing is sent by harvest.

Schwab's Trader API: an order has `taxLotMethod`, one of FIFO, LIFO, HIGH_COST, LOW_COST, AVERAGE_COST, SPECIFIC_LOT and
LOSS_HARVESTER, and no field that names a lot (developer.schwab.com, Accounts and Trading; fractions are not taken).
Public's: `taxLotMatchingInstructions` names each lot by the broker's own `taxLotId` (public.com/api/docs, Place order;
its changelog of 2026-07-20).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from planner.analysis.lot_methods import SecurityOrder
from planner.domain.swaps import Swap
from planner.report.files.exported import Exported
from planner.report.files.orders import identification
from planner.report.files.swap_rows import purchases_to_order
from planner.report.json_documents.orders import OrderJson, orders_document
from planner.report.json_documents.text import as_json
from planner.report.words import ASSET_CLASS, count, quantity
from rules.terms import AssetClass, to_cents

_CARRIED = {AssetClass.STOCK, AssetClass.ETF}
SPECIFIC = "SPECIFIC_LOT"


def schwab_file(orders: Iterable[SecurityOrder], swaps: Sequence[Swap] = ()) -> Exported:
    """An order for each security, day by day, with the rule that takes just the plan's lots; then what is bought."""
    found = list(orders)
    carried = [order for order in found if _is_listed(order) and order.quantity == int(order.quantity)]
    bodies = [_entry(order, _schwab(order)) for order in carried]
    bought, missing = purchases_to_order(swaps)
    bodies += [_purchase(swap, _schwab_purchase(swap)) for swap in bought]
    return Exported(_written(bodies), (*_said_of_schwab(found, carried), *missing))


def _schwab(order: SecurityOrder) -> dict[str, Any]:
    sale = order.first.sale
    method = order.method.value if order.method else SPECIFIC
    return _schwab_leg("SELL", sale.symbol, int(order.quantity), order.first.price, {"taxLotMethod": method})


def _schwab_purchase(swap: Swap) -> dict[str, Any]:
    assert swap.instead is not None
    assert swap.price is not None
    return _schwab_leg("BUY", swap.instead.symbol, int(swap.quantity or 0), swap.price)


def _schwab_leg(
    instruction: str, symbol: str, units: int, price: Decimal, lots: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    return {
        "orderType": "LIMIT",
        "session": "NORMAL",
        "duration": "DAY",
        "price": str(to_cents(price)),
        "orderStrategyType": "SINGLE",
        **lots,
        "orderLegCollection": [
            {
                "instruction": instruction,
                "quantity": units,
                "instrument": {"symbol": symbol, "assetType": "EQUITY"},
            }
        ],
    }


def _said_of_schwab(orders: list[SecurityOrder], carried: list[SecurityOrder]) -> Iterator[str]:
    yield from _not_carried(orders, carried)
    by_hand = sum(order.method is None for order in carried)
    if by_hand:
        yield (
            f"{count(by_hand, 'order')} with {SPECIFIC}: an order names no lots, so choose them on the broker's screen "
            "before it settles"
        )


def public_file(orders: Iterable[SecurityOrder], swaps: Sequence[Swap] = ()) -> Exported:
    """An order for each security, day by day, with each lot by the broker's own id; then what is bought."""
    found = list(orders)
    listed = [order for order in found if _is_listed(order)]
    carried = [order for order in listed if all(map(_is_brokers_id, _lot_ids(order)))]
    bodies = [_entry(order, _public(order)) for order in carried]
    said = [*_not_carried(found, listed)]
    if unnamed := len(listed) - len(carried):
        said.append(
            f"{count(unnamed, 'order')} left out: its lots have no id of the broker's; give them in the column lot_id"
        )
    bought, missing = purchases_to_order(swaps)
    bodies += [_purchase(swap, _public_purchase(swap)) for swap in bought]
    return Exported(_written(bodies), (*said, *missing))


def _public(order: SecurityOrder) -> dict[str, Any]:
    sale = order.first.sale
    named = [str(sale.date), sale.account, sale.symbol, *_lot_ids(order), str(order.quantity)]
    return _public_order("SELL", sale.symbol, order.quantity, order.first.price, named) | {
        "taxLotMatchingInstructions": [
            {"taxLotId": lot_id, "quantity": _plain(each.sale.quantity)}
            for lot_id, each in zip(_lot_ids(order), order.orders, strict=True)
        ],
    }


def _public_purchase(swap: Swap) -> dict[str, Any]:
    assert swap.instead is not None
    assert swap.price is not None
    assert swap.quantity is not None
    bought = swap.instead.symbol
    named = ["buy", str(swap.day), swap.account, bought, f"for {swap.symbol}", str(swap.quantity)]
    return _public_order("BUY", bought, swap.quantity, swap.price, named)


def _public_order(side: str, symbol: str, units: Decimal, price: Decimal, named: Sequence[str]) -> dict[str, Any]:
    return {
        "orderId": str(uuid5(NAMESPACE_URL, f"harvest:{'/'.join(named)}")),  # the same order twice is one order
        "instrument": {"symbol": symbol, "type": "EQUITY"},
        "orderSide": side,
        "orderType": "LIMIT",
        "expiration": {"timeInForce": "DAY"},
        "quantity": _plain(units),
        "limitPrice": str(to_cents(price)),
    }


def _purchase(swap: Swap, body: dict[str, Any]) -> OrderJson:
    return {"date": swap.day.isoformat(), "account": swap.account, "lots": [], "order": body}


def _entry(order: SecurityOrder, body: dict[str, Any]) -> OrderJson:
    sale = order.first.sale
    return {
        "date": sale.date.isoformat(),
        "account": sale.account,
        "lots": [identification(each) for each in order.orders],
        "order": body,
    }


def _lot_ids(order: SecurityOrder) -> list[str]:
    return [each.sale.listed_id for each in order.orders]


def _is_brokers_id(lot_id: str) -> bool:
    """Not one that harvest made: account, symbol and day, between colons."""
    return ":" not in lot_id


def _is_listed(order: SecurityOrder) -> bool:
    return order.first.sale.asset_class in _CARRIED


def _not_carried(orders: list[SecurityOrder], carried: list[SecurityOrder]) -> Iterator[str]:
    left = [order for order in orders if order not in carried]
    if left:
        kinds = dict.fromkeys(
            "fractions" if _is_listed(order) else ASSET_CLASS[order.first.sale.asset_class] for order in left
        )
        yield f"{count(len(left), 'order')} to place by hand ({', '.join(kinds)})"


def _plain(units: Any) -> str:
    return quantity(units).replace(",", "")


def _written(bodies: list[OrderJson]) -> bytes:
    return f"{as_json(orders_document(bodies))}\n".encode()  # the schema's name tells that the file is ours

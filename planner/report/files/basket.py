"""The plan's sales as a basket for Interactive Brokers' TWS (BasketTrader), which is transmitted by hand.

A basket says what is sold, not from which lot: lots are chosen in the broker's own tax optimizer, as the letter names
them. Each row's tag holds the day on which it is to be transmitted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from planner.analysis.lot_orders import LotOrder
from planner.domain.case import Case
from planner.domain.errors import InputError, Problem
from planner.domain.swaps import Swap
from planner.report.files.csv_file import Cell, csv_text
from planner.report.files.exported import Exported
from planner.report.files.swap_rows import purchases_to_order
from planner.report.words import ASSET_CLASS, count
from rules.terms import AssetClass, to_cents

_COLUMNS = (
    "Action", "Quantity", "Symbol", "SecType", "Exchange", "Currency", "TimeInForce", "OrderType", "LmtPrice",
    "BasketTag", "OrderRef",
)  # fmt: skip
_CARRIED = {AssetClass.STOCK, AssetClass.ETF}
_CALLED_SO = re.compile(r"\b(ibkr|interactive brokers)\b", re.IGNORECASE).search
_IBKR_LAYOUTS = "ibkr_"
_LONGEST_REFERENCE = 40


def basket_file(orders: Sequence[LotOrder], account: str, swaps: Sequence[Swap] = ()) -> Exported:
    """One row for each lot of an account, a day's limit order at the last price; after the sales, the purchases."""
    orders = [order for order in orders if order.sale.account == account]
    carried = [order for order in orders if _fits(order)]
    rows: list[tuple[Cell, ...]] = [
        (
            "SELL",
            order.sale.quantity,
            order.sale.symbol,
            "STK",
            "SMART",
            "USD",
            "DAY",
            "LMT",
            to_cents(order.price),
            f"harvest-{order.sale.date}",
            _plain(order.sale.lot_id),
        )
        for order in carried
    ]
    bought, missing = purchases_to_order([swap for swap in swaps if swap.account == account])
    rows += [_purchase(swap) for swap in bought]
    return Exported(csv_text(_COLUMNS, rows).encode(), (*_left_out(orders), *missing))


def _purchase(swap: Swap) -> tuple[Cell, ...]:
    assert swap.instead is not None
    assert swap.price is not None
    return (
        "BUY", swap.quantity, swap.instead.symbol, "STK", "SMART", "USD", "DAY", "LMT", to_cents(swap.price),
        f"harvest-{swap.day}", _plain(f"for:{swap.symbol}"),
    )  # fmt: skip


def _fits(order: LotOrder) -> bool:
    return order.sale.asset_class in _CARRIED and order.sale.quantity == int(order.sale.quantity)


def basket_account(case: Case) -> str:
    """The one account at Interactive Brokers: whose files are its own, else whose name says so. Raises InputError, with
    the accounts there are, where that is not just one."""
    theirs = {name for read in case.files if read.layout.startswith(_IBKR_LAYOUTS) for name in read.account.split(", ")}
    every = [account.name for account in case.household.accounts]
    found = sorted(theirs) or [name for name in every if _CALLED_SO(name)]
    if len(found) != 1:
        many = f"{', '.join(found)} are all at Interactive Brokers, and a basket holds the orders of one account"
        what = many if found else "no account is known to be at Interactive Brokers"
        remedy = "name the account: harvest export PATH ibkr --account NAME --output FILE; NAME is one of "
        raise InputError([Problem("ibkr", what, f"{remedy}{', '.join(found or every)}")])
    return found[0]


def _left_out(orders: Sequence[LotOrder]) -> list[str]:
    """What is to be sold by hand: other than shares, and fractions of them."""
    missing = Counter(
        "fraction of a share" if order.sale.asset_class in _CARRIED else ASSET_CLASS[order.sale.asset_class]
        for order in orders
        if not _fits(order)
    )
    if not missing:
        return []
    kinds = ", ".join(f"{kind}: {count(lots, 'lot')}" for kind, lots in sorted(missing.items()))
    return [f"a basket cannot hold these; sell them by hand ({kinds})"]


def _plain(lot_id: str) -> str:
    """A reference that needs no quoting, which TWS may not read. Of a long id its end: symbol, day and number."""
    return "".join(sign if sign.isalnum() or sign in ":.-_" else "_" for sign in lot_id)[-_LONGEST_REFERENCE:]

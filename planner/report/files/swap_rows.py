"""The purchases of `--with-replacements` in the words that trade list, letter, calendar and orders share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from planner.analysis.lot_orders import LotOrder
from planner.domain.swaps import HIGHER, Swap
from planner.report.files.csv_file import Cell, csv_file
from planner.report.files.orders import COLUMNS, sale_row, units_of
from planner.report.words import day, money
from rules.terms import AssetClass, to_cents

_CARRIED = {AssetClass.STOCK, AssetClass.ETF}
_MORE = (
    "replaces", "estimated_cost", "may_be_bought_in", "swap_back_on", "tax_if_10_percent_higher",
    "dividends_qualified_from",
)  # fmt: skip


def purchase_in_words(swap: Swap) -> str:
    """`120 sh SCHB`, or `$4,310.00 of SCHB` where no file has a price."""
    assert swap.instead is not None
    if swap.quantity is None:
        return f"{money(swap.dollars)} of {swap.instead.symbol}"
    return units_of(swap.quantity, swap.instead.symbol, swap.asset_class)


def purchase_order(swap: Swap) -> str:
    """What to type. Without a price the number of units is not known, and none is invented."""
    what = f"Buy {purchase_in_words(swap)}"
    if swap.price is None:
        return f"{what}; no file has its price, so divide by the price you see"
    if swap.asset_class is AssetClass.FUND:
        return f"{what} at the day's closing price"
    return f"{what}, last price {money(swap.price)}; good for the day"


def purchases_to_order(swaps: Sequence[Swap]) -> tuple[list[Swap], list[str]]:
    """What a broker's order can carry, shares and listed funds in whole units at a known price; and what is said of the
    rest."""
    bought = [swap for swap in swaps if swap.instead is not None]
    carried = [swap for swap in bought if swap.asset_class in _CARRIED and _is_whole(swap.quantity)]
    missing = ", ".join(
        f"{swap.instead.symbol} for {swap.symbol}"
        for swap in bought
        if swap not in carried and swap.instead is not None
    )
    said = f"these purchases are left out (no price in the files, or no whole shares of a listed security): {missing}"
    return carried, [said] if missing else []


def _is_whole(units: Decimal | None) -> bool:
    return bool(units) and units == int(units or 0)


def swap_back_in_words(swap: Swap) -> str:
    """What swapping back would cost; empty where there is nothing to swap back."""
    if swap.back is None:
        return ""
    dividends = ""
    if swap.back.dividends:
        dividends = (
            f"; {money(swap.back.dividends)} of dividends would not be qualified, which costs "
            f"{money(swap.back.dividend_tax)}"
        )
    return (
        f"from {day(swap.back.on)}; at prices {100 * HIGHER:.0f}% higher a short-term gain of {money(swap.back.gain)}, "
        f"which costs {money(swap.back.tax)}{dividends}; dividends stay qualified if it is sold on "
        f"{swap.dividends_from} or later (§ 1(h)(11)(B)(iii))"
    )


def trades_with_swaps(orders: Sequence[LotOrder], swaps: Sequence[Swap]) -> bytes:
    """The trade list with both legs: each day's sales in an account, then what is bought with their proceeds. Only the
    sales are read back by `harvest compare --sales`."""
    rows = [(order.sale.date, order.sale.account, 0, [*sale_row(order), *[None] * len(_MORE)]) for order in orders]
    rows += [(swap.day, swap.account, 1, _purchase_row(swap)) for swap in swaps if swap.instead is not None]
    return csv_file((*COLUMNS, *_MORE), (row for *_, row in sorted(rows, key=lambda row: row[:3])))


def _purchase_row(swap: Swap) -> list[Cell]:
    assert swap.instead is not None
    known: dict[str, Cell] = {
        "date": swap.day,
        "account": swap.account,
        "action": "buy",
        "symbol": swap.instead.symbol,
        "quantity": swap.quantity,
        "asset_class": swap.asset_class.value,
        "price": swap.price,
        "order": purchase_order(swap),
        "reason": swap.instead.why,
        "replaces": swap.symbol,
        "estimated_cost": to_cents(swap.dollars if swap.cost is None else swap.cost),
        "may_be_bought_in": ", ".join(swap.accounts),
        "swap_back_on": swap.back.on if swap.back is not None else None,
        "tax_if_10_percent_higher": swap.back.tax if swap.back is not None else None,
        "dividends_qualified_from": swap.dividends_from,
    }
    return [known.get(column) for column in (*COLUMNS, *_MORE)]

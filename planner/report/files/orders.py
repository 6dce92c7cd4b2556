"""The orders of a plan in words: what is typed into a broker's screen, and how the lot is named."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from planner.analysis.lot_orders import LotOrder
from planner.domain.portfolio import Transaction
from planner.report.files.csv_file import Cell, csv_file
from planner.report.words import TERM, money, quantity
from rules.terms import AssetClass, to_cents

COLUMNS = (
    "date", "account", "action", "symbol", "quantity", "asset_class", "lot_id", "acquired", "basis", "price",
    "estimated_proceeds", "estimated_gain", "term", "order", "lot_identification", "wash_state", "disallowed_loss",
    "permanently_lost", "rebuy_on", "reason", "purchase_time", "purchase_fees", "purchase_id", "purchase_note",
)  # fmt: skip
_SHARES = {AssetClass.STOCK, AssetClass.ETF, AssetClass.FUND}


def trades_file(orders: Sequence[LotOrder]) -> bytes:
    """The trade list, a row for each lot. Proceeds and gain are estimates at today's price, a loss negative."""
    return csv_file(COLUMNS, map(sale_row, orders))


def sale_row(order: LotOrder) -> list[Cell]:
    """A sale under the columns of the trade list."""
    return [
        order.sale.date,
        order.sale.account,
        "sell",
        order.sale.symbol,
        order.sale.quantity,
        order.sale.asset_class.value,
        order.sale.lot_id,
        acquired(order),
        to_cents(order.sale.basis),
        order.price,
        to_cents(order.sale.proceeds),
        to_cents(order.sale.gain),
        TERM[order.sale.character],
        order_text(order),
        identification(order),
        None if order.sale.wash_state is None else order.sale.wash_state.value,
        to_cents(order.sale.disallowed_loss),
        to_cents(order.sale.permanently_lost),
        order.sale.rebuy_on,
        order.sale.reason,
        *_of_purchase(order.purchase),
    ]


def _of_purchase(row: Transaction | None) -> tuple[Cell, ...]:
    """What the history says of the purchase beside its day and cost."""
    if row is None:
        return None, None, None, None
    return row.moment, to_cents(row.fees), row.transaction_id, row.note


def units(order: LotOrder) -> str:
    """What is sold, with its unit."""
    return units_of(order.sale.quantity, order.sale.symbol, order.sale.asset_class)


def units_of(number: Decimal, symbol: str, asset_class: AssetClass) -> str:
    """So much of something, as forms and brokers put it: `100 sh NKE`, `0.5 BTC`."""
    return f"{quantity(number)}{' sh' if asset_class in _SHARES else ''} {symbol}"


def acquired(order: LotOrder) -> str:
    """The day of acquisition as a broker lists it."""
    if order.inherited:
        return "inherited"
    return "various" if order.acquired is None else order.acquired.isoformat()


def order_text(order: LotOrder) -> str:
    """What to type. A fund trades once a day, at a price that no one knows beforehand."""
    if order.sale.asset_class is AssetClass.FUND:
        return f"Sell {units(order)} at the day's closing price"
    return f"Sell {units(order)}, last price {money(order.price)}; good for the day"


def identification(order: LotOrder) -> str:
    """How the lot is named, with the whole cost the broker lists for it. Reg. § 1.1012-1(c)(3), (j)(3)."""
    sh = "sh" if order.sale.asset_class in _SHARES else "unit" if order.sale.quantity == 1 else "units"
    when = "inherited" if order.inherited else f"acquired {acquired(order)}"
    return (
        f"Specific lot: {quantity(order.sale.quantity)} {sh} {when}, cost {money(order.listed_basis)}; "
        "identify before execution"
    )

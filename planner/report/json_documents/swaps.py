"""`swaps` of `harvest.plan/1`: what is bought with the proceeds, and what the household is exposed to meanwhile."""

from __future__ import annotations

from decimal import Decimal

from planner.domain.swaps import HIGHER, Swap, SwapBack, Swaps
from planner.report.json_documents.values import (
    AssetClassWord,
    Day,
    Money,
    Quantity,
    TypedDict,
    filled,
)


class SwapBackJson(TypedDict):
    """Selling the replacement and buying what was sold on `date`. `gain` and `tax` at prices higher by the fraction
    `if_higher_by`; `dividends` are qualified ones that are ordinary if it is sold that day, at a cost of
    `dividend_tax`."""

    date: Day
    if_higher_by: Decimal
    gain: Money
    tax: Money
    dividends: Money
    dividend_tax: Money
    dividends_qualified_from: Day | None


class SwapJson(TypedDict):
    """A purchase with the proceeds of a symbol in an account. `buy` null: nothing is, see `why`. `price` and `quantity`
    null: no file has a price. `accounts`: where buying washes no loss."""

    symbol: str
    account: str
    date: Day
    proceeds: Money
    dollars: Money
    buy: str | None
    asset_class: AssetClassWord
    price: Decimal | None
    quantity: Quantity | None
    accounts: list[str]
    why: str
    swap_back: SwapBackJson | None


class ExposedJson(TypedDict):
    """Dollars at today's prices; `name` null is cash."""

    name: str | None
    before: Money
    during: Money
    after: Money


class ExposureJson(TypedDict):
    """The portfolio three ways."""

    by_symbol: list[ExposedJson]
    by_asset_class: list[ExposedJson]
    by_holding: list[ExposedJson]
    not_priced: int


class SwapsJson(TypedDict):
    """What is bought back. `drift`: dollars exposed to something else until `until` than before."""

    purchases: list[SwapJson]
    exposure: ExposureJson
    total: Money
    drift: Money
    until: Day | None
    cash_kept: Money


def swaps_document(swaps: Swaps) -> SwapsJson:
    return filled(
        SwapsJson,
        swaps,
        purchases=[_swap(swap) for swap in swaps.swaps],
        exposure=filled(ExposureJson, swaps),
        until=swaps.back_on,
    )


def _swap(swap: Swap) -> SwapJson:
    instead = swap.instead
    return filled(
        SwapJson,
        swap,
        date=swap.day,
        buy=instead and instead.symbol,
        why=swap.why_none if instead is None else instead.why,
        swap_back=swap.back and _back(swap, swap.back),
    )


def _back(swap: Swap, back: SwapBack) -> SwapBackJson:
    return filled(SwapBackJson, back, date=back.on, if_higher_by=HIGHER, dividends_qualified_from=swap.dividends_from)

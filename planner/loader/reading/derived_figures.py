"""What follows from a broker's figures: those it does not print, what a price is per, and whether a total is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal

from planner.domain.case import Check
from planner.domain.errors import Caution
from planner.loader.tables.sheet import Sheet
from rules.option_contracts import SHARES_PER_CONTRACT, option_underlying
from rules.terms import CENT, ZERO

DIGITS = Context(prec=12)  # of a price that only follows from a value
PER_HUNDRED = Decimal("0.01")  # bonds are quoted in percent of face value


Amounts = Sequence[Decimal | None]


def completed(
    sheet: Sheet, quantity: Amounts, basis: Amounts, market_value: Amounts
) -> tuple[list[Decimal | None], list[Decimal | None]]:
    """Basis and market value of each lot, where one of them follows from the gain stated, or from a cost per unit."""
    gains = sheet.amounts("gain")
    unit_bases = sheet.not_negative("unit_basis", "write what one unit cost as a positive amount")
    costs: list[Decimal | None] = []
    values: list[Decimal | None] = []
    for units, cost, value, gain, unit_basis in zip(quantity, basis, market_value, gains, unit_bases, strict=True):
        if cost is None and value is not None and gain is not None:
            cost = value - gain
        elif cost is None and unit_basis is not None and units is not None:
            cost = units * unit_basis
        if value is None and cost is not None and gain is not None:
            value = cost + gain
        costs.append(cost)
        values.append(value)
    return costs, values


def unit_price(symbol: str, quantity: Decimal, price: Decimal | None, market_value: Decimal | None) -> Decimal | None:
    """What one unit of `quantity` is worth: a quote is per share of an option contract and per 100 of a bond.

    The stated value tells which; without one, or where none fits, an option's symbol does.
    """
    if price is None:
        return None if market_value is None else DIGITS.divide(market_value, quantity)
    usual = SHARES_PER_CONTRACT if option_underlying(symbol) else Decimal(1)
    if market_value is not None:
        for multiplier in (usual, Decimal(1), SHARES_PER_CONTRACT, PER_HUNDRED):
            value = quantity * price * multiplier
            if abs(value - market_value) <= max(abs(market_value) / 100, CENT * quantity * multiplier):
                return price * multiplier
    return price * usual


def total_checks(
    stated: Mapping[str, Decimal | None], rows: Mapping[str, Sequence[Decimal | None]], *, of: str = ""
) -> list[Check]:
    """Each column whose total is stated beside the sum of its rows, a cent a row allowed; `of` says whose total it is.

    A column with an unknown cell is not compared: unknown is not zero.
    """
    return [
        Check.within(
            f"total {column.replace('_', ' ')}{of}",
            total,
            sum(filter(None, rows[column]), ZERO),
            CENT * max(len(rows[column]), 1),
        )
        for column, total in stated.items()
        if total is not None and None not in rows[column]
    ]


def total_cautions(where: str, checks: Iterable[Check]) -> list[Caution]:
    """A caution for each total that is not the sum of its rows."""
    return [
        Caution(
            "total_differs",
            f"{where}: the file states a {check.what} of {check.stated:,} and its rows sum to {check.found:,}; "
            "compare them with your broker's screen",
        )
        for check in checks
        if not check.agrees
    ]

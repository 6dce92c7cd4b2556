"""Lots and sales whose figures do not go together: a unit's basis as the lot's, cents as dollars, columns swapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import numpy as np

from planner.domain.case import Case
from planner.domain.portfolio import Holding, RealizedDisposition
from planner.domain.special import names
from planner.loader.plausibility.question import PlausibilityQuestion
from rules.terms import AccountKind, AssetClass

MOST_TIMES = Decimal(20)  # a value of so many times the basis, in the first years
LEAST_TIMES = Decimal(1) / 60  # and of so little: 98 percent lost
_ORDINARY = Decimal(50)  # times less than its basis is no value that is asked about
LEAST_OF_COINS = Decimal(1) / 100
_GROWTH = {AssetClass.CRYPTO: Decimal(2)}  # what a year may make of it after some years: a bitcoin of 2013 is honest
_USUAL_GROWTH = Decimal("1.45")
_YEARS_FREE = {AssetClass.CRYPTO: 3}
_USUAL_YEARS = 10
_OF_A_UNIT = Decimal(1) / 20  # proceeds so low that are asked about where they could be those of one unit
_ALIKE = Decimal(3)  # figures within a factor of it are alike
_SMALL = Decimal(50)  # dollars below which nothing is asked
_LONG_AGO = 75  # years
_NEARLY = 1 - 1e-9  # of a limit: floating-point amounts are off by less
_NOT_ASKED = {AssetClass.OPTION}  # they go to nothing, or to a hundred times, as a matter of course


def lots_asked_about(case: Case) -> Iterator[PlausibilityQuestion]:
    """Of accounts whose gains count: no one asks what a lot of an IRA has cost."""
    taxable = {account.name for account in case.household.accounts if account.kind is AccountKind.TAXABLE}
    for listed in _perhaps_asked_about(case):
        holding = replace(listed, worthless=True) if names(case.household.special.worthless, listed) else listed
        lot = holding.lot
        if lot.account not in taxable or lot.asset_class in _NOT_ASKED:
            continue
        what = f"{lot.quantity.normalize():f} {lot.symbol}"
        for code, why in _of_lot(holding, case.as_of):
            yield PlausibilityQuestion(
                code, holding.where, f"{what} {why}", (lot.symbol, lot.lot_id, lot.account), lot.lot_id
            )


def _perhaps_asked_about(case: Case) -> Iterator[Holding]:
    """All but the lots of the last decades that have a price, and a value of the order of their basis: nearly all."""
    lots, long_ago = case.lots, date(max(case.as_of.year - _LONG_AGO, 1), 1, 1).toordinal()
    basis, value = lots.numbers("basis"), lots.numbers("quantity") * lots.numbers("price")
    usual = (basis > 0) & (value > 0) & (value < basis * float(MOST_TIMES) * _NEARLY)
    usual &= (basis < value * float(_ORDINARY) * _NEARLY) & ((lots.days == 0) | (lots.days >= long_ago))
    return map(lots.__getitem__, np.flatnonzero(~usual).tolist())


def _of_lot(holding: Holding, as_of: date) -> Iterator[tuple[str, str]]:
    lot, price = holding.lot, holding.price
    if lot.acquired is not None and as_of.year - lot.acquired.year > _LONG_AGO:
        yield "acquired_long_ago", f"acquired on {lot.acquired}, {as_of.year - lot.acquired.year} years ago"
    if price == 0 and not holding.worthless:
        yield (
            "zero_price",
            ("at a price of zero: it cannot be sold at that price, and without a sale there is no loss (L-23)"),
        )
    if lot.basis == 0:
        yield "zero_basis", "with a basis of zero: if the basis is not known, find it or remove the lot"
    if price and lot.basis:
        value = price * lot.quantity
        if max(value, lot.basis) >= _SMALL and (why := _why_far(lot.quantity, lot.basis, price, holding, as_of)):
            figures = f"worth ${value:,.2f} at ${price:,.2f} each, with a basis of ${lot.basis:,.2f}"
            yield "value_far_from_basis", f"{figures}: {why}"


def _why_far(quantity: Decimal, basis: Decimal, price: Decimal, holding: Holding, as_of: date) -> str:
    """What was probably meant; blank where the figures go together."""
    lot = holding.lot
    times = price * quantity / basis
    most, least = _times(lot.asset_class, lot.acquired, as_of)
    if least <= times <= most:
        return ""
    if times > most and _alike(price, basis * quantity) and quantity >= _ALIKE * _ALIKE:
        return "basis and price look swapped; `basis` is for the whole lot, `price` for one unit"
    if times > most and _alike(basis, price):
        return "the two are nearly equal; `basis` is for the whole lot, `price` for one unit"
    if times > most and _alike(quantity, basis):
        return "the quantity looks like dollars; write how many units there are"
    if times > most:
        return f"{times:,.0f} times as much; check the decimal point of all three"
    return f"a {1 / times:,.0f}th of it; check the decimal point of all three"


def _times(asset_class: AssetClass, acquired: date | None, as_of: date) -> tuple[Decimal, Decimal]:
    """How many times its basis a lot may be worth, at most and at least, before it is asked about."""
    return _times_after(asset_class, as_of.year - acquired.year if acquired is not None else _LONG_AGO)


@cache
def _times_after(asset_class: AssetClass, years: int) -> tuple[Decimal, Decimal]:
    free = _YEARS_FREE.get(asset_class, _USUAL_YEARS)
    growth = _GROWTH.get(asset_class, _USUAL_GROWTH)
    least = LEAST_OF_COINS if asset_class is AssetClass.CRYPTO else LEAST_TIMES
    return MOST_TIMES * growth ** max(min(years, _LONG_AGO) - free, 0), least


def _alike(one: Decimal, other: Decimal) -> bool:
    return other <= one * _ALIKE and one <= other * _ALIKE


def sales_asked_about(case: Case) -> Iterator[PlausibilityQuestion]:
    """Sales of realized files whose proceeds are a unit's, or whose basis is missing."""
    for sold in case.realized:
        if sold.asset_class in _NOT_ASKED:
            continue
        for code, why in _of_sale(sold):
            what = f"the sale of {sold.quantity.normalize():f} {sold.symbol} on {sold.sold} {why}"
            yield PlausibilityQuestion(code, sold.where, what, (sold.symbol, sold.account))


def _of_sale(sold: RealizedDisposition) -> Iterator[tuple[str, str]]:
    if sold.basis == 0 and sold.proceeds:
        yield "zero_basis", "has a basis of zero, so all its proceeds count as gain"
    if not (sold.basis and sold.proceeds) or max(sold.basis, sold.proceeds) < _SMALL:
        return
    most, _ = _times(sold.asset_class, sold.acquired, sold.sold)
    times = sold.proceeds / sold.basis
    figures = f"had proceeds of ${sold.proceeds:,.2f} and a basis of ${sold.basis:,.2f}"
    if times < _OF_A_UNIT and _alike(sold.proceeds * sold.quantity, sold.basis):
        yield (
            "proceeds_far_from_basis",
            f"{figures}: the proceeds look like those of one unit; write the total",
        )
    elif times > most and _alike(sold.basis * sold.quantity, sold.proceeds):
        yield "proceeds_far_from_basis", f"{figures}: the basis looks like that of one unit; write the total"
    elif times > most:
        yield "proceeds_far_from_basis", f"{figures}, {times:,.0f} times as much; check the decimal points"

"""A state return (each begins with income under § 62) being filled in: its lines, and shared arithmetic.

Amounts may be Decimals or amounts that move (`planner.analysis.parametric_amount`): only sums, products by a rate and
comparisons are used, so that the tax's corners can be found exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rules.terms import ZERO
from rules.worksheet import Line

Schedule = Sequence[tuple[Decimal, Decimal]]
"""Marginal rates, each from a lower bound of taxable income up."""


class Form:
    """The lines so far. `line` notes an amount under the next number and hands it back."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def line(self, label: str, amount: Decimal) -> Decimal:
        self.lines.append(Line(str(len(self.lines) + 1), label, amount))
        return amount


def tax_by_schedule(income: Decimal, schedule: Schedule) -> Decimal:
    """The tax of a schedule of marginal rates; zero at and below its first bound."""
    tax = rate_below = ZERO
    for lower, rate in schedule:
        if income <= lower:
            break
        tax += (income - lower) * (rate - rate_below)
        rate_below = rate
    return tax


def at_least_zero(amount: Decimal) -> Decimal:
    """The amount, or zero where that is more."""
    return max(amount, ZERO)


def started_steps(excess: Decimal, size: Decimal, most: int) -> int:
    """How many steps of a size an excess has begun ("or fraction thereof"), up to a number."""
    count = 0
    while count < most and excess > count * size:
        count += 1
    return count


def full_steps(excess: Decimal, size: Decimal, most: int) -> int:
    """How many steps of a size an excess has completed, up to a number."""
    count = 0
    while count < most and excess >= (count + 1) * size:
        count += 1
    return count


def row_of(amount: Decimal, rows: Schedule, *, above: bool = False) -> Decimal:
    """The value of the last row whose bound the amount has reached, or, with `above`, passed. Zero before the first."""
    value = ZERO
    for bound, at in rows:
        if amount < bound or (above and amount <= bound):
            break
        value = at
    return value


def phased_out(amount: Decimal, excess: Decimal, width: Decimal) -> Decimal:
    """An amount that is phased out, in even steps, once the excess is as large as a width."""
    return amount - min(at_least_zero(excess) * (amount / width), amount)

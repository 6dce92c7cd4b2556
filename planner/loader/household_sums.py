"""What a household comes to, all together: beyond a trillion dollars no plan is made of it. docs/limits.md, L-151."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np

from planner.domain.case import Case
from planner.domain.columns import Floats
from planner.domain.errors import InputError, Problem
from planner.domain.portfolio import Holding, RealizedDisposition, Transaction
from planner.loader.tables.cells import CHECK_DIGITS, MOST_DOLLARS
from rules.terms import ZERO

NEAR = 0.999  # of the most: floating-point sums are off by less


def refuse_absurd_sums(case: Case) -> None:
    """Raises InputError, naming the largest, where the household's amounts are more than arithmetic carries."""
    lots = case.lots
    value, basis = lots.numbers("quantity") * lots.numbers("price"), lots.numbers("basis")
    held = [abs(value or ZERO) for value in lots.values] if _near_the_most(value) else []
    cost = [abs(basis or ZERO) for basis in lots.bases] if _near_the_most(basis) else []
    moved = [abs(trade.amount) + abs(trade.fees) for trade in case.transactions]
    sold = [max(abs(row.proceeds), abs(row.basis)) for row in case.realized]
    problems = [
        *_too_much("the lots' value is", held, case.holdings),
        *_too_much("the lots' basis is", cost, case.holdings),
        *_too_much("the transactions move", moved, case.transactions),
        *_too_much("the sales come to", sold, case.realized),
    ]
    if problems:
        raise InputError(problems)


def _near_the_most(amounts: Floats) -> bool:
    """Whether the exact sum of amounts need be looked at."""
    return bool(np.nansum(np.abs(amounts)) > NEAR * float(MOST_DOLLARS))


def _too_much(
    what: str, amounts: Sequence[Decimal], of: Sequence[Holding | Transaction | RealizedDisposition]
) -> Iterable[Problem]:
    total = sum(amounts, ZERO)
    if total >= MOST_DOLLARS:
        most, where = max((amount, row.where) for amount, row in zip(amounts, of, strict=True))
        text = f"{what} ${total:,.0f} in all, ${most:,.0f} of it here: a trillion dollars or more is not accepted"
        yield Problem(where, text, CHECK_DIGITS)

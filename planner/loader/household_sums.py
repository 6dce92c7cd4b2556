"""What a household comes to, all together: beyond a trillion dollars no plan is made of it. docs/limits.md, L-151."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import InputError, Problem
from planner.loader.tables.cells import CHECK_DIGITS, MOST_DOLLARS
from rules.terms import ZERO


def refuse_absurd_sums(case: Case) -> None:
    """Raises InputError, naming the largest, where the household's amounts are more than arithmetic carries."""
    held = [(abs(holding.price or ZERO) * holding.lot.quantity, holding.where) for holding in case.holdings]
    cost = [(abs(holding.lot.basis or ZERO), holding.where) for holding in case.holdings]
    moved = [(abs(trade.amount) + abs(trade.fees), trade.where) for trade in case.transactions]
    sold = [(max(abs(row.proceeds), abs(row.basis)), row.where) for row in case.realized]
    problems = [
        *_too_much("the lots' value is", held),
        *_too_much("the lots' basis is", cost),
        *_too_much("the transactions move", moved),
        *_too_much("the sales come to", sold),
    ]
    if problems:
        raise InputError(problems)


def _too_much(what: str, amounts: list[tuple[Decimal, str]]) -> Iterable[Problem]:
    total = sum((amount for amount, _ in amounts), ZERO)
    if total >= MOST_DOLLARS:
        most, where = max(amounts)
        text = f"{what} ${total:,.0f} in all, ${most:,.0f} of it here: a trillion dollars or more is not accepted"
        yield Problem(where, text, CHECK_DIGITS)

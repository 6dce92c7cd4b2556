"""What people do without a planner, as sales that a comparison values beside the plan (`planner.optimizer`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from planner.optimizer import Order, Question, rules_of_thumb

Rule = Callable[[Question], Sequence[Order]]


def nothing(question: Question) -> list[Order]:
    """No sale at all."""
    return []


def every_loss(question: Question) -> Sequence[Order]:
    """Every lot that has a loss."""
    return _orders(question, rules_of_thumb.every_loss)


def until_gains_are_zero(question: Question) -> Sequence[Order]:
    """Losers, until the year's net gain is no longer above zero."""
    return _orders(question, rules_of_thumb.until_gains_are_zero)


def _orders(question: Question, rule: rules_of_thumb.Rule) -> Sequence[Order]:
    lots = question.field.candidates
    return lots.whole(rule(lots, question.baseline, question.case.household.plan_limits))

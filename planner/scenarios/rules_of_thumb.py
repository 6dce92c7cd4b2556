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
    limits = question.case.household.plan_limits
    return rules_of_thumb.every_loss(question.field.candidates, question.baseline, limits)


def until_gains_are_zero(question: Question) -> Sequence[Order]:
    """Losers, until the year's net gain is no longer above zero."""
    limits = question.case.household.plan_limits
    return rules_of_thumb.until_gains_are_zero(question.field.candidates, question.baseline, limits)

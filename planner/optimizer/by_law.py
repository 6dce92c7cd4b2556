"""Where the pieces of the year are not the law (income edges cut into too many, or no time to cut them), the search
may take a harmful plan for a good one. By the law, none is given that is worth less than a rule of thumb, or nothing.
"""

from __future__ import annotations

from planner.optimizer.question import Question
from planner.optimizer.rules_of_thumb import RULES
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.wash_matching import ChainedSale


def best_by_law(question: Question, plan: Evaluation) -> Evaluation:
    """The plan, or what people do without a planner where that is worth more; purchases are canceled as in the plan."""
    lots, limits = question.field.candidates, question.case.household.plan_limits
    best = plan
    for orders in ([], *(lots.whole(rule(lots, question.baseline, limits)) for rule in RULES)):
        try:
            other = evaluate(question.setting, orders, question.baseline)
        except ChainedSale:
            continue
        if other.benefit.total > best.benefit.total and not broken_limits(question.case, other.sales):
            best = other
    return best

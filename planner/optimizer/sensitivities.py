"""Assumptions that the sales depend on: each changed alone, everything else as it is, and the sales sought again.

What a later year brings no one knows (contract, `[assumptions]`). Where another number that people could have written
changes more than one lot, the plan says so. Only the sales are sought: no bound is proved, and nothing is worded.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from planner.domain.carryover_value import carryover_value
from planner.domain.case import Case
from planner.domain.errors import InternalError, NoPlan
from planner.domain.household import INFINITY, Assumptions
from planner.domain.plan import Plan, Sensitivity
from planner.optimizer.annotate.time_left import SENSITIVITIES, TimeLeft
from planner.optimizer.candidates import candidates
from planner.optimizer.pipeline import SECONDS, answer_case, days_offered
from planner.optimizer.question import Question, SolvedQuestion
from planner.optimizer.solve import solve
from planner.optimizer.verify.lot_terms import lot_terms
from planner.optimizer.verify.setting import with_purchases

TRIED: tuple[tuple[str, Decimal | None], ...] = (
    ("years_to_use_carryover", Decimal(10)),
    ("years_to_use_carryover", Decimal(3)),
    ("years_to_use_carryover", None),  # the schedule of § 1211(b), for those who gave a number
    ("years_to_sale", INFINITY),  # a step-up, § 1014, or charity
    ("future_rate", Decimal("0.238")),  # 20% and § 1411
    ("discount_rate", Decimal("0.10")),
)
MOST_LOTS = 200  # that may be sold: each assumption is a search of its own
CPU_SECONDS = 3.0  # of computing for all of them


def plan_with_sensitivities(case: Case, *, seconds: float = SECONDS) -> Plan:
    """The best plan, and the assumptions that would change more than a lot of it. Raises as `answer_case` does.

    They are the first to stop where time runs out, which the plan says; with `january` the sales put off are not
    weighed, so none is shown.
    """
    deadline = time.monotonic() + seconds
    solved = answer_case(case, seconds=seconds)
    left = TimeLeft(deadline)
    found = tuple(_sensitivities(solved, left))
    cautions = (*solved.plan.cautions, *((SENSITIVITIES,) if left.cut else ()))
    return replace(solved.plan, sensitivities=found, cautions=cautions)


def _sensitivities(solved: SolvedQuestion, left: TimeLeft) -> Iterator[Sensitivity]:
    question = solved.question
    limits = question.case.household.plan_limits
    if not 1 < len(question.field.candidates.firsts) <= MOST_LOTS or limits.january or limits.exactly:
        return
    question = replace(
        question, setting=with_purchases(question.setting, question.purchases.fixed), cancelled=()
    )  # as it was before the plan called anything off
    sold = {sale.lot_id for sale in solved.plan.sales}
    stop = time.process_time() + CPU_SECONDS
    orders = tuple(sale.order for sale in solved.evaluation.sales)
    for key, value in TRIED:
        given = getattr(question.setting.assumptions, key)
        if value == given:
            continue
        budget = stop - time.process_time()
        left.cut = left.cut or budget < 0
        if left.is_over():
            return
        changed, until = _assuming(question, {key: value}), min(left.deadline, time.monotonic() + budget)
        try:
            search, evaluation, _ = solve(changed, until, budget, begun_with=orders)
        except NoPlan:
            left.cut = True
            return
        except InternalError:  # what else could be assumed is a remark: the plan itself stands without it
            continue
        if not search.ended:  # it may have come to other sales only because it was cut short
            left.cut = True
            continue
        sells = {sale.order.holding.lot.lot_id for sale in evaluation.sales}
        if len(sells ^ sold) > 1:
            yield Sensitivity(key, value, given, len(sells), len(sells ^ sold), evaluation.benefit.total)


def _assuming(question: Question, changed: dict[str, Decimal | None]) -> Question:
    """The question under other assumptions: what a carryover is worth, and what each sale costs, follow from them."""
    assumptions: Assumptions = replace(question.setting.assumptions, **changed)  # type: ignore[arg-type]
    case = replace(question.case, household=replace(question.case.household, assumptions=assumptions))
    worth = carryover_value(assumptions, question.setting.facts, question.baseline)
    setting = replace(question.setting, assumptions=assumptions, carryover=worth)
    field = candidates(case, days_offered(case, question.days))
    terms = lot_terms(field.candidates, setting, question.purchases, question.days, case.household.plan_limits)
    return replace(question, case=case, setting=setting, field=field, lot_terms=terms)

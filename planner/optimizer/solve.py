"""A question solved: the search on a model of it, again until its plan keeps every limit in exact cents, and tidied."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from functools import partial

import numpy as np

from planner.domain.errors import InternalError, NoPlan, NoPlanInTime, Problem
from planner.domain.plan_limits import PlanLimits, SumOf
from planner.ledger.replacement_purchases import called_off_as
from planner.optimizer.by_law import best_by_law
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.edges import edge_margin
from planner.optimizer.feasibility import no_combination
from planner.optimizer.needed import needed
from planner.optimizer.program.economy import economy_of
from planner.optimizer.program.too_late import TooLate
from planner.optimizer.program.wash_groups import Around, couplings
from planner.optimizer.question import Question
from planner.optimizer.rules_of_thumb import RULES
from planner.optimizer.search.search import search
from planner.optimizer.search.task import Found, Infeasible, OutOfTimeError, Proposal, Task
from planner.optimizer.tidy import tidied
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.lot_terms import LotTerms, lot_terms, standing
from planner.optimizer.verify.sale_figures import Order, SaleFigures
from planner.optimizer.verify.setting import with_purchases
from rules.terms import CENT, ZERO

ROUNDING = Decimal("0.03")  # half a cent for each of the six figures of a plan that are rounded to the cent
CLEARANCE = 0.05  # dollars by which a plan is kept away from a jump in the state's tax, where it landed on one
ATTEMPTS = 4  # to meet a limit in exact cents that floats met to within a cent


def solve(
    question: Question, deadline: float, seconds: float, afterwards: float = 0.0, begun_with: Sequence[Order] = ()
) -> tuple[Found, Evaluation, Question]:
    """The best plan, sought from rules of thumb on and from the sales that it is `begun_with`.

    With `edge_margin` the best that keeps this distance, unless that costs more dollars than the distance has: then no
    plan keeps it on this side of the jump, or none that is worth it.
    """
    apart = edge_margin(question.case.household)
    solved = partial(_solved, question, deadline, seconds, afterwards, begun_with)
    if not apart:
        return solved()
    try:
        kept = solved(apart)
    except NoPlan:
        return solved()
    try:
        free = solved()
    except NoPlan:  # no time is left
        return kept
    return free if free[1].benefit.total - kept[1].benefit.total > apart else kept


def _solved(
    question: Question,
    deadline: float,
    seconds: float,
    afterwards: float,
    begun_with: Sequence[Order],
    apart: Decimal = ZERO,
) -> tuple[Found, Evaluation, Question]:
    """Search, recompute in cents, and search again: with tighter limits where a cent of a limit was missed, and further
    from the jumps of the tax where the plan fell over one. The bound is that of the first search."""
    plan_limits = question.case.household.plan_limits
    margin, clearance = ZERO, 0.0
    first: Found | None = None
    for _ in range(ATTEMPTS):
        try:
            task = task_of(question, deadline - afterwards, clearance, apart, begun_with)
            found = search(replace(task, plan_limits=plan_limits.tightened(margin)))
        except (OutOfTimeError, TooLate):
            raise NoPlanInTime(
                [Problem("plan", f"no plan was found within {seconds:g} seconds", "allow more with --time-limit")]
            ) from None
        exact, below = task.economy.exact, task.economy.below
        if isinstance(found, Infeasible):
            raise NoPlan([no_combination(plan_limits)])
        first = first or found
        found = replace(found, bound=min(found.bound, first.bound), exact=exact, ended=found.ended and first.ended)
        question = with_cancelled(question, found.cancelled)
        evaluation = evaluate(question.setting, task.lots.orders(found.quantities), question.baseline)
        missed = _missed(plan_limits, evaluation.sales)
        above = _above_law(question, found, evaluation)
        over = above > below + _rounding(evaluation)
        if missed > 0:
            margin += missed + CENT
        elif exact and task.economy.jumps and over:
            clearance += CLEARANCE
        elif exact and apart and above < -_rounding(evaluation):  # on a jump, and taxed as what lies below it
            raise NoPlan([no_combination(plan_limits)])
        else:
            if exact:
                _check_against_model(question, found, evaluation, below)
            else:
                evaluation = best_by_law(question, evaluation)
            return found, _tidied(question, task, evaluation, deadline), question
    raise InternalError("the plan repeatedly misses a limit by cents")


def task_of(
    question: Question,
    deadline: float,
    clearance: float = 0.0,
    apart: Decimal = ZERO,
    begun_with: Sequence[Order] = (),
) -> Task:
    """What the search works on; `clearance` and `apart` keep plans so many dollars away from jumps in the tax."""
    lots, setting = _worth_considering(question), question.setting
    soon = deadline - (deadline - time.monotonic()) / 4  # the search wants its time too
    stands = standing(setting, question.purchases)
    around = Around(
        stands.left,
        setting.identity_of_symbol,
        {purchase.purchase_id: called_off_as(purchase) for _, purchase in question.purchases.cancelable},
        stands.undecided,
        setting.conventions,
    )
    return Task(
        economy=economy_of(setting, lots, stands.gains, stands.undecided, clearance, apart, soon, deadline),
        lots=lots,
        couplings=couplings(lots, around),
        plan_limits=question.case.household.plan_limits,
        deadline=deadline,
        idle=float(_cost_of_doing_nothing(question)),
        lot_terms=_of_this_year(question),
        every_day=question.every_day,
        proposals=(*_of_orders(lots, begun_with), *_proposals(question, lots)),
    )


def _of_this_year(question: Question) -> LotTerms:
    """What the certificate says of the lots where none is put off: the search is of this year's plans alone."""
    limits = question.case.household.plan_limits
    if not limits.january:
        return question.lot_terms
    field, limits = question.field.candidates, limits.changed(january=False)
    return lot_terms(field, question.setting, question.purchases, question.days, limits)


def _of_orders(lots: CandidateRows, orders: Sequence[Order]) -> Iterator[Proposal]:
    """Orders as a plan of the search, where these lots may be sold on these days."""
    rows = {(lots.lot_id(row), lots.sold[row]): row for row in range(len(lots))} if orders else {}
    sold = {rows.get((order.holding.lot.lot_id, order.sold)): float(order.quantity) for order in orders}
    if orders and None not in sold:
        yield Proposal({row: quantity for row, quantity in sold.items() if row is not None})


def _proposals(question: Question, lots: CandidateRows) -> Iterator[Proposal]:
    """What people do without a planner: no plan may be worth less."""
    field, limits = question.field.candidates, question.case.household.plan_limits
    for rule in RULES:
        chosen = field.firsts.rows[list(rule(field, question.baseline, limits))]
        its = np.searchsorted(lots.firsts.rows, chosen)  # each on its first day
        yield Proposal(dict(zip(lots.starts[its].tolist(), lots.quantity[its].tolist(), strict=True)))


def _tidied(question: Question, task: Task, evaluation: Evaluation, deadline: float) -> Evaluation:
    """The plan without sales that are worth nothing to it, none later than it must be."""
    plan_limits, lots = question.case.household.plan_limits, question.field.candidates
    sold = {sale.order.holding.lot.lot_id for sale in evaluation.sales}
    return tidied(
        question.setting,
        evaluation,
        question.baseline,
        days=lots.of_lots(np.array([lot_id in sold for lot_id in lots.lot_ids], dtype=bool)).days,
        settled=needed(task.economy, question.setting, evaluation).union(plan_limits.duties),
        keeps=(lambda sales: _missed(plan_limits, sales) <= 0) if plan_limits.sums else None,
        deadline=deadline,
    )


def with_cancelled(question: Question, cancelled: frozenset[str]) -> Question:
    """The question with the other cancelable purchases as they are planned: they too can wash a loss."""
    kept = [purchase for _, purchase in question.purchases.cancelable if called_off_as(purchase) not in cancelled]
    setting = with_purchases(question.setting, (*question.purchases.fixed, *kept))
    called_off = tuple(p for _, p in question.purchases.cancelable if called_off_as(p) in cancelled)
    return replace(question, setting=setting, cancelled=called_off)


def _worth_considering(question: Question) -> CandidateRows:
    """A lot without gain or loss changes no tax: selling it only raises cash, or frees losses that it would wash."""
    lots = question.field.candidates
    if question.case.household.plan_limits.cash_needed > 0:
        return lots
    key = question.setting.identity_of_symbol
    around = {key(purchase.symbol) for purchase in question.setting.made}
    return lots.of_lots(lots.firsts.near(around) | (lots.gain != 0) | (lots.duty > 0))


def _missed(plan_limits: PlanLimits, sales: Sequence[SaleFigures]) -> Decimal:
    """By how many dollars the rounded plan misses a limit on proceeds; not above zero when it keeps them."""
    return plan_limits.missed([(sale.order.holding.lot, sale.proceeds) for sale in sales], SumOf.PROCEEDS)


# --- trust -----------------------------------------------------------------------------------------------------


def _cost_of_doing_nothing(question: Question) -> Decimal:
    """What the model would make of a year in which nothing is sold and nothing canceled, in dollars."""
    baseline, assumptions = question.baseline, question.setting.assumptions
    carried = baseline.carryover_short + baseline.carryover_long
    spared = assumptions.deferral_rate * standing(question.setting, question.purchases).moved
    return baseline.total_tax - question.setting.carryover.of(carried) - spared


def bound_of(question: Question, found: Found) -> Decimal:
    """No lawful plan is worth more than this: the search's bound, with room for the rounding of printed figures."""
    if not math.isfinite(found.bound):
        raise InternalError("the search gave no bound")
    worth = _cost_of_doing_nothing(question) - Decimal(repr(found.bound)) + ROUNDING
    return worth.quantize(CENT, ROUND_CEILING)


def _above_law(question: Question, found: Found, evaluation: Evaluation) -> Decimal:
    """By how many dollars the model values the plan above the law; negative where below."""
    return _cost_of_doing_nothing(question) - Decimal(repr(found.cost)) - evaluation.benefit.total


def _rounding(evaluation: Evaluation) -> Decimal:
    """By how much floats and cents may differ: a cent a lot, and half a cent for each figure of the plan."""
    return ROUNDING + CENT * (len(evaluation.sales) + 1)


def _check_against_model(question: Question, found: Found, evaluation: Evaluation, below: Decimal) -> None:
    """The model's cost must be the law's, to a cent a lot: anything else is an internal error, and nothing is
    printed."""
    allowed = _rounding(evaluation)
    if not -allowed <= _above_law(question, found, evaluation) <= allowed + below:
        modelled = _cost_of_doing_nothing(question) - Decimal(repr(found.cost))
        raise InternalError(f"the model values the plan at {modelled:.2f}, the law at {evaluation.benefit.total:.2f}")

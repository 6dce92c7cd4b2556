"""The stations in order: candidates, baseline, model and solver, verification in exact cents, and the Plan."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

from planner.case import Case
from planner.household import Wishes
from planner.optimizer import notices, watching
from planner.optimizer.candidates import Candidate, Field, candidates, identity_of
from planner.optimizer.coverage import coverage_cautions
from planner.optimizer.feasibility import refuse_impossible_wishes
from planner.optimizer.groups import couplings
from planner.optimizer.model import Economy
from planner.optimizer.reasons import held_back_by_plan, with_reasons
from planner.optimizer.regimes import Box, YearlyCost
from planner.optimizer.sale_days import reach, sale_days
from planner.optimizer.search import ONE_BY_ONE, Found, OutOfTimeError, Task, search
from planner.optimizer.solver import Infeasible
from planner.optimizer.verify import ChainedSale, Evaluation, Order, Setting, evaluate
from planner.plan import Plan, Status
from planner.portfolio import Holding
from planner.purchases import HouseholdPurchases, purchases_between
from planner.refusals import NoPlan, OurFault, Refusal
from planner.tax_return import tax_return
from planner.year_so_far import YearSoFar, year_so_far
from rules.liability import Liability, liability
from rules.substantially_identical import IdenticalGroups
from rules.terms import CENT, ZERO, ReplacementPurchase

SECONDS = 30.0
MANY_HOLDINGS = 10 * ONE_BY_ONE  # weighing every day of so many is not even begun
ROUNDING = Decimal("0.03")  # half a cent for each of the six figures of a plan that are rounded to the cent
PRUNED_ONE_BY_ONE = 200  # up to so many sales, each is tried by leaving it out
ATTEMPTS = 4  # to meet a limit in exact cents that floats met to within a cent


@dataclass(frozen=True, slots=True)
class Question:
    """A case made ready: what may be sold, what it is judged against, and the year if nothing is."""

    case: Case
    field: Field
    setting: Setting
    purchases: HouseholdPurchases
    baseline: Liability
    days: Callable[[Holding], Sequence[date]]
    so_far: YearSoFar
    cancelled: tuple[ReplacementPurchase, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan, and what it was worked out from; `question` with the planned purchases that it calls off."""

    plan: Plan
    question: Question
    evaluation: Evaluation


def plan_case(case: Case, *, seconds: float = SECONDS) -> Plan:
    """The best plan for a case, proven where time allows, recomputed in exact cents. Raises as `answer_case` does."""
    return answer_case(case, seconds=seconds).plan


def answer_case(case: Case, *, seconds: float = SECONDS) -> Answer:
    """The best plan with its own workings.

    Raises LawNotCovered for a year or state not held, NoPlan naming the wish that cannot be kept or when time ran
    out with no plan in hand, and OurFault when the model and the law disagree.
    """
    question = ask(case)
    refuse_impossible_wishes(case, question.field, question.days)
    found, evaluation, question = _solve(question, seconds)
    bound = _bound(question, found, evaluation)
    ended = found.ended or bound - evaluation.benefit.total <= CENT * max(1, len(evaluation.sales))
    plan = _plan(case, question, evaluation, bound, Status.PROVEN if ended else Status.UNPROVEN)
    return Answer(plan, question, evaluation)


def plan_of_orders(case: Case, question: Question, orders: Sequence[Order], bound: Decimal) -> Plan:
    """What sales that somebody else chose come to, in exact cents, no planned purchase called off. Nothing is searched
    for, so the plan is unproven; `bound` is what no lawful plan exceeds, as another search found it."""
    question = _with_cancelled(question, frozenset())
    evaluation = evaluate(question.setting, orders, question.baseline)
    return _plan(case, question, evaluation, max(bound, evaluation.benefit.total), Status.UNPROVEN)


def _plan(case: Case, question: Question, evaluation: Evaluation, bound: Decimal, status: Status) -> Plan:
    """The sales with everything that is said about them."""
    planned = {purchase.purchase_id: wish for wish, purchase in question.purchases.cancelable}
    return Plan(
        tax_year=case.household.taxpayer.tax_year,
        as_of=case.as_of,
        sale_date=case.sale_date,
        scenario=case.household.scenario,
        status=status,
        baseline=question.baseline,
        planned=evaluation.year,
        benefit=replace(evaluation.benefit, bound=bound),
        sales=with_reasons(
            question.setting,
            evaluation,
            question.baseline,
            all_shown=not coverage_cautions(case, question.setting),
        ),
        held_back=(
            *held_back_by_plan(question.setting, question.field, evaluation, question.baseline, case.household.wishes),
            *question.field.held_back,
        ),
        windows=watching.windows(case, question.setting, evaluation, question.baseline, question.so_far.windows),
        cancellations=notices.cancellations(
            question.setting, planned, question.cancelled, evaluation, question.baseline
        ),
        cautions=(
            *case.cautions,
            *question.so_far.cautions,
            *notices.cautions(case, question.setting, question.purchases, evaluation),
        ),
        near_long_term=notices.near_long_term(case),
        replacements=watching.replacements(case, question.setting, evaluation, question.so_far.windows),
        double_up=watching.double_up(case),
    )


def ask(case: Case) -> Question:
    """The case with its law, purchases, candidates and baseline. Raises LawNotCovered."""
    facts = tax_return(case.household)
    choices = case.household.wash_sale
    so_far = year_so_far(case)
    case = replace(case, holdings=so_far.holdings)
    purchases = purchases_between(case, *reach(case), used=so_far.used)
    identity = identity_of(case)
    identity_of_symbol = IdenticalGroups(choices.identical, choices.different).key
    setting = Setting(
        facts=facts,
        taken=so_far.gains,
        assumptions=case.household.assumptions,
        identity=identity,
        identity_of_symbol=identity_of_symbol,
        purchases=purchases.fixed,
    )
    baseline = liability(facts, setting.taken)
    planned = [purchase for _, purchase in purchases.cancelable]
    days = sale_days(case, [*purchases.fixed, *planned], identity, identity_of_symbol)
    offers = [replace(days, twice=True).of, days.of] if len(case.holdings) <= MANY_HOLDINGS else []
    for offered in (*offers, days.fewest_washed(purchases.fixed, identity_of_symbol)):
        field = candidates(case, offered)
        if len(field.candidates) <= ONE_BY_ONE:
            break
    return Question(case, field, setting, purchases, baseline, days.of, so_far)


def _solve(question: Question, seconds: float) -> tuple[Found, Evaluation, Question]:
    """Search, recompute in cents, and search again with tighter limits where a cent of a limit was missed."""
    deadline = time.monotonic() + seconds
    wishes = question.case.household.wishes
    lots = _worth_considering(question.field.candidates, wishes)
    economy = _economy(question, lots)
    cancelable = tuple(purchase for _, purchase in question.purchases.cancelable)
    coupled = couplings(
        lots,
        (*question.purchases.fixed, *cancelable),
        question.setting.identity_of_symbol,
        frozenset(purchase.purchase_id for purchase in cancelable),
    )
    margin = ZERO
    for _ in range(ATTEMPTS):
        try:
            found = search(Task(economy, lots, coupled, _tightened(wishes, margin), deadline))
        except OutOfTimeError:
            raise NoPlan(
                [Refusal("plan", f"no plan was found within {seconds:g} seconds", "allow more with --time-limit")]
            ) from None
        if isinstance(found, Infeasible):
            raise NoPlan([_no_combination(wishes)])
        question = _with_cancelled(question, found.cancelled)
        evaluation = evaluate(question.setting, _orders(lots, found.quantities), question.baseline)
        missed = _missed(wishes, evaluation)
        if missed <= 0:
            _check_against_model(question, found, evaluation)
            return found, _without_idle_sales(question, evaluation), question
        margin += missed + CENT
    raise OurFault("the plan misses a limit by cents, again and again")


def _with_cancelled(question: Question, cancelled: frozenset[str]) -> Question:
    """The question with the other cancelable purchases as they are planned: they too can wash a loss."""
    kept = [purchase for _, purchase in question.purchases.cancelable if purchase.purchase_id not in cancelled]
    setting = replace(question.setting, purchases=(*question.purchases.fixed, *kept))
    called_off = tuple(p for _, p in question.purchases.cancelable if p.purchase_id in cancelled)
    return replace(question, setting=setting, cancelled=called_off)


def _without_idle_sales(question: Question, evaluation: Evaluation) -> Evaluation:
    """The plan without sales that are worth nothing to it: the solver is indifferent to them, people are not."""
    wishes = question.case.household.wishes
    if evaluation.benefit.total < 0 and wishes.cash_needed <= 0 and not wishes.must_sell:
        return evaluate(question.setting, [], question.baseline)
    if len(evaluation.sales) > PRUNED_ONE_BY_ONE:
        return evaluation
    free = [sale for sale in evaluation.sales if sale.order.holding.lot.lot_id not in wishes.must_sell]
    for sale in sorted(free, key=lambda s: (s.proceeds, s.order.holding.lot.lot_id)):
        orders = [s.order for s in evaluation.sales if s.order is not sale.order]
        try:
            fewer = evaluate(question.setting, orders, question.baseline)
        except ChainedSale:
            continue
        if fewer.benefit.total >= evaluation.benefit.total and _missed(wishes, fewer) <= 0:
            evaluation = fewer
    return evaluation


def _worth_considering(lots: Sequence[Candidate], wishes: Wishes) -> list[Candidate]:
    """A lot without gain or loss changes no tax: selling it only raises cash."""
    return [lot for lot in lots if lot.whole.gain != 0 or wishes.cash_needed > 0 or lot.must]


def _economy(question: Question, lots: Sequence[Candidate]) -> Economy:
    setting = question.setting
    carryover = setting.facts.carryover
    before = (
        float(setting.taken.short_term - carryover.short_term),
        float(setting.taken.long_term - carryover.long_term),
        float(setting.taken.collectibles),
    )
    low, high = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    for lot in lots:
        gain = float(lot.whole.gain)
        for which in ((0,), (1,), (1, 2))[lot.basket]:
            if gain < 0:
                low[which] += gain
            else:
                high[which] += gain
    sides = [(b + lo - 1.0, b + hi + 1.0) for b, lo, hi in zip(before, low, high, strict=True)]
    box: Box = (sides[0], sides[1], sides[2])
    value = float(setting.assumptions.carryover_rate)
    regimes = YearlyCost(setting.facts, value, box).regimes()
    return Economy(regimes, box, before, float(setting.assumptions.deferral_rate))


def _orders(lots: Sequence[Candidate], quantities: Mapping[int, Decimal]) -> list[Order]:
    return [Order(lots[i].holding, quantity, lots[i].whole.order.sold) for i, quantity in sorted(quantities.items())]


def _tightened(wishes: Wishes, margin: Decimal) -> Wishes:
    if not margin:
        return wishes
    return replace(
        wishes,
        max_turnover=None if wishes.max_turnover is None else wishes.max_turnover - margin,
        cash_needed=wishes.cash_needed + margin if wishes.cash_needed else ZERO,
    )


def _missed(wishes: Wishes, evaluation: Evaluation) -> Decimal:
    """By how many dollars the rounded plan misses a wish about proceeds; not above zero when it keeps them."""
    proceeds = sum((sale.proceeds for sale in evaluation.sales), ZERO)
    missed = wishes.cash_needed - proceeds
    if wishes.max_turnover is not None:
        missed = max(missed, proceeds - wishes.max_turnover)
    return missed


def _no_combination(wishes: Wishes) -> Refusal:
    return Refusal(
        "household.toml: [plan]",
        "no combination of the lots that may be sold keeps every wish together: " + ", ".join(_wishes_in_words(wishes)),
        "relax one of them: cash_needed is the wish that asks for sales, the others limit them",
    )


def _wishes_in_words(wishes: Wishes) -> list[str]:
    words = [f"cash_needed = {wishes.cash_needed}"] if wishes.cash_needed else []
    words += [f"max_turnover = {wishes.max_turnover}"] if wishes.max_turnover is not None else []
    words += [f"max_sales = {wishes.max_sales}"] if wishes.max_sales is not None else []
    words += [f"minimum_loss = {wishes.minimum_loss}"] if wishes.minimum_loss else []
    return words


# --- trust -----------------------------------------------------------------------------------------------------


def _cost_of_doing_nothing(question: Question) -> Decimal:
    baseline = question.baseline
    carried = baseline.carryover_short + baseline.carryover_long
    return baseline.total_tax - question.setting.assumptions.carryover_rate * carried


def _bound(question: Question, found: Found, evaluation: Evaluation) -> Decimal:
    """No lawful plan is worth more than this: the solver's bound, with room for the rounding of printed figures."""
    if not math.isfinite(found.bound):
        raise OurFault("the solver gave no bound")
    best = _cost_of_doing_nothing(question) - Decimal(repr(found.bound)) + ROUNDING
    return max(best.quantize(CENT, rounding=ROUND_CEILING), evaluation.benefit.total)


def _check_against_model(question: Question, found: Found, evaluation: Evaluation) -> None:
    """The model's cost must be the law's, to a cent a lot: anything else is our fault, and nothing is printed.

    A search cut short may hold a plan in a dearer regime than it lies in: then the law may value it higher.
    """
    modelled = _cost_of_doing_nothing(question) - Decimal(repr(found.cost))
    above = modelled - evaluation.benefit.total
    allowed = ROUNDING + CENT * (len(evaluation.sales) + 1)
    if above > allowed or (found.ended and above < -allowed):
        raise OurFault(f"the model values the plan at {modelled:.2f}, the law at {evaluation.benefit.total:.2f}")

"""The stations in order: candidates, baseline, model and solver, verification in exact cents, and the Plan."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from planner.domain.carryover_value import carryover_value
from planner.domain.case import Case
from planner.domain.duties import with_duties
from planner.domain.errors import InternalError, NoPlan, Problem
from planner.domain.plan import Plan, Status
from planner.domain.plan_limits import PlanLimits, SumOf
from planner.domain.tax_return import tax_return
from planner.ledger.open_losses import PastLoss, washed_by, what_is_left
from planner.ledger.replacement_purchases import HouseholdPurchases, called_off_as, purchases_between
from planner.ledger.year_to_date import YearSoFar, year_so_far
from planner.optimizer.annotate import cautions, wash_windows
from planner.optimizer.annotate.coverage import coverage_cautions
from planner.optimizer.annotate.edge_sales import with_edges
from planner.optimizer.annotate.in_january import in_january, put_off_to_january
from planner.optimizer.annotate.income_edges import income_edge_cautions
from planner.optimizer.annotate.reasons import held_back_by_plan, with_reasons
from planner.optimizer.candidates import Candidate, Field, candidates, identity_of
from planner.optimizer.edges import edge_margin, unmodelled
from planner.optimizer.feasibility import no_combination, refuse_impossible_limits
from planner.optimizer.program.economy import economy_of
from planner.optimizer.program.wash_groups import Around, couplings, crowds
from planner.optimizer.proof import Proof, prove
from planner.optimizer.put_off import with_january
from planner.optimizer.sale_days import SaleDays, reach, sale_days
from planner.optimizer.search.search import ONE_BY_ONE, bound_over_all_days, search
from planner.optimizer.search.solver import Infeasible
from planner.optimizer.search.task import Found, OutOfTimeError, Task
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.sale_figures import Order
from planner.optimizer.verify.setting import Past, Setting, with_purchases
from planner.optimizer.verify.wash_matching import ChainedSale
from rules.liability import Liability, liability
from rules.substantially_identical import IdenticalGroups
from rules.terms import CENT, ZERO, Gains, Owner, ReplacementPurchase

SECONDS = 30.0
MANY_HOLDINGS = 10 * ONE_BY_ONE  # weighing every day of so many is not even begun
LEEWAY = 15.0  # seconds, at least, for a bound over all days, which every plan deserves
ROUNDING = Decimal("0.03")  # half a cent for each of the six figures of a plan that are rounded to the cent
PRUNED_ONE_BY_ONE = 200  # up to so many sales, each is tried by leaving it out
CLEARANCE = 0.05  # dollars by which a plan is kept away from a jump in the state's tax, where it landed on one
ATTEMPTS = 4  # to meet a limit in exact cents that floats met to within a cent


@dataclass(frozen=True, slots=True)
class Question:
    """A case made ready: what may be sold, what it is judged against, and the year if nothing is."""

    case: Case
    field: Field
    setting: Setting
    purchases: HouseholdPurchases
    baseline: Liability
    days: SaleDays
    so_far: YearSoFar
    cancelled: tuple[ReplacementPurchase, ...] = ()
    every_day: bool = True  # the days offered are enough for every order of sales; else there were too many to weigh


@dataclass(frozen=True, slots=True)
class SolvedQuestion:
    """A plan, and what it was worked out from; `question` with the planned purchases that it calls off."""

    plan: Plan
    question: Question
    evaluation: Evaluation


def plan_case(case: Case, *, seconds: float = SECONDS) -> Plan:
    """The best plan for a case, proven where time allows, recomputed in exact cents. Raises as `answer_case` does."""
    return answer_case(case, seconds=seconds).plan


def answer_case(case: Case, *, seconds: float = SECONDS) -> SolvedQuestion:
    """The best plan with its own workings. Raises UnsupportedLaw for a year or state not held, NoPlan naming what
    cannot be kept, or when time ran out with no plan in hand, and InternalError when model, law and proof disagree."""
    deadline = time.monotonic() + seconds
    question = ask(case)
    refuse_impossible_limits(question.case, question.field, question.days.one)
    found, evaluation, question = _solve(question, seconds)
    if broken := broken_limits(question.case, evaluation.sales):
        raise InternalError(f"the plan breaks a limit: {broken[0]}")
    bound = _bound(question, found)
    if not found.exact:
        bound += unmodelled(question.setting.facts, question.baseline)
    proof = prove(question, evaluation, bound)
    if question.case.household.plan_limits.january:
        evaluation, proof = with_january(question, evaluation, proof, deadline)
    plan = _plan(case, question, evaluation, proof)
    return SolvedQuestion(plan, question, evaluation)


def plan_of_orders(
    case: Case,
    question: Question,
    orders: Sequence[Order],
    bound: Decimal,
    *,
    cancelled: frozenset[str] = frozenset(),
    status: Status = Status.UNPROVEN,
) -> Plan:
    """What sales that somebody else chose come to, in exact cents, with these planned purchases called off. Nothing is
    searched for, so the plan is not proven; `bound` is what no lawful plan exceeds, as another search found it."""
    question = _with_cancelled(question, cancelled)
    evaluation = evaluate(question.setting, orders, question.baseline)
    return _plan(case, question, evaluation, Proof(max(bound, evaluation.benefit.total), status))


def _plan(case: Case, question: Question, evaluation: Evaluation, proof: Proof) -> Plan:
    """The sales with everything that is said about them."""
    return Plan(
        tax_year=case.household.taxpayer.tax_year,
        as_of=case.as_of,
        sale_date=case.sale_date,
        scenario=case.household.scenario,
        status=proof.status,
        baseline=question.baseline,
        planned=evaluation.year,
        benefit=replace(evaluation.benefit, bound=proof.bound),
        sales=with_edges(
            question,
            evaluation,
            with_reasons(question.setting, evaluation, all_shown=not coverage_cautions(case, question.setting)),
        ),
        held_back=(
            *held_back_by_plan(
                question.setting, question.field, evaluation, question.baseline, case.household.plan_limits
            ),
            *question.field.held_back,
        ),
        windows=wash_windows.windows(case, question.setting, evaluation, question.baseline, question.so_far.windows),
        cancellations=cautions.cancellations(case, question.setting, question.cancelled, evaluation, question.baseline),
        cautions=(
            *case.cautions,
            *question.so_far.cautions,
            *income_edge_cautions(case.household.taxpayer, question.setting.facts, question.baseline, evaluation.year),
            *cautions.cautions(case, question.setting, question.purchases, evaluation, question.so_far.dispositions),
        ),
        near_long_term=cautions.near_long_term(case),
        replacements=wash_windows.replacements(case, question.setting, evaluation, question.so_far.windows),
        carryover=question.setting.carryover,
        proven_by=proof.proven_by,
        certified=proof.certified,
        certificate=proof.certificate,
        double_up=wash_windows.double_up(case),
        january=put_off_to_january(question.setting, evaluation),
        if_in_january=in_january(question, evaluation),
    )


def ask(case: Case) -> Question:
    """The case with its law, purchases, candidates and baseline. Raises LawNotCovered."""
    facts = tax_return(case.household)
    choices = case.household.wash_sale
    so_far = year_so_far(case)
    case = replace(case, holdings=so_far.holdings, household=with_duties(case.household, so_far.holdings))
    purchases = purchases_between(case, *reach(case), used=so_far.used)
    identity = identity_of(case)
    identity_of_symbol = IdenticalGroups(choices.identical, choices.different).key
    planned = [purchase for _, purchase in purchases.cancelable]
    as_planned = with_purchases(
        Setting(
            facts=facts,
            taken=so_far.gains,
            assumptions=case.household.assumptions,
            identity=identity,
            identity_of_symbol=identity_of_symbol,
            purchases=(),
            conventions=choices.conventions,
            spouses=frozenset(a.name for a in case.household.accounts if a.owner is Owner.SPOUSE),
            past=Past(so_far.past_losses, so_far.gains),
            first_day=case.sale_date,
        ),
        [*purchases.fixed, *planned],
    )
    past = replace(as_planned.past, moved_as_planned=-as_planned.given_up)
    baseline = liability(facts, as_planned.taken)
    worth = carryover_value(as_planned.assumptions, facts, baseline)
    setting = with_purchases(replace(as_planned, past=past, carryover=worth), purchases.fixed)
    days = sale_days(case, [*purchases.fixed, *planned], identity, identity_of_symbol, so_far.gone)
    offers = [days.enough, days.two, days.one] if len(case.holdings) <= MANY_HOLDINGS else []
    for offered in (*offers, days.fewest_washed(purchases.fixed, identity_of_symbol)):
        field = candidates(case, offered)
        if len(field.candidates) <= ONE_BY_ONE:
            break
    return Question(case, field, setting, purchases, baseline, days, so_far, every_day=offered == days.enough)


def _solve(question: Question, seconds: float) -> tuple[Found, Evaluation, Question]:
    """Search, recompute in cents, and search again with tighter limits where a cent of a limit was missed."""
    deadline = time.monotonic() + seconds
    plan_limits = question.case.household.plan_limits
    lots = _worth_considering(question)
    undecided = _undecided(question)
    setting = question.setting
    apart = edge_margin(question.case.household)
    economy = economy_of(setting, lots, undecided.taken, undecided.losses, 0.0, apart)
    around = Around(
        undecided.purchases,
        setting.identity_of_symbol,
        {purchase.purchase_id: called_off_as(purchase) for _, purchase in question.purchases.cancelable},
        undecided.losses,
        setting.conventions,
    )
    coupled = couplings(lots, around)
    idle = float(_cost_of_doing_nothing(question))
    margin, clearance, bound = ZERO, 0.0, -math.inf
    for _ in range(ATTEMPTS):
        try:
            found = search(Task(economy, lots, coupled, plan_limits.tightened(margin), deadline, idle))
        except OutOfTimeError:
            raise NoPlan(
                [Problem("plan", f"no plan was found within {seconds:g} seconds", "allow more with --time-limit")]
            ) from None
        if isinstance(found, Infeasible) and apart:  # nothing is that far from an edge
            apart = ZERO
            economy = economy_of(setting, lots, undecided.taken, undecided.losses, clearance)
            continue
        if isinstance(found, Infeasible):
            raise NoPlan([no_combination(plan_limits)])
        question = _with_cancelled(question, found.cancelled)
        evaluation = evaluate(question.setting, _orders(lots, found.quantities), question.baseline)
        missed = _missed(plan_limits, evaluation)
        if missed <= 0 and economy.exact and economy.jumps and _above_law(question, found, evaluation) > economy.below:
            # The plan stands on the edge of a jump in the tax: a little away from it, under the same bound.
            clearance += CLEARANCE
            bound = max(bound, found.bound)
            economy = economy_of(setting, lots, undecided.taken, undecided.losses, clearance, apart)
        elif missed <= 0:
            if economy.exact:
                _check_against_model(question, found, evaluation, economy.below)
            found = replace(_bounded(found, bound), exact=economy.exact)
            if not question.every_day:
                late = max(deadline, time.monotonic() + LEEWAY)
                task = Task(economy, lots, coupled, plan_limits, late, idle)
                over_all, ended = _bound_over_all_days(question, task, around, found.unwashed)
                found = replace(found, bound=over_all, ended=found.ended and ended)
            return found, _without_idle_sales(question, evaluation), question
        else:
            margin += missed + CENT
    raise InternalError("the plan misses a limit by cents, again and again")


def _with_cancelled(question: Question, cancelled: frozenset[str]) -> Question:
    """The question with the other cancelable purchases as they are planned: they too can wash a loss."""
    kept = [purchase for _, purchase in question.purchases.cancelable if called_off_as(purchase) not in cancelled]
    setting = with_purchases(question.setting, (*question.purchases.fixed, *kept))
    called_off = tuple(p for _, p in question.purchases.cancelable if called_off_as(p) in cancelled)
    return replace(question, setting=setting, cancelled=called_off)


@dataclass(frozen=True, slots=True)
class _Undecided:
    """What the model must decide of the past: losses already taken that purchases which may be called off could wash.

    `taken` are the gains, and `purchases` what is left of the purchases, after the losses about which nothing is open;
    `moved` dollars of the others move into a basis if every purchase is made as planned.
    """

    losses: tuple[PastLoss, ...]
    taken: Gains
    purchases: tuple[ReplacementPurchase, ...]
    moved: Decimal


def _undecided(question: Question) -> _Undecided:
    setting, key = question.setting, question.setting.identity_of_symbol
    open_keys = {key(purchase.symbol) for _, purchase in question.purchases.cancelable}
    purchases = (*question.purchases.fixed, *(purchase for _, purchase in question.purchases.cancelable))
    losses = tuple(loss for loss in setting.past.losses if key(loss.loss.symbol) in open_keys)
    decided = [loss for loss in setting.past.losses if key(loss.loss.symbol) not in open_keys]
    washed = washed_by(decided, purchases, key, setting.conventions)
    moved = washed_by(losses, purchases, key, setting.conventions).moved
    return _Undecided(losses, setting.past.gains + washed.gains, what_is_left(purchases, washed.used), moved)


def _without_idle_sales(question: Question, evaluation: Evaluation) -> Evaluation:
    """The plan without sales that are worth nothing to it: the solver is indifferent to them, people are not."""
    plan_limits = question.case.household.plan_limits
    if evaluation.benefit.total < 0 and not plan_limits.asks_for_sales:
        return evaluate(question.setting, [], question.baseline)
    if len(evaluation.sales) > PRUNED_ONE_BY_ONE:
        return evaluation
    free = [sale for sale in evaluation.sales if sale.order.holding.lot.lot_id not in plan_limits.duties]
    for sale in sorted(free, key=lambda s: (s.proceeds, s.order.holding.lot.lot_id)):
        orders = [s.order for s in evaluation.sales if s.order is not sale.order]
        try:
            fewer = evaluate(question.setting, orders, question.baseline)
        except ChainedSale:
            continue
        if fewer.benefit.total >= evaluation.benefit.total and _missed(plan_limits, fewer) <= 0:
            evaluation = fewer
    return evaluation


def _worth_considering(question: Question) -> list[Candidate]:
    """A lot without gain or loss changes no tax: selling it only raises cash, or frees losses that it would wash."""
    lots = question.field.candidates
    if question.case.household.plan_limits.cash_needed > 0:
        return list(lots)
    key = question.setting.identity_of_symbol
    around = {key(purchase.symbol) for purchase in question.setting.made}
    return [lot for lot in lots if lot.whole.gain != 0 or lot.must or lot.identity in around]


def _orders(lots: Sequence[Candidate], quantities: Mapping[int, Decimal]) -> list[Order]:
    return [Order(lots[i].holding, quantity, lots[i].whole.order.sold) for i, quantity in sorted(quantities.items())]


def _missed(plan_limits: PlanLimits, evaluation: Evaluation) -> Decimal:
    """By how many dollars the rounded plan misses a limit on proceeds; not above zero when it keeps them."""
    sales = [(sale.order.holding.lot, sale.proceeds) for sale in evaluation.sales]
    return plan_limits.missed(sales, SumOf.PROCEEDS)


def _bound_over_all_days(question: Question, task: Task, around: Around, unwashed: float) -> tuple[float, bool]:
    """A bound in the model's dollars where too few days were offered to speak for all of them, and whether the search
    for it ended.

    Where cash is needed a lot may be sold for its proceeds, its loss washed: that is offered besides. What must be sold
    may be washed too, which is no better than not to sell it.
    """
    case, days = question.case, question.days
    lots = _worth_considering(replace(question, field=candidates(case, days.most_favourable)))
    as_offered = {lot.lot_id: lot.whole.character for lot in task.lots}
    alike = all(as_offered.get(lot.lot_id) is lot.whole.character for lot in lots)
    crowded = crowds(lots, around, days.first, days.last)
    around_it = {lot.lot_id for lot in lots if lot.identity in days.stretches}
    lots = [replace(lot, duty=ZERO) if lot.lot_id in around_it else lot for lot in lots]
    if case.household.plan_limits.cash_needed > 0:
        washed = (lot for lot in lots if lot.whole.gain < 0 and lot.lot_id in around_it)
        lots += [replace(lot, whole=replace(lot.whole, gain=ZERO)) for lot in washed]
    past = [group.of_the_past() for group in task.couplings if group.past]
    bound, ended = bound_over_all_days(replace(task, lots=lots, couplings=past), crowded)
    return max(bound, unwashed if alike else -math.inf), ended


# --- trust -----------------------------------------------------------------------------------------------------


def _cost_of_doing_nothing(question: Question) -> Decimal:
    """What the model would make of a year in which nothing is sold and nothing called off, in dollars."""
    baseline, assumptions = question.baseline, question.setting.assumptions
    carried = baseline.carryover_short + baseline.carryover_long
    spared = assumptions.deferral_rate * _undecided(question).moved
    return baseline.total_tax - question.setting.carryover.of(carried) - spared


def _bound(question: Question, found: Found) -> Decimal:
    """No lawful plan is worth more than this: the solver's bound, with room for the rounding of printed figures."""
    if not math.isfinite(found.bound):
        raise InternalError("the solver gave no bound")
    worth = _cost_of_doing_nothing(question) - Decimal(repr(found.bound)) + ROUNDING
    return worth.quantize(CENT, ROUND_CEILING)


def _above_law(question: Question, found: Found, evaluation: Evaluation) -> Decimal:
    """By how many dollars, beyond rounding, the model values the plan above the law; negative where it does not."""
    modelled = _cost_of_doing_nothing(question) - Decimal(repr(found.cost))
    return modelled - evaluation.benefit.total - ROUNDING - CENT * (len(evaluation.sales) + 1)


def _bounded(found: Found, bound: float) -> Found:
    """A plan kept clear of a jump, under the bound found without that: proven where it is within a dollar of it."""
    if not math.isfinite(bound):
        return found
    return replace(
        found, bound=bound, unwashed=min(found.unwashed, bound), ended=found.ended and found.cost - bound <= 1
    )


def _check_against_model(question: Question, found: Found, evaluation: Evaluation, below: Decimal) -> None:
    """The model's cost must be the law's, to a cent a lot: anything else is our fault, and nothing is printed.

    A search cut short may hold a plan in a dearer regime than it lies in: then the law may value it higher.
    """
    above = _above_law(question, found, evaluation)
    allowed = ROUNDING + CENT * (len(evaluation.sales) + 1)
    modelled = above + allowed + evaluation.benefit.total
    if above > below or (found.ended and above < -2 * allowed):
        raise InternalError(f"the model values the plan at {modelled:.2f}, the law at {evaluation.benefit.total:.2f}")

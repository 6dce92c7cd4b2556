"""The stations in order: candidates, baseline, model and solver, verification in exact cents, and the Plan."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal

import numpy as np

from planner.domain.carryover_value import carryover_value
from planner.domain.case import Case
from planner.domain.duties import with_duties
from planner.domain.errors import InternalError, NoPlan, Problem
from planner.domain.plan import Plan, Status
from planner.domain.plan_limits import KEYS, PlanLimits, SumOf
from planner.domain.tax_return import tax_return
from planner.ledger.replacement_purchases import called_off_as, purchases_between
from planner.ledger.year_to_date import year_so_far
from planner.optimizer.annotate import cautions, wash_windows
from planner.optimizer.annotate.coverage import coverage_cautions
from planner.optimizer.annotate.edge_sales import with_edges
from planner.optimizer.annotate.in_january import in_january, put_off_to_january
from planner.optimizer.annotate.income_edges import income_edge_cautions
from planner.optimizer.annotate.kept_winners import kept_winners
from planner.optimizer.annotate.landing import landing
from planner.optimizer.annotate.reasons import held_back_by_plan, with_reasons
from planner.optimizer.annotate.time_left import REASONS, TimeLeft
from planner.optimizer.by_law import best_by_law
from planner.optimizer.candidate_rows import CandidateRows
from planner.optimizer.candidates import candidates, identity_of
from planner.optimizer.edges import edge_margin, unmodelled
from planner.optimizer.feasibility import Days, no_combination, refuse_contradiction, refuse_impossible_limits
from planner.optimizer.giving import giving_of, without_gift
from planner.optimizer.joint_giving import weighs_gifts, with_the_best_gift
from planner.optimizer.needed import needed
from planner.optimizer.program.economy import economy_of
from planner.optimizer.program.wash_groups import Around, couplings
from planner.optimizer.proof import Proof
from planner.optimizer.put_off import with_january
from planner.optimizer.question import Question, SolvedQuestion
from planner.optimizer.rules_of_thumb import RULES
from planner.optimizer.sale_days import SaleDays, reach, sale_days
from planner.optimizer.search.search import PART, search
from planner.optimizer.search.task import Found, Infeasible, OutOfTimeError, Proposal, Task
from planner.optimizer.tidy import tidied
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.lot_terms import LotTerms, lot_terms, standing
from planner.optimizer.verify.sale_figures import Order, SaleFigures
from planner.optimizer.verify.setting import Past, Setting, with_purchases
from rules.liability import liability
from rules.substantially_identical import IdenticalGroups
from rules.terms import CENT, ZERO, Owner

SECONDS = 30.0
EVERY_DAY = 4_000  # rows, a lot and a day each, up to which every day that matters is offered
TWO_DAYS = 20_000  # and up to which two are offered at each turn
ROUNDING = Decimal("0.03")  # half a cent for each of the six figures of a plan that are rounded to the cent
CLEARANCE = 0.05  # dollars by which a plan is kept away from a jump in the state's tax, where it landed on one
AFTERWARDS = 6.0  # times as long as a case takes to be made ready: kept for what comes after the search
MOST_AFTERWARDS = 0.4  # and of the time allowed, at most
ATTEMPTS = 4  # to meet a limit in exact cents that floats met to within a cent


def plan_case(case: Case, *, seconds: float = SECONDS) -> Plan:
    """The best plan for a case, proven where time allows, recomputed in exact cents. Raises as `answer_case` does."""
    return answer_case(case, seconds=seconds).plan


def answer_case(case: Case, *, seconds: float = SECONDS) -> SolvedQuestion:
    """The best plan with its own workings. Raises UnsupportedLaw for a year or state not held, NoPlan naming what
    cannot be kept, or when time ran out with no plan in hand, and InternalError when model, law and proof disagree."""
    if weighs_gifts(case):
        return with_the_best_gift(case, _answered, seconds)
    return _answered(case, seconds)


def _answered(case: Case, seconds: float) -> SolvedQuestion:
    """The same with the gift that the case has, else the one with the most gain."""
    began = time.monotonic()
    question = ask(case)
    refuse_impossible_limits(question.case, question.field, question.days.one)
    refuse_contradiction(question.case, question.setting, question.field, question.days)
    deadline = began + seconds
    afterwards = min(MOST_AFTERWARDS * seconds, AFTERWARDS * (time.monotonic() - began))
    found, evaluation, question = solve(question, deadline, seconds, afterwards)
    if broken := broken_limits(question.case, evaluation.sales):
        raise InternalError(f"the plan breaks a limit: {broken[0]}")
    bound = _bound(question, found)
    if not found.exact:
        bound += unmodelled(question.setting.facts, question.baseline)
    evaluation, proof = with_january(question, evaluation, bound, deadline, found.points)
    # each part of the search has this part of the time left, so by then none has met its deadline
    no_part_cut = seconds >= SECONDS and time.monotonic() - began < PART * (seconds - afterwards)
    proof = replace(proof, search_ended=no_part_cut)
    plan = _plan(case, question, evaluation, proof, deadline)
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
    """What sales that someone else chose come to, in exact cents, with these planned purchases canceled. Nothing is
    searched for, so the plan is not proven; `bound` is what no lawful plan exceeds, as another search found it."""
    question = _with_cancelled(question, cancelled)
    evaluation = evaluate(question.setting, orders, question.baseline)
    return _plan(case, question, evaluation, Proof(max(bound, evaluation.benefit.total), status))


def _plan(case: Case, question: Question, evaluation: Evaluation, proof: Proof, deadline: float = math.inf) -> Plan:
    """The sales with everything that is said about them, for which there is time."""
    setting, left = question.setting, TimeLeft(deadline)
    sales = with_reasons(setting, evaluation, left, all_shown=not coverage_cautions(case, setting))
    sales = with_edges(question, evaluation, sales, left)
    limits = case.household.plan_limits
    cancellations = cautions.cancellations(case, setting, question.cancelled, evaluation, question.baseline)
    held_back = tuple(held_back_by_plan(setting, question.field, evaluation, question.baseline, limits, left))
    return Plan(
        tax_year=case.household.taxpayer.tax_year,
        as_of=case.as_of,
        sale_date=case.sale_date,
        scenario=case.household.scenario,
        status=proof.status,
        baseline=question.baseline,
        planned=evaluation.year,
        benefit=replace(evaluation.benefit, bound=proof.bound),
        sales=sales,
        held_back=(*held_back, *question.field.held_back),
        windows=wash_windows.windows(case, question.setting, evaluation, question.baseline, question.so_far.windows),
        cancellations=cancellations,
        cautions=(
            *case.cautions,
            *question.so_far.cautions,
            *income_edge_cautions(
                case.household,
                question.setting.facts,
                question.baseline,
                evaluation.year,
                evaluation.benefit.total,
            ),
            *cautions.cautions(case, question.setting, question.purchases, evaluation, question.so_far.dispositions),
            *((REASONS,) if left.cut else ()),
        ),
        near_long_term=cautions.near_long_term(case),
        replacements=wash_windows.replacements(case, question.setting, evaluation, question.so_far.windows),
        carryover=question.setting.carryover,
        proven_by=proof.proven_by,
        certified=proof.certified,
        certificate=proof.certificate,
        search_ended=proof.search_ended,
        hard_to_prove=_hard_to_prove(limits),
        double_up=wash_windows.double_up(case),
        january=put_off_to_january(question.setting, evaluation, allowed=case.household.plan_limits.january),
        if_in_january=in_january(question, evaluation, cancellations),
        giving=giving_of(case, question.given, question.setting, evaluation),
        kept_winners=kept_winners(question.case, question.setting, evaluation),
        landing=landing(question, evaluation),
    )


def _hard_to_prove(limits: PlanLimits) -> tuple[str, ...]:
    """The keys in force with which a proof may be out of reach: January's sales, and limits on sums of sales."""
    sums = (key.name for key in KEYS.values() if limits.sums_of(key))
    return (*(("january",) if limits.january else ()), *("[[limits]]" if key == "limits" else key for key in sums))


def ask(case: Case) -> Question:
    """The case with its law, purchases, candidates and baseline. Raises LawNotCovered."""
    facts = tax_return(case.household)
    choices = case.household.wash_sale
    so_far = year_so_far(case)
    household = with_duties(case.household, so_far.holdings)
    case, given = without_gift(replace(case, holdings=so_far.holdings, household=household))
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
    offered = days_offered(case, days)
    field = candidates(case, offered)
    terms = lot_terms(field.candidates, setting, purchases, days, case.household.plan_limits)
    return Question(case, field, setting, purchases, baseline, days, so_far, terms, offered == days.enough, given)


def days_offered(case: Case, days: SaleDays) -> Days:
    """Every day that matters, or fewer where that makes too many rows: always the first, and that on which a lot turns
    long-term, so that no lot could have another character."""
    for offered, most in ((days.enough, EVERY_DAY), (days.two, TWO_DAYS)):
        if len(case.holdings) <= most and sum(len(offered(holding)) for holding in case.holdings) <= most:
            return offered
    return days.one


def solve(
    question: Question, deadline: float, seconds: float, afterwards: float = 0.0
) -> tuple[Found, Evaluation, Question]:
    """The best plan; with `edge_margin` the best that keeps this distance, unless that costs more dollars than the
    distance has: then no plan keeps it on this side of the jump, or none that is worth it."""
    apart = edge_margin(question.case.household)
    if not apart:
        return _solved(question, deadline, seconds, afterwards)
    try:
        kept = _solved(question, deadline, seconds, afterwards, apart)
    except NoPlan:
        return _solved(question, deadline, seconds, afterwards)
    try:
        free = _solved(question, deadline, seconds, afterwards)
    except NoPlan:  # no time is left
        return kept
    return free if free[1].benefit.total - kept[1].benefit.total > apart else kept


def _solved(
    question: Question, deadline: float, seconds: float, afterwards: float, apart: Decimal = ZERO
) -> tuple[Found, Evaluation, Question]:
    """Search, recompute in cents, and search again: with tighter limits where a cent of a limit was missed, and further
    from the jumps of the tax where the plan fell over one. The bound is that of the first search."""
    plan_limits = question.case.household.plan_limits
    margin, clearance = ZERO, 0.0
    first: Found | None = None
    for _ in range(ATTEMPTS):
        task = task_of(question, deadline - afterwards, clearance, apart)
        exact, below = task.economy.exact, task.economy.below
        try:
            found = search(replace(task, plan_limits=plan_limits.tightened(margin)))
        except OutOfTimeError:
            raise NoPlan(
                [Problem("plan", f"no plan was found within {seconds:g} seconds", "allow more with --time-limit")]
            ) from None
        if isinstance(found, Infeasible):
            raise NoPlan([no_combination(plan_limits)])
        first = first or found
        found = replace(found, bound=min(found.bound, first.bound), exact=exact)
        question = _with_cancelled(question, found.cancelled)
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


def task_of(question: Question, deadline: float, clearance: float = 0.0, apart: Decimal = ZERO) -> Task:
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
        economy=economy_of(setting, lots, stands.gains, stands.undecided, clearance, apart, soon),
        lots=lots,
        couplings=couplings(lots, around),
        plan_limits=question.case.household.plan_limits,
        deadline=deadline,
        idle=float(_cost_of_doing_nothing(question)),
        lot_terms=_of_this_year(question),
        every_day=question.every_day,
        proposals=tuple(_proposals(question, lots)),
    )


def _of_this_year(question: Question) -> LotTerms:
    """What the certificate says of the lots where none is put off: the search is of this year's plans alone."""
    limits = question.case.household.plan_limits
    if not limits.january:
        return question.lot_terms
    field, limits = question.field.candidates, limits.changed(january=False)
    return lot_terms(field, question.setting, question.purchases, question.days, limits)


def _proposals(question: Question, lots: CandidateRows) -> Iterator[Proposal]:
    """What people do without a planner: no plan may be worth less."""
    rows = {first.lot_id: row for first, row in zip(lots.firsts, lots.starts.tolist(), strict=True)}
    for rule in RULES:
        orders = rule(question.field.candidates, question.baseline, question.case.household.plan_limits)
        found = ((rows.get(order.holding.lot.lot_id), order) for order in orders)  # each on its first day
        yield Proposal({row: float(order.quantity) for row, order in found if row is not None})


def _tidied(question: Question, task: Task, evaluation: Evaluation, deadline: float) -> Evaluation:
    """The plan without sales that are worth nothing to it, none later than it must be."""
    plan_limits = question.case.household.plan_limits
    return tidied(
        question.setting,
        evaluation,
        question.baseline,
        days=question.field.candidates.days,
        settled=needed(task.economy, question.setting, evaluation).union(plan_limits.duties),
        keeps=(lambda sales: _missed(plan_limits, sales) <= 0) if plan_limits.sums else None,
        deadline=deadline,
    )


def _with_cancelled(question: Question, cancelled: frozenset[str]) -> Question:
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
    return lots.of_lots(
        np.array([lot.identity in around for lot in lots.firsts], dtype=bool) | (lots.gain != 0) | (lots.duty > 0)
    )


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


def _bound(question: Question, found: Found) -> Decimal:
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

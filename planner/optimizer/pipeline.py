"""The stations in order: candidates, baseline, model and solver, verification in exact cents, and the Plan."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

import numpy as np

from planner.domain.carryover_value import carryover_value
from planner.domain.case import Case
from planner.domain.duties import with_duties
from planner.domain.errors import InternalError
from planner.domain.plan import Plan, Status
from planner.domain.plan_limits import KEYS, PlanLimits
from planner.domain.tax_return import tax_return
from planner.ledger.replacement_purchases import purchases_between
from planner.ledger.year_to_date import year_so_far
from planner.optimizer.annotate import cautions, wash_windows
from planner.optimizer.annotate.coverage import coverage_cautions
from planner.optimizer.annotate.edge_sales import weighed, with_edges
from planner.optimizer.annotate.in_january import in_january, put_off_to_january
from planner.optimizer.annotate.income_edges import income_edge_cautions
from planner.optimizer.annotate.kept_winners import kept_winners
from planner.optimizer.annotate.landing import landing
from planner.optimizer.annotate.reasons import held_back_by_plan, with_reasons
from planner.optimizer.annotate.tied_sales import tie_cautions
from planner.optimizer.annotate.time_left import REASONS, TimeLeft
from planner.optimizer.annotate.turnover import turnover_cautions
from planner.optimizer.candidates import candidates
from planner.optimizer.edges import unmodelled
from planner.optimizer.feasibility import Days, refuse_contradiction, refuse_impossible_limits
from planner.optimizer.giving import giving_of, without_gift
from planner.optimizer.joint_giving import weighs_gifts, with_the_best_gift
from planner.optimizer.lots_alike import lots_alike, usual_lots
from planner.optimizer.offering import identity_of
from planner.optimizer.proof import Proof
from planner.optimizer.put_off import with_january
from planner.optimizer.question import Question, SolvedQuestion
from planner.optimizer.sale_days import SaleDays, reach, sale_days
from planner.optimizer.solve import bound_of, solve, with_cancelled
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.lot_terms import lot_terms
from planner.optimizer.verify.offers import january_allowed
from planner.optimizer.verify.sale_figures import Order
from planner.optimizer.verify.setting import Past, Setting, with_purchases
from rules.liability import liability
from rules.substantially_identical import IdenticalGroups
from rules.terms import Owner

SECONDS = 30.0
EVERY_DAY = 4_000  # rows, a lot and a day each, up to which every day that matters is offered
TWO_DAYS = 20_000  # and up to which two are offered at each turn
ONE_DAY = 150_000  # lots up to which one is: of more, each with purchases on every day, rows would fill the memory
AFTERWARDS = 6.0  # times as long as a case takes to be made ready: kept for what comes after the search
MOST_AFTERWARDS = 0.4  # and of the time allowed, at most
FOR_JANUARY = 0.25  # of the time allowed, at least, where sales may be put off: what is searched is this year alone


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
    for_january = FOR_JANUARY * seconds if january_allowed(case.household.plan_limits, question.setting) else 0.0
    afterwards = min(MOST_AFTERWARDS * seconds, max(AFTERWARDS * (time.monotonic() - began), for_january))
    found, evaluation, question = solve(question, deadline, seconds, afterwards)
    if broken := broken_limits(question.case, evaluation.sales):
        raise InternalError(f"the plan breaks a limit: {broken[0]}")
    bound = bound_of(question, found)
    if not found.exact:
        bound += unmodelled(question.setting.facts, question.baseline)
    evaluation, proof = with_january(question, evaluation, bound, deadline, found.points)
    proof = replace(proof, search_ended=found.ended and time.monotonic() < deadline)
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
    question = with_cancelled(question, cancelled)
    evaluation = evaluate(question.setting, orders, question.baseline)
    return _plan(case, question, evaluation, Proof(max(bound, evaluation.benefit.total), status))


def _plan(case: Case, question: Question, evaluation: Evaluation, proof: Proof, deadline: float = math.inf) -> Plan:
    """The sales with everything that is said about them, for which there is time."""
    setting, left = question.setting, TimeLeft(deadline)
    losses = wash_windows.losses(setting, evaluation.sales)
    asked = list(cautions.asked(case, question.purchases, losses))
    sales = with_reasons(
        setting,
        evaluation,
        left,
        all_shown=not coverage_cautions(case, setting),
        asked={symbol for symbol, _ in asked},
    )
    added = weighed(question, evaluation, left)
    sales = with_edges(sales, added)
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
        windows=wash_windows.windows(case, setting, evaluation, losses, question.baseline, question.so_far.windows),
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
            *cautions.cautions(
                case,
                question.setting,
                (caution for _, caution in asked),
                evaluation,
                losses,
                question.so_far.dispositions,
            ),
            *turnover_cautions(question, evaluation, added),
            *tie_cautions(question.setting, evaluation),
            *((REASONS,) if left.cut else ()),
        ),
        near_long_term=cautions.near_long_term(question.case),
        replacements=wash_windows.replacements(case, evaluation.sales, losses, question.so_far.windows),
        carryover=question.setting.carryover,
        proven_by=proof.proven_by,
        certified=proof.certified,
        certificate=proof.certificate,
        search_ended=proof.search_ended,
        hard_to_prove=_hard_to_prove(limits),
        double_up=wash_windows.double_up(case),
        january=put_off_to_january(question.setting, evaluation, allowed=case.household.plan_limits.january),
        if_in_january=in_january(question, evaluation, cancellations),
        giving=giving_of(case, question.given, question.setting, evaluation, question.baseline),
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
    identity_of_symbol = cache(IdenticalGroups.of(choices.identical, choices.different).key)
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
    lots = case.lots
    if len(lots) <= TWO_DAYS:
        usual = usual_lots(case)
        kind, one_each = lots_alike(case, np.flatnonzero(usual))
        rows = [*np.flatnonzero(usual)[one_each].tolist(), *np.flatnonzero(~usual).tolist()]
        sizes = [*np.bincount(kind).tolist(), *(1 for _ in range(len(lots) - len(kind)))]
        for offered, most in ((days.enough, EVERY_DAY), (days.two, TWO_DAYS)):
            its = (size * len(offered(lots[row])) for row, size in zip(rows, sizes, strict=True))
            if len(lots) <= most and sum(its) <= most:
                return offered
    return days.one if len(lots) <= ONE_DAY else days.few

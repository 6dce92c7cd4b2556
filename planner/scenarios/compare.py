"""The scenarios of a household side by side: each planned, or valued where a rule of thumb chose its sales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from planner.analysis.comparison import (
    JANUARY,
    NAIVE,
    Compared,
    Comparison,
    ScenarioOrigin,
    Waiting,
    best_of,
    lot_differences,
)
from planner.analysis.marginal_value import marginal
from planner.domain.case import Case
from planner.domain.errors import InputError
from planner.domain.plan import Plan
from planner.loader.reading.sales_list import ListedSale
from planner.optimizer import SECONDS, Question, ask, plan_case, plan_of_orders, plan_with_sensitivities
from planner.optimizer.joint_giving import with_the_gift_of
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.sale_figures import figures
from planner.scenarios.definitions import Scene, scenes_of
from planner.scenarios.listed_sales import valued
from planner.scenarios.workers import Told, in_order, silent
from rules.terms import ZERO, to_cents


def compare_case(
    case: Case,
    names: Sequence[str] = (),
    *,
    plan: Plan | None = None,
    seconds: float = SECONDS,
    told: Told = silent,
    listed: tuple[str, Sequence[ListedSale]] | None = None,
) -> Comparison:
    """The case as given beside its scenarios: all of them, or those of these names. `told` is called with its progress.
    `listed` are sales to value beside them, with the name of their file.

    `plan` is that of the case as given where there is one already; it is not looked for again. A scenario whose
    constraints cannot be kept is compared as one without a plan. Raises Refused for a name that there is not, and
    LawNotCovered for a year or state not held."""
    scenes = scenes_of(case, names)
    known = [replace(_unplanned(scenes[0]), plan=plan)] if plan is not None else []
    searched = [scene for scene in scenes[len(known) :] if scene.rule is None]
    found = [*known, *in_order(partial(_planned, seconds=seconds), searched, told=told)]
    as_given = found[0].plan
    question = ask(case if as_given is None else with_the_gift_of(case, as_given))
    bound = as_given.benefit.bound if as_given is not None else _ceiling(question)
    by_hand = [valued(case, question, *listed, bound)] if listed is not None else []
    rows = {row.name: row for row in (*found, *(_by_rule(question, s, bound) for s in scenes if s.rule is not None))}
    waiting = _waiting(as_given) if as_given and as_given.sales and JANUARY in rows else None
    if waiting is not None:
        rows[JANUARY] = replace(rows[JANUARY], in_january=waiting.in_january)
    elif not names:
        rows.pop(JANUARY, None)  # nothing is sold, or the plan itself puts off what is worth more then
    in_order_of_scenes = [rows[scene.name] for scene in scenes if scene.name in rows]
    compared = [_beside(as_given, row) for row in (in_order_of_scenes[0], *by_hand, *in_order_of_scenes[1:])]
    own = by_hand[0].plan if by_hand else None
    naive = rows[NAIVE].plan if NAIVE in rows else None
    return Comparison(
        scenarios=tuple(compared),
        best=best_of(compared),
        naive_gap=as_given.benefit.total - naive.benefit.total if as_given and naive else None,
        listed_gap=as_given.benefit.total - own.benefit.total if as_given and own else None,
        waiting=waiting,
        marginal=marginal(as_given, case.household) if as_given else None,
    )


def _unplanned(scene: Scene) -> Compared:
    """A scenario before it has a plan."""
    return Compared(scene.name, scene.origin, scene.what, None, apart=scene.apart)


def _planned(scene: Scene, seconds: float) -> Compared:
    """The best plan under a scenario, or why there is none; of the household as given, as `harvest plan` prints it."""
    row = _unplanned(scene)
    best = plan_with_sensitivities if scene.origin is ScenarioOrigin.AS_GIVEN else plan_case
    try:
        return replace(row, plan=best(scene.case, seconds=seconds))
    except InputError as refused:
        return replace(row, problems=refused.problems, exit_code=refused.exit_code)


def _by_rule(question: Question, scene: Scene, bound: Decimal) -> Compared:
    """What a rule's sales come to. A rule knows of nothing that is asked for: it may raise too little cash, or leave
    what must be sold."""
    assert scene.rule is not None
    orders = scene.rule(question)
    plan = plan_of_orders(scene.case, question, orders, bound)
    needed = scene.case.household.plan_limits.cash_needed
    raised = sum((sale.proceeds for sale in plan.sales), ZERO)
    keys = dict.fromkeys(each.key for each in broken_limits(question.case, [figures(order) for order in orders]))
    short = [f"only ${raised:,.2f} of cash_needed"] if raised < needed else []
    apart = " and ".join([*short, *(f"breaks {key}" for key in keys if key != "cash_needed")])
    return Compared(scene.name, scene.origin, scene.what, plan, by_rule=True, apart=apart)


def _ceiling(question: Question) -> Decimal:
    """More than any plan can be worth: no tax at all, every loss carried on, every gain's later tax spared."""
    assumptions = question.setting.assumptions
    gains = [lot.whole.gain for lot in question.field.candidates.firsts]
    losses = -sum((gain for gain in gains if gain < 0), ZERO)
    spared = sum((gain for gain in gains if gain > 0), ZERO)
    carried = question.setting.carryover.of(losses) + assumptions.deferral_rate * spared
    return question.baseline.total_tax + to_cents(carried)


def _beside(as_given: Plan | None, row: Compared) -> Compared:
    if as_given is None or row.plan is None:
        return row
    return replace(row, differences=lot_differences(as_given, row.plan))


def _waiting(plan: Plan) -> Waiting | None:
    """The plan's sales in January, as the plan itself has them."""
    return Waiting(plan.benefit.total, plan.if_in_january.value) if plan.if_in_january is not None else None

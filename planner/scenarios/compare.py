"""The household as given, its own scenarios, and the set that every household gets, each planned or valued."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from planner.case import Case
from planner.comparison import AS_GIVEN, Compared, Comparison, Origin, best_of, lot_differences
from planner.optimizer import SECONDS, Order, Question, ask, plan_case, plan_of_orders
from planner.refusals import ExitCode, Refused
from planner.scenarios.rules_of_thumb import every_loss, nothing, until_gains_are_zero

NAIVE = "losers until gains are zero"

Rule = Callable[[Question], Sequence[Order]]

RULES: tuple[tuple[str, str, Rule], ...] = (
    ("do nothing", "sells nothing more this year", nothing),
    ("sell every loss", "sells every lot that stands at a loss, the largest loss first", every_loss),
    (NAIVE, "sells whole lots, the largest loss first, until the year has no net gain left", until_gains_are_zero),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A scenario before it is planned: the case under it, what it changes in words, why its worth stands apart."""

    name: str
    origin: Origin
    what: str
    case: Case
    apart: str = ""


def compare_case(case: Case, scenes: Sequence[Scene] = (), *, seconds: float = SECONDS) -> Comparison:
    """The case as given beside these scenes and the rules of thumb."""
    first = _planned(Scene(AS_GIVEN, Origin.AS_GIVEN, "the household as it stands in its file", case), seconds)
    rows = [first, *(_planned(scene, seconds) for scene in scenes)]
    if first.plan is not None:
        rows += [_by_rule(case, name, what, rule, first.plan.benefit.bound) for name, what, rule in RULES]
        ours = first.plan
        rows = [
            replace(row, differences=lot_differences(ours, row.plan)) if row.plan is not None else row for row in rows
        ]
    naive = next((row.plan for row in rows if row.name == NAIVE), None)
    gap = first.plan.benefit.total - naive.benefit.total if first.plan is not None and naive is not None else None
    return Comparison(tuple(rows), best_of(rows), gap)


def _planned(scene: Scene, seconds: float) -> Compared:
    try:
        plan = plan_case(scene.case, seconds=seconds)
    except Refused as refused:
        code: ExitCode = refused.exit_code
        return Compared(scene.name, scene.origin, scene.what, None, refused.refusals, exit_code=code, apart=scene.apart)
    return Compared(scene.name, scene.origin, scene.what, plan, apart=scene.apart)


def _by_rule(case: Case, name: str, what: str, rule: Rule, bound: Decimal) -> Compared:
    question = ask(case)
    plan = plan_of_orders(case, question, rule(question), bound)
    return Compared(name, Origin.BUILT_IN, what, plan, by_rule=True)

"""Thousands of random households planned and attacked: `make hunt`, and `make hunt-large` for those of 600 to 3,000
lots at a limit of five seconds. Prints what was proven, the gaps, the slowest.

Each plan is compared with every rule of thumb, against random plans improved one lot at a time, and, of seven lots or
fewer, against every plan that sells whole lots. The verifier values them all. A plan below one of these, a bound below
one, a limit broken or an answer of our own fault ends the hunt with the seed of the household.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice, product
from random import Random

from random_households import household, kinds, large_household

from planner.domain.case import Case
from planner.domain.errors import NoPlan
from planner.domain.plan import Plan, Status
from planner.domain.trading_days import first_session
from planner.optimizer.pipeline import answer_case, ask
from planner.optimizer.question import Question
from planner.optimizer.rules_of_thumb import RULES
from planner.optimizer.verify.evaluate import evaluate
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.offers import january_allowed
from planner.optimizer.verify.sale_figures import Order
from planner.optimizer.verify.setting import with_purchases
from planner.optimizer.verify.wash_matching import ChainedSale

CENT = Decimal("0.01")
ROUNDING = Decimal("0.03")
ENUMERATED = 7
MOST_PLANS = 600  # of one household
RANDOM_PLANS = 60
FEW = 3  # of a large household
LARGE_SECONDS = 5.0


@dataclass
class Tally:
    """What a hunt has seen."""

    answers: Counter[str] = field(default_factory=Counter)
    gaps: list[Decimal] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, -1)
    late: list[tuple[float, int]] = field(default_factory=list)  # by more than a second, and the seeds
    open: list[tuple[Decimal, int]] = field(default_factory=list)  # gaps of unproven plans, and the seeds
    below_best: list[tuple[Decimal, int]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)  # what must never be, each with its seed

    def __str__(self) -> str:
        gaps = sorted(self.gaps)
        middle = gaps[len(gaps) // 2] if gaps else 0
        spent, seed = self.slowest
        return (
            f"{dict(self.answers)}; gap: middle {middle}, largest {max(gaps, default=0)}; "
            f"slowest {spent:.2f} s (seed {seed}); late: {self.late}; unproven: {self.open}; "
            f"beaten by more than cents: {self.below_best[:5]}; "
            f"failures: {self.failures}"
        )


def worth(question: Question, orders: Sequence[Order], *, cancelled: bool) -> Decimal | None:
    """What these sales come to; None where they are not lawful or break a limit."""
    planned = () if cancelled else tuple(purchase for _, purchase in question.purchases.cancelable)
    setting = with_purchases(question.setting, (*question.purchases.fixed, *planned))
    try:
        evaluation = evaluate(setting, orders, question.baseline)
    except ChainedSale:
        return None
    return None if broken_limits(question.case, evaluation.sales) else evaluation.benefit.total


def rivals(question: Question, random: Random, number: int = RANDOM_PLANS) -> Iterator[list[Order]]:
    """Plans that someone might have: rules of thumb, every plan of whole lots where these are few, random ones."""
    lots = question.field.candidates
    for rule in RULES:
        yield lots.whole(rule(lots, question.baseline, question.case.household.plan_limits))
    ways: dict[str, list[Order | None]] = {}
    for lot in lots:
        ways.setdefault(lot.lot_id, [None]).append(lot.whole.order)
    if january_allowed(question.case.household.plan_limits, question.setting):
        for lot in {lot.lot_id: lot for lot in lots if not lot.must}.values():
            ways[lot.lot_id].append(replace(lot.whole.order, sold=first_session(2026, lot.holding.lot.asset_class)))
    if len(ways) <= ENUMERATED:
        few = [[*ways[lot][:2], *random.sample(ways[lot][2:], min(1, len(ways[lot][2:])))] for lot in ways]
        yield from ([o for o in chosen if o is not None] for chosen in islice(product(*few), MOST_PLANS))
    for _ in range(number):
        share = random.random()
        chosen = [random.choice(its[1:]) for its in ways.values() if random.random() < share]
        yield [order for order in chosen if order is not None]


def attacked(case: Case, seed: int, seconds: float, tally: Tally, number: int = RANDOM_PLANS) -> None:
    random = Random(seed)
    began = time.monotonic()
    try:
        plan: Plan | None = answer_case(case, seconds=seconds).plan
    except NoPlan:
        plan = None
    spent = time.monotonic() - began
    tally.slowest = max(tally.slowest, (spent, seed))
    if spent > seconds + 1:
        tally.late.append((round(spent - seconds, 2), seed))
    question = ask(case)
    best: Decimal | None = None
    for orders in rivals(question, random, number):
        for cancelled in (False, True):
            value = worth(question, orders, cancelled=cancelled)
            if value is not None and (best is None or value > best):
                best = value
    if plan is None:
        tally.answers["no plan"] += 1
        assert best is None or spent >= seconds, f"seed {seed}: there is a plan worth {best}"
        return
    tally.answers[plan.status.value] += 1
    tally.gaps.append(plan.benefit.gap)
    if plan.status is not Status.PROVEN:
        tally.open.append((plan.benefit.gap, seed))
    allowed = ROUNDING + CENT * (len(plan.sales) + 1)
    if best is None:
        return
    assert plan.benefit.bound >= best - allowed, f"seed {seed}: bound {plan.benefit.bound} below a plan of {best}"
    if best > plan.benefit.total + allowed:
        tally.below_best.append((best - plan.benefit.total, seed))
    for rule in RULES:
        lots = question.field.candidates
        orders = lots.whole(rule(lots, question.baseline, case.household.plan_limits))
        for cancelled in (False, True):
            value = worth(question, orders, cancelled=cancelled)
            assert value is None or plan.benefit.total >= value - allowed, (
                f"seed {seed}: {rule.__name__} is worth {value}"
            )


def hunt(seeds: range, seconds: float = 10.0, tally: Tally | None = None, *, large: bool = False) -> Tally:
    """Each household attacked; what must never be is counted with its seed, and the hunt goes on."""
    tally = tally or Tally()
    for seed in seeds:
        case = large_household(seed) if large else household(seed)
        tally.kinds.update(kinds(case))
        try:
            attacked(case, seed, seconds, tally, FEW if large else RANDOM_PLANS)
        except Exception as why:
            tally.failures.append(f"seed {seed}: {type(why).__name__}: {why}")
    return tally


if __name__ == "__main__":
    first, number = int(sys.argv[1]), int(sys.argv[2])
    large = "large" in sys.argv[3:]
    seconds = LARGE_SECONDS if large else float(sys.argv[3]) if len(sys.argv) > 3 else 10.0
    whole = Tally()
    for start in range(first, first + number, 25):
        hunt(range(start, min(start + 25, first + number)), seconds, whole, large=large)
        print(min(start + 25, first + number) - first, whole, dict(whole.kinds.most_common()), flush=True)
    sys.exit(bool(whole.failures))

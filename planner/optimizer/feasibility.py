"""Limits that no plan can keep, found before solving and said by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np

from planner.domain.case import Case
from planner.domain.errors import NoPlan, Problem
from planner.domain.plan_limits import Duty, PlanLimits, SumLimit, SumOf, WhichLots
from planner.domain.portfolio import Holding
from planner.optimizer.candidate import Candidate
from planner.optimizer.candidates import Field, candidates
from planner.optimizer.sale_days import SaleDays
from planner.optimizer.verify.contradiction import contradict
from planner.optimizer.verify.offers import offers
from planner.optimizer.verify.sale_figures import figures
from planner.optimizer.verify.setting import Setting
from rules.terms import CENT, ZERO

Days = Callable[[Holding], Sequence[date]]


def refuse_impossible_limits(case: Case, field: Field, days: Days) -> None:
    """Raise NoPlan where what a limit asks for cannot be raised, naming the keys that are in its way."""
    limits = case.household.plan_limits
    _refuse_impossible_duties(case, field, days)
    for asked in limits.sums:
        if not asked.at_least:
            continue
        for most in limits.sums:
            if not most.at_least and most.of is asked.of and asked.amount > most.amount and _within(asked, most):
                raise NoPlan([_contradiction(asked, most)])
        raised = _most_raised(field, limits, asked)
        if raised < asked.amount:
            what = (
                f"{asked.name} = {asked.amount:,.2f} cannot be raised: everything that may be sold from "
                f"{case.sale_date} on yields ${raised:,.2f}"
            )
            raise NoPlan([Problem(_place(asked), what, _remedy(case, field, asked, days))])


def refuse_contradiction(case: Case, setting: Setting, field: Field, days: SaleDays) -> None:
    """Raise NoPlan where arithmetic shows that what is asked for and what is allowed cannot be kept together."""
    limits = case.household.plan_limits
    if limits.asks_for_sales and contradict(offers(field.candidates, setting, days, limits, frozenset())):
        raise NoPlan([no_combination(limits)])


def _refuse_impossible_duties(case: Case, field: Field, days: Days) -> None:
    """Raise NoPlan where what must be sold may not be, or is more than a limit allows: both keys are named."""
    limits = case.household.plan_limits
    duties = limits.duties
    if not duties:
        return
    lots = field.candidates
    offered = {lot_id: lots.firsts[n] for n, lot_id in enumerate(lots.lot_ids) if lot_id in duties}
    for lot_id, duty in duties.items():
        if lot_id not in offered:
            why = _why_not_offered(case, field, duty, days)
            what = f"`must_sell` names {lot_id}, which cannot be sold: {why}"
            raise NoPlan([Problem(duty.where or "household.toml: [plan] must_sell", what, "change one of the two")])
    least = [(lot.holding.lot, _least_proceeds(lot)) for lot in offered.values()]
    for limit in limits.sums:
        if not limit.at_least and limit.missed(least) > 0:
            its = [duty for lot_id, duty in duties.items() if limit.where.covers(offered[lot_id].holding.lot)]
            what = _over(limit, limit.total(least), its)
            raise NoPlan([Problem(_place(limit), what, f"raise {limit.name}, or remove something from `must_sell`")])


def _over(limit: SumLimit, total: Decimal, duties: Sequence[Duty]) -> str:
    """What must be sold against what a limit allows: dollars, or lots."""
    required = f"selling {_required(duties)}"
    if limit.of is SumOf.LOTS:
        return f"{required} is {total:f} sales, but {limit.name} allows {limit.amount:f}"
    return f"{required} brings ${total:,.2f}, but {limit.name} allows ${limit.amount:,.2f}"


def _required(duties: Sequence[Duty]) -> str:
    """The sales that must be made: the household's own, and what only a what-if supposes."""
    supposed = [f"the whole of {duty.lot_id}" for duty in duties if duty.supposed]
    own = ["the lots in `must_sell`"] if len(supposed) < len(duties) else []
    return " and ".join((*supposed, *own))


def _why_not_offered(case: Case, field: Field, duty: Duty, days: Days) -> str:
    limits = case.household.plan_limits
    if not limits.sell:
        return "`sell` = false sells nothing"
    if duty.day is not None and limits.first_day is not None and duty.day < limits.first_day:
        return f"its date {duty.day} is before `sale_date` = {limits.first_day}"
    if duty.day is not None and limits.last_day is not None and duty.day > limits.last_day:
        return f"its date {duty.day} is after `last_sale_date` = {limits.last_day}"
    holding = next((holding for holding in case.holdings if holding.lot.lot_id == duty.lot_id), None)
    held = next((held for held in field.held_back if held.lot_id == duty.lot_id), None)
    if held is not None and holding is not None and days(holding):
        return held.reason
    within = [f"`{name}`" for name in ("sale_date", "last_sale_date") if getattr(limits, name) is not None]
    return f"its market is not open on any day that {' and '.join(within) or 'the year'} allows"


def _least_proceeds(lot: Candidate) -> Decimal:
    return figures(replace(lot.whole.order, quantity=lot.duty)).proceeds


def _within(asked: SumLimit, most: SumLimit) -> bool:
    """Whether all that the one sum counts, the other counts as well."""
    return most.where.contains(asked.where)


def _place(limit: SumLimit) -> str:
    return f"household.toml: [plan] {limit.name}"


def _contradiction(asked: SumLimit, most: SumLimit) -> Problem:
    what = f"{asked.name} = {asked.amount:,.2f} is more than {most.name} = {most.amount:,.2f} allows"
    return Problem(_place(asked), what, f"raise {most.name} or lower the cash needed")


def _most_raised(field: Field, limits: PlanLimits, asked: SumLimit) -> Decimal:
    """The most that sales of so many lots can bring, whatever else they do."""
    lots = field.candidates
    cents = np.sort(np.rint(lots.proceeds[lots.firsts.covered(asked.where)] * 100).astype(np.int64))[::-1]
    most = [int(limit.amount) for limit in limits.sums if limit.of is SumOf.LOTS and _within(asked, limit)]
    return int(cents[: min(most, default=None)].sum()) * CENT


def _remedy(case: Case, present: Field, asked: SumLimit, days: Days) -> str:
    """The limits without which enough could be raised, with the proceeds there would be; or how far off the most is."""
    limits = case.household.plan_limits
    freed, none = {}, limits
    for key in limits.limiting:
        if isinstance(key.meaning, WhichLots) or any(limit.of is SumOf.LOTS for limit in limits.sums_of(key)):
            freed[key.without] = limits.without(key)
            none = none.without(key)
    if len(freed) > 1:
        freed["without any of these limits"] = none
    enough, short = [], []
    for name, other in freed.items():
        field = candidates(replace(case, household=replace(case.household, plan_limits=other)), days)
        raised = _most_raised(field, other, asked)
        if raised >= asked.amount:
            enough.append(f"{name}: ${raised:,.2f}")
        else:
            short.append((raised, name))
    if enough:
        return f"lower the cash needed, or change a limit: {'; '.join(enough)}"
    most, name = max(short, key=lambda offer: offer[0], default=(ZERO, ""))
    if most > _most_raised(present, limits, asked):
        return f"lower the cash needed: {name} would raise it to ${most:,.2f}, which is not enough"
    return "lower the cash needed"


def no_combination(plan_limits: PlanLimits) -> Problem:
    """What is said where limits that each could be kept cannot be kept together: all of them by name."""
    return Problem(
        "household.toml: [plan]",
        "no combination of the lots that may be sold satisfies all limits together: "
        + ", ".join(_limits_in_words(plan_limits)),
        "relax one of them: cash_needed and must_sell require sales, the others limit them",
    )


def _limits_in_words(plan_limits: PlanLimits) -> list[str]:
    """What is written of every key that asks for sales or limits them, those that ask for them first."""
    sums = sorted(plan_limits.sums, key=lambda limit: not limit.at_least)
    words = [f"{limit.name} = {limit.amount}" for limit in sums]
    words += ["must_sell"] if any(not duty.supposed for duty in plan_limits.must_sell) else []
    words += [f"the sale of the whole of {duty.lot_id}" for duty in plan_limits.must_sell if duty.supposed]
    return words + ([f"minimum_loss = {plan_limits.minimum_loss}"] if plan_limits.minimum_loss else [])

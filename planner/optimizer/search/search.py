"""From candidates to quantities with a proof: relax, sharpen around the margin, round, and say how far it may be off.

A few hundred lots go to the solver one by one. More go behind supply curves (supply.py): the solver places the three
sums, tangents are added where it ends until the curves are met, and its bound is then true for every plan. The lots
around the margin, where whole shares matter, are solved for one by one with all others fixed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from planner.optimizer.candidates import FRACTION, Candidate
from planner.optimizer.program.build import build
from planner.optimizer.program.program import UNIT, Program, called_off
from planner.optimizer.program.supply_curves import Bulk, bulk
from planner.optimizer.program.tax_regimes import Sums
from planner.optimizer.program.wash_groups import Coupling, Crowd
from planner.optimizer.search.bounds import priced_bound
from planner.optimizer.search.contenders import among, contenders, neighbours
from planner.optimizer.search.group_openings import Package, choose
from planner.optimizer.search.shadow_prices import margin_prices, plus
from planner.optimizer.search.solver import Infeasible, OutOfTime, Solved, solve
from planner.optimizer.search.task import GAP, Found, OutOfTimeError, Task
from rules.terms import Lot

ONE_BY_ONE = 600  # up to so many candidates have variables of their own from the start
PAIRS = 1500  # of lot and replacement: up to so many are modelled one by one
MARGIN = 40  # lots taken from behind each curve, on both sides of where the plan ends
NEIGHBOURS = 12  # lots of each kind, by size, beside each that a divisible plan sells
WIDEST = 40 * 8  # beyond this many lots a curve, a wider margin finds nothing better in its time
CURVE_ERROR = 0.002  # dollars of cost by which a supply curve may be missed
ROUNDS = 60  # of tangents; in practice three


def search(task: Task) -> Found | Infeasible:
    """The cheapest year over all that may be sold.

    When time runs out with no plan in hand, doing nothing is the plan, if it keeps the wishes; else OutOfTimeError.
    """
    try:
        if len(task.lots) <= ONE_BY_ONE or task.plan_limits.limits:
            return _one_by_one(task)
        if task.plan_limits.max_sales is not None:
            return _few_of_many(task, task.plan_limits.max_sales)
        return _in_bulk(task)
    except OutOfTimeError as late:
        if task.plan_limits.asks_for_sales:
            raise
        crude, _ = priced_bound(task, (), (0.0, 0.0, 0.0))
        return Found({}, task.idle, max(late.bound, crude), ended=False)


def bound_over_all_days(task: Task, crowds: Sequence[Crowd]) -> tuple[float, bool]:
    """No plan costs less on whatever days it sells, in dollars: the better of two bounds that know of no days; and
    whether the search for both ended. Stopped early, the bound is as true, and further off.

    `task.lots` has every lot once, with the character that suits it best, and `task.couplings` losses already taken
    alone. One bound leaves § 1091 out; the other prices a dollar of loss and leaves out what `crowds` must lose to it.
    """
    try:
        placed = _place(task, *_arrange(task, task.couplings, range(len(task.lots))))
    except OutOfTimeError as late:
        return max(late.bound, priced_bound(task, (), (0.0, 0.0, 0.0))[0]), False
    if isinstance(placed, Infeasible):
        return -math.inf, True
    program, unwashed = placed
    short, long, collectibles = _prices(task, program, unwashed)
    prices = max(short, long, collectibles), long, collectibles  # lest another character be worth more at these prices
    bound, ended = priced_bound(task, crowds, prices)
    return max(unwashed.bound * UNIT, bound), ended and unwashed.proven


# --- one by one ------------------------------------------------------------------------------------------------


def _one_by_one(task: Task) -> Found | Infeasible:
    program = build(task.economy, task.lots, range(len(task.lots)), (), task.couplings, task.plan_limits)
    solved = _solve(program, task)
    if isinstance(solved, Infeasible):
        return solved
    quantities = program.sold(task.lots, solved.values)
    return Found(quantities, solved.cost * UNIT, solved.bound * UNIT, solved.proven, called_off(program, solved.values))


def _solve(program: Program, task: Task) -> Solved | Infeasible:
    solved = solve(program.problem, task.seconds, GAP / UNIT)
    if isinstance(solved, OutOfTime):
        raise OutOfTimeError(solved.bound * UNIT)
    return solved


# --- a few of many ---------------------------------------------------------------------------------------------


def _few_of_many(task: Task, most: int) -> Found | Infeasible:
    """At most so many lots, out of very many: only those are weighed that not as many others are better than.

    The bound takes these contenders as divisible and § 1091 as absent from what they lose; where cash is needed,
    contenders are not enough for a bound, and the number of sales is ignored. The plan is sought, share for share under
    § 1091, among the lots that the divisible plan sells and their neighbours; among all contenders if that is not close
    and they are few.
    """
    past = [group.of_the_past() for group in task.couplings if group.past]
    musts = {i for i, lot in enumerate(task.lots) if lot.must}
    kept = sorted(musts.union(contenders(task.lots, most, cash_needed=task.plan_limits.cash_needed > 0)))
    divisible = [replace(task.lots[i], step=FRACTION) for i in kept]
    program = build(task.economy, divisible, range(len(kept)), (), past, task.plan_limits)
    relaxed = _solve(program, replace(task, deadline=task.deadline - task.seconds / 2))
    if isinstance(relaxed, Infeasible):
        return relaxed
    bound, ended = relaxed.bound, relaxed.proven
    if task.plan_limits.cash_needed > 0:
        uncounted = replace(task, plan_limits=task.plan_limits.changed(max_sales=None))
        placed = _place(uncounted, *_arrange(uncounted, past, range(len(task.lots))))
        bound, ended = (placed[1].bound, placed[1].proven) if isinstance(placed, tuple) else (-math.inf, False)
    sold = [kept[i] for i in program.sold(divisible, relaxed.values)]
    found: Found | Infeasible = Infeasible()
    for some in (neighbours(task.lots, kept, sold, NEIGHBOURS), kept):
        if isinstance(found, Found) and (_close(found) or len(kept) > ONE_BY_ONE):
            break
        found = _one_by_one(replace(task, lots=[task.lots[i] for i in some], couplings=among(task.couplings, some)))
        if isinstance(found, Found):
            quantities = {some[i]: quantity for i, quantity in found.quantities.items()}
            found = replace(
                found,
                quantities=quantities,
                bound=bound * UNIT,
                ended=found.ended and ended,
                unwashed=bound * UNIT,
            )
    return found


# --- in bulk ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fixed:
    """Lots already decided on, sold whole, with what they come to after § 1091."""

    lots: tuple[int, ...] = ()
    gains: Sums = (0.0, 0.0, 0.0)
    cost: float = 0.0


def _in_bulk(task: Task) -> Found | Infeasible:
    closely, wholesale = _split(task.lots, task.couplings)
    past = [group.of_the_past() for group in wholesale if group.past]
    placed = _place(task, *_arrange(task, [*closely, *past], range(len(task.lots))))
    if isinstance(placed, Infeasible):
        return placed
    if not wholesale:
        return _sharpened(task, placed, Fixed())
    # Without § 1091 for the wholesale groups: a bound for every lawful plan, and prices for choosing packages.
    program, unwashed = placed
    prices = _prices(task, program, unwashed)
    called_off_wholesale = frozenset(r.cancelable for group in wholesale for r in group.replacements if r.cancelable)
    free = unwashed.bound * UNIT if not closely else -math.inf
    closely = [*closely, *(group.without_cancelable() for group in past)]
    wholesale = [group.without_cancelable().without_past() for group in wholesale]
    chosen = list(choose(task.lots, wholesale, task.economy, prices))
    found = _with_packages(task, closely, wholesale, chosen)
    if isinstance(found, Infeasible):  # what opens the groups may not fit into the turnover allowed: leave them shut
        found = _with_packages(task, closely, wholesale, [])
    if isinstance(found, Infeasible):
        return found
    return replace(
        found,
        bound=unwashed.bound * UNIT,
        ended=found.ended and unwashed.proven,
        cancelled=found.cancelled | called_off_wholesale,
        unwashed=free,
    )


def _with_packages(
    task: Task, closely: Sequence[Coupling], wholesale: Sequence[Coupling], chosen: Sequence[Package]
) -> Found | Infeasible:
    """The plan around groups opened by these packages, all other groups left shut."""
    fixed = _fixed(task, chosen)
    shut = {i for group in wholesale for i in group.members} - {i for package in chosen for i in package.freed}
    around = _around(replace(task, couplings=closely), fixed)
    placed = _place(around, *_arrange(around, closely, [i for i in range(len(task.lots)) if i not in shut]))
    return placed if isinstance(placed, Infeasible) else _sharpened(around, placed, fixed)


def _split(lots: Sequence[Candidate], couplings: Sequence[Coupling]) -> tuple[list[Coupling], list[Coupling]]:
    """Groups modelled pair by pair, and the groups opened wholesale: none where all can be modelled in good time.

    A group with a lot that must be sold is never left to a package, which might leave it shut.
    """
    if sum(group.pairs for group in couplings) <= PAIRS:
        return list(couplings), []
    closely = [group for group in couplings if any(lots[i].must for i in group.members)]
    room = PAIRS // 10  # beside thousands of pairs a few matter little, and each costs time
    by_size = sorted((g for g in couplings if g not in closely), key=lambda group: (group.pairs, group.identity))
    for n, group in enumerate(by_size):
        if group.pairs > room:
            return closely, by_size[n:]
        room -= group.pairs
        closely.append(group)
    return closely, []


def _arrange(
    task: Task, closely: Sequence[Coupling], members: Iterable[int]
) -> tuple[Sequence[Coupling], list[int], list[Bulk]]:
    """Which lots get variables of their own and which go behind supply curves."""
    single = {i for group in closely for i in group.members}
    single |= {i for i in members if task.lots[i].whole.gain == 0}  # no gain: off every curve
    single |= {i for i in members if task.lots[i].must or task.lots[i].charge}
    # A least quantity is a switch of its own; behind a curve it is left out, which only lowers the bound.
    return closely, sorted(single), _bulks(task, [i for i in members if i not in single])


def _prices(task: Task, program: Program, placed: Solved) -> Sums:
    short, long, collectibles = (
        total.constant + sum(weight * placed.values[v.name] for v, weight in total.items()) for total in program.sums
    )
    sums = plus(task.economy.before, (short * UNIT, long * UNIT, collectibles * UNIT))
    return margin_prices(task.economy, sums, _charged(task, program, placed))


def _fixed(task: Task, chosen: Sequence[Package]) -> Fixed:
    lots = tuple(i for package in chosen for i in package.sold)
    short, long, collectibles = (sum(package.gains[b] for package in chosen) for b in range(3))
    return Fixed(lots, (short, long, collectibles), sum(package.cost for package in chosen))


def _charged(task: Task, program: Program, placed: Solved) -> Sums:
    """What the next dollar of loss costs from the supply curves, by basket; infinite where none is left."""
    charged = [math.inf, math.inf, math.inf]
    for curve, gain, _ in program.bulks:
        step = curve.step_at(placed.values[gain.name] * UNIT)
        if step > 0 and curve.loser[step - 1]:
            price = curve.cost_rate * -float(curve.slopes[step - 1]) + task.economy.deferral
            charged[curve.basket] = min(charged[curve.basket], price)
    return charged[0], charged[1], charged[2]


def _around(task: Task, fixed: Fixed) -> Task:
    """The task that remains when these lots are sold."""
    economy = replace(task.economy, before=plus(task.economy.before, fixed.gains))
    return replace(task, economy=economy, plan_limits=task.plan_limits.after(_sales(task, fixed.lots)))


def _sharpened(task: Task, placed: tuple[Program, Solved], fixed: Fixed) -> Found | Infeasible:
    """Sharpen around the margin, wider until the plan is as good as its bound, time is out or wider finds no more."""
    program, relaxed = placed
    found: Found | Infeasible
    margin = MARGIN
    while True:
        found = _sharpen(task, program, relaxed, margin)
        widest = margin >= min(len(task.lots), WIDEST)
        if widest or task.seconds < 1 or (isinstance(found, Found) and _close(found)):
            break
        margin *= 8
    if isinstance(found, Infeasible):
        return found
    quantities = found.quantities | {i: task.lots[i].quantity for i in fixed.lots}
    ended = found.ended and (widest or _close(found))
    return replace(found, quantities=quantities, cost=found.cost + fixed.cost, ended=ended)


def _close(found: Found) -> bool:
    return found.cost - found.bound <= 0.01 * max(1, len(found.quantities))


def _bulks(task: Task, members: Sequence[int]) -> list[Bulk]:
    """Lots that share basket, cost rate, and the limits that cover them, a curve for each kind."""
    lots, limits = task.lots, task.plan_limits.limits
    alike: dict[tuple[int, float, tuple[bool, ...]], list[int]] = defaultdict(list)
    for i in members:
        covered = tuple(row.where.covers(lots[i].holding.lot) for row in limits)
        alike[lots[i].basket, float(lots[i].cost_rate), covered].append(i)
    made = []
    for (basket, cost_rate, _), indices in sorted(alike.items()):
        gains = np.array([float(lots[i].whole.gain) for i in indices])
        proceeds = np.array([float(lots[i].whole.proceeds) for i in indices])
        made.append(bulk(basket, cost_rate, indices, gains, proceeds))
    return made


def _place(
    task: Task, closely: Sequence[Coupling], single: Sequence[int], bulks: Sequence[Bulk]
) -> tuple[Program, Solved] | Infeasible:
    """Solve, add the tangents that were missed, solve again: until the supply curves are met. Where time stops that
    first, nothing is proven but the bound."""
    for rounds_left in reversed(range(ROUNDS)):
        program = build(task.economy, task.lots, single, bulks, closely, task.plan_limits)
        solved = _solve(program, task)
        if isinstance(solved, Infeasible):
            return solved
        met = not _add_missed_tangents(task, program, solved)
        if met or not rounds_left:
            return program, solved
        if task.seconds < 1:
            return program, replace(solved, proven=False)
    raise AssertionError("at least one round is made")


def _add_missed_tangents(task: Task, program: Program, solved: Solved) -> bool:
    plan_limits = task.plan_limits
    proceeds_matter = plan_limits.max_turnover is not None or plan_limits.cash_needed > 0
    missed = False
    for curve, gain_variable, proceeds_variable in program.bulks:
        gain = solved.values[gain_variable.name] * UNIT
        proceeds = solved.values[proceeds_variable.name] * UNIT
        price = max(curve.cost_rate, 1.0 if proceeds_matter else 0.0)
        if (curve.least_proceeds(gain) - proceeds) * price > CURVE_ERROR:
            curve.cut_below(gain)
            missed = True
        if plan_limits.cash_needed > 0 and proceeds - curve.most_proceeds(gain) > CURVE_ERROR:
            curve.cut_above(gain)
            missed = True
    return missed


def _sharpen(task: Task, program: Program, relaxed: Solved, margin: int) -> Found | Infeasible:
    """Solve one by one for the lots near the margin, all others fixed as the relaxed plan has them."""
    single, whole = list(program.fractions), list[int]()
    for curve, gain_variable, proceeds_variable in program.bulks:
        gain = relaxed.values[gain_variable.name] * UNIT
        proceeds = relaxed.values[proceeds_variable.name] * UNIT
        step = curve.step_at(gain)
        near = np.zeros(len(curve.members), dtype=bool)
        near[max(0, step - margin) : step + margin] = True
        if task.plan_limits.cash_needed > 0:
            near |= _between_edges(curve, gain, proceeds, margin)
        single += [int(i) for i in curve.members[near]]
        whole += [int(i) for i in curve.members[curve.sold_left_of(step) & ~near]]
    fixed = _sold_whole(task, whole)
    around = _around(task, fixed)
    sharpened = build(around.economy, task.lots, single, (), program.couplings, around.plan_limits)
    solved = _solve(sharpened, task)
    if isinstance(solved, Infeasible):
        return solved
    quantities = sharpened.sold(task.lots, solved.values) | {i: task.lots[i].quantity for i in whole}
    return Found(
        quantities,
        solved.cost * UNIT + fixed.cost,
        relaxed.bound * UNIT,
        relaxed.proven and solved.proven,
        called_off(sharpened, solved.values),
    )


def _sold_whole(task: Task, indices: Sequence[int]) -> Fixed:
    """Lots that no purchase can wash, sold whole."""
    gains = [0.0, 0.0, 0.0]
    cost = 0.0
    for i in indices:
        lot = task.lots[i]
        gains[lot.basket] += float(lot.whole.gain)
        cost += float(lot.whole.proceeds) * float(lot.cost_rate) - task.economy.deferral * float(lot.whole.gain)
    return Fixed(tuple(indices), (gains[0], gains[1], gains[2]), cost)


def _between_edges(curve: Bulk, gain: float, proceeds: float, margin: int) -> np.ndarray:
    """Where cash is needed beyond the lower edge: lots spread over the curve, to mix both edges with."""
    near = np.zeros(len(curve.members), dtype=bool)
    if proceeds - curve.least_proceeds(gain) > CURVE_ERROR and len(near):
        near[np.unique(np.linspace(0, len(near) - 1, 8 * margin).astype(int))] = True
    return near


def _sales(task: Task, indices: Iterable[int]) -> list[tuple[Lot, Decimal]]:
    """Lots sold whole, as limits on sums count them."""
    return [(task.lots[i].holding.lot, task.lots[i].whole.proceeds) for i in indices]

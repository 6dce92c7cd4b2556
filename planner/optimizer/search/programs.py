"""The program of record, asked until someone answers: one engine, another scaling, another engine.

What comes back is a plan as `Book` values it and a bound; the solver's own figure of the cost is never used.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from planner.optimizer.program.build import build
from planner.optimizer.program.economy import Economy
from planner.optimizer.program.program import Program, called_off
from planner.optimizer.program.too_late import TooLate
from planner.optimizer.search.book import Book, Trial
from planner.optimizer.search.solver import Outcome, OutOfTime, Solved, cut_short, other_engine, solve
from planner.optimizer.search.task import GAP, Infeasible
from planner.optimizer.search.whole_shares import next_to

OTHER_SCALE = 6  # powers of two between one scaling and the other
LEAST_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class ProgramProof:
    """What programs came to: the best plan found, the bound on which two engines or two scalings agree (minus infinity
    where they do not), and whether two engines found that nothing keeps the limits."""

    trial: Trial | None
    bound: float
    infeasible: bool = False
    ended: bool = False  # engines had nothing more to say, however much more time


def whole_program(book: Book, *, certain: float, best: float, nodes: int | None = None) -> ProgramProof:
    """Every lot with variables of its own. `certain` is a bound known already, `best` the cost of a plan in hand.
    `nodes`: of the solver's tree, within which it is solved or given up."""
    task = book.task
    everything = range(len(task.lots))

    def made(economy: Economy) -> Program:
        return build(economy, task.lots, book.rows, everything, task.couplings, book.rows.limits.most, task.deadline)

    def read(program: Program, solved: Solved) -> Trial | None:
        off = called_off(program, solved.values)
        found = book.of(program.sold(task.lots, solved.values), off)
        if found is None or book.keeps_limits(found):
            return found
        beside = ((row, units) for row, now in found.sold.items() for units in next_to(book, row, now))
        # engines keep a limit of millions but for a cent, which is none of it kept
        return book.best(book.of({**found.sold, row: units}, off) for row, units in beside)

    return proved(book, made, read, certain=certain, best=best, nodes=nodes)


def proved(
    book: Book,
    made: Callable[[Economy], Program],
    read: Callable[[Program, Solved], Trial | None],
    *,
    certain: float,
    best: float,
    nodes: int | None = None,
) -> ProgramProof:
    """Ask one engine, another scaling and another engine, until two agree on the bound or time is out. Where the first
    engine finds nothing the other one is asked next: nothing is believed of one alone."""
    task = book.task
    found: list[Trial | None] = []
    bounds: list[float] = []
    nothing: set[Callable[..., Outcome]] = set()  # engines that say that no values keep the limits
    ways, ended = _ways(task.economy), True
    while ways and task.seconds >= LEAST_SECONDS:
        economy, ask = ways.pop(0)
        try:
            program = made(economy)
        except TooLate:
            ended = False
            break
        outcome = ask(program.problem, task.seconds, GAP / economy.unit, nodes)
        ended = ended and not cut_short(outcome)
        if isinstance(outcome, Infeasible):
            nothing.add(ask)
            ways.sort(key=lambda way: way[1] in nothing)
        if isinstance(outcome, Solved):
            found.append(read(program, outcome))
        if isinstance(outcome, Solved | OutOfTime):
            bound = outcome.bound * economy.unit
            held = book.best([*found])
            least = min(best, held.cost if held is not None else math.inf)
            if math.isfinite(bound) and bound <= least + _dust(bound):  # else a plan in hand contradicts it
                bounds.append(bound)
        held = book.best(found)
        least = min(best, held.cost if held is not None else math.inf)
        if len(nothing) > 1 and not math.isfinite(least):
            return ProgramProof(None, -math.inf, infeasible=True, ended=True)
        if bounds and least - certain <= GAP:
            break
        if len(bounds) > 1 or (nodes is not None and not ended):
            break
    return ProgramProof(
        book.best(found), min(bounds) if len(bounds) > 1 else -math.inf, ended=ended and task.seconds > 0
    )


def _dust(bound: float) -> float:
    """By how much floats may put a bound above the plan that it is the bound of."""
    return 2 * GAP + 1e-10 * abs(bound)


def _ways(economy: Economy) -> list[tuple[Economy, Callable[..., Outcome]]]:
    other = replace(economy, scale=economy.scale + OTHER_SCALE)
    return [(economy, solve), (other, solve), (economy, other_engine)]

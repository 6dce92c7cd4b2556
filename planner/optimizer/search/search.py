"""From candidates to quantities with a proof: prices, groups at prices, bound, plan; a solver where that is not enough.

A plan in hand comes first: doing nothing, every rule of thumb, whatever keeps the limits. Prices give a bound and, read
the other way, a plan; single lots, pairs of lots and whole groups are moved while that helps. Where the gap is still
above the tolerance, the program of record is solved (a household of few rows), or parts of it (of many).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from planner.optimizer.search.book import Book, Trial
from planner.optimizer.search.cases import divided
from planner.optimizer.search.course import CENT, Course
from planner.optimizer.search.descent import Descent
from planner.optimizer.search.dual import START, Prices
from planner.optimizer.search.exchange import exchanged, from_nothing, moved_together
from planner.optimizer.search.feasible import fitted
from planner.optimizer.search.nearest import nearest
from planner.optimizer.search.task import Found, Infeasible, OutOfTimeError, Task
from planner.optimizer.search.to_the_bend import to_the_bend
from planner.optimizer.search.whole_shares import Corner, a_step_away, nearer_the_corner
from planner.optimizer.verify.year_bound import vector

if TYPE_CHECKING:
    from planner.optimizer.search.programs import ProgramProof

QUICK = 120  # rows, and pairs of lot and replacement, up to which the whole program is solved at once
VERY_MANY = 250_000  # rows of a book beyond which lots are moved together, and a proven plan is not looked at further
SOON = 100  # nodes of its tree within which it is solved soon
LARGEST = 4000  # up to which it is solved where nothing else proves the plan
BUILT = 0.002  # seconds a row that the whole program takes to be built, at most
ALIKE = 6  # decimals to which prices are the same
NEAR = 150  # lots nearest to the margin that are moved one by one
PAIRED = 36  # and in pairs
FEW_GROUPS = 12  # up to which the lots of groups are moved one by one in the whole plan
ROUNDS = 3  # of groups and lots at one set of prices
PART = 0.25  # of the time left that one kind of improvement may take
SHARES = (0.05, 0.34)  # of the time of all groups' own programs that one group may take: at first, and after that
FAR = (1.0, 0.5, 1.5)  # of the prices of first dollars
FAR_LOTS = 100  # up to which plans are read there, and divided into cases: of more, time is better spent near the bound
DEARER = (1.0, 1.03, 1.1)  # times the last dollar's prices: there a group is opened that costs nearly nothing here
RENTS = (0.9, 1.1, 0.75, 1.3)  # of what a limit costs at the margin: groups are asked at each


def search(task: Task) -> Found | Infeasible:
    """The cheapest year over all that may be sold. Raises OutOfTimeError with no plan in hand that keeps the limits."""
    book = Book(task)
    course = Course.begun(book)
    for trial in _in_hand(book):
        course.take(trial)
    _by_prices(course)
    _from_afar(course)
    by_exchange(course)
    _by_whole_shares(course)
    proof = _proven_further(course) if not course.fine else None
    if course.best is None:
        if proof is not None and proof.infeasible:
            return Infeasible()
        raise OutOfTimeError
    return _found(course, proof)


def _proven_further(course: Course) -> ProgramProof | None:
    """What prices left open: by the whole program where that is small and soon solved, by cases, in parts, and by the
    whole program again."""
    task = course.book.task
    pairs = sum(group.coupling.pairs for group in course.book.groups)
    size = max(len(course.book.rows), pairs) if task.every_day else LARGEST + 1
    proof: ProgramProof | None = None
    if size <= QUICK:
        proof = _by_program(course, SOON)
    few = len(course.book.rows.starts) <= FAR_LOTS
    if few and not course.good and not (proof is not None and proof.ended):
        until = _part_of(task)
        divided(course, until)
        course.watch(until)
    if size > QUICK and not (course.good if len(course.book.rows) > VERY_MANY else course.fine):
        _with_time_left(course)
    if not course.good and size <= LARGEST and task.seconds > BUILT * size and not (proof is not None and proof.ended):
        proof = _by_program(course)
        course.cut = course.cut or not proof.ended
    return proof


def _part_of(task: Task) -> float:
    """When a part of the search has to end, which may take this part of the time left."""
    return time.monotonic() + PART * max(0.0, task.seconds)


def _by_program(course: Course, nodes: int | None = None) -> ProgramProof:
    from planner.optimizer.search.programs import whole_program  # PuLP, where prices do not do

    proof = whole_program(course.book, certain=course.bound, best=course.cost, nodes=nodes)
    course.take(proof.trial)
    return proof


def _found(course: Course, proof: ProgramProof | None) -> Found:
    best, book = course.best, course.book
    assert best is not None
    bound = min(max(course.bound, proof.bound if proof is not None else -math.inf), best.cost)
    task, lots = book.task, book.task.lots
    whole = book.rows.units
    quantities = {}
    for row, quantity in best.sold.items():
        first = lots.first_of(row)
        quantities[row] = first.quantity if quantity == whole[row] else first.rounded(Decimal(repr(quantity)))
    ended = not course.cut and task.seconds > 0
    return Found(quantities, best.cost, bound, best.cancelled, points=course.dual.points, ended=ended)


# --- plans in hand -----------------------------------------------------------------------------------------------


def _in_hand(book: Book) -> Iterator[Trial | None]:
    """Doing nothing, and every plan that has been proposed: as it is, and with all canceled that may be."""
    everything = frozenset(name for group in book.groups for name in group.cancelable)
    yield book.of({})
    if everything:
        yield book.of({}, everything)
    for proposal in book.task.proposals:
        yield book.of(proposal.sold, proposal.cancelled)
        if everything != proposal.cancelled:
            yield book.of(proposal.sold, everything)


# --- prices ------------------------------------------------------------------------------------------------------


def _by_prices(course: Course) -> None:
    """Raise the bound of the lowest piece, then of what is lowest after that; where the lowest is as high as it gets,
    read a plan off its prices: until no piece is open, or time is out. Of very many lots, of no prices twice, and
    until no plan can be better by a cent a lot."""
    dual, large = course.dual, len(course.book.rows) > LARGEST
    climbed, read = set[int](), set[int]()
    prices_read = set[tuple[float, ...]]()
    while course.book.task.seconds > 0:
        unread = [place for place in course.open_pieces() if place not in read]
        if not unread or (large and course.fine):
            return
        place = unread[0]
        if place not in climbed:
            climbed.add(place)
            dual.climb.climbed(place, course.cost)
            continue
        read.add(place)
        prices = dual.prices(place)
        point = *np.round(prices.sums, ALIKE).tolist(), *np.round(prices.rents, ALIKE).tolist()
        if not (large and point in prices_read):
            _plan_at(course, prices)
        prices_read.add(point)
    course.cut = True


def _from_afar(course: Course) -> None:
    """Plans read at the prices of the first dollars of loss: where a group's best plan is between two of its choices at
    the last dollar's prices, as of one very large lot, what it does there and there is no beginning."""
    if not course.book.groups or course.good or len(course.book.rows.starts) > FAR_LOTS:
        return
    _, prices = course.hardest()
    start = vector(START, course.dual.ground.names)
    for factor in FAR:
        if not course.fine and course.book.task.seconds > 0:
            _plan_at(course, Prices(factor * start, prices.rents))


def by_exchange(course: Course) -> None:
    """The best plan with two lots of a group moved at once; where it is not proven, a plan begun from nothing, and the
    best one with each of its lots exchanged for others."""
    if course.best is None or course.fine or len(course.book.rows.starts) > FAR_LOTS:
        return
    descent = Descent(course.book, course.best, _part_of(course.book.task))
    for n in range(len(course.book.groups)):
        moved_together(descent, n)
    course.take(descent.trial)
    course.watch(descent.deadline)
    if course.good or course.best is None:
        return
    book, (_, prices) = course.book, course.hardest()
    lots, enough = nearest(book, course.dual, prices, NEAR), course.bound + CENT
    nothing = book.of({})
    if nothing is not None and book.keeps_limits(nothing):
        descent = Descent(book, nothing, _part_of(book.task))
        from_nothing(descent, lots, enough)
        course.take(descent.trial)
        descent.take(nothing)
        for n in range(len(book.groups)):  # what only two lots together begin, where a count of sales lets no more in
            moved_together(descent, n)
            descent.within(n)
        if descent.cost < nothing.cost:
            from_nothing(descent, lots, enough)
            course.take(descent.trial)
        course.watch(descent.deadline)
    descent = Descent(book, course.best, _part_of(book.task))
    exchanged(descent, lots, enough)
    course.take(descent.trial)
    course.watch(descent.deadline)


def _by_whole_shares(course: Course) -> None:
    """The best plan in hand, moved on by several lots and groups at once: of few rows, before a solver is asked."""
    book, best = course.book, course.best
    if best is None or course.fine or len(book.rows) > QUICK:
        return
    _, prices = course.hardest()
    near = nearest(book, course.dual, prices, NEAR)
    until = _part_of(book.task)
    known = [
        [*columns.values(), *a_step_away(book, group, now)]
        for columns, group, now in zip(course.columns, book.groups, best.choices, strict=True)
    ]
    at = Corner(prices, course.bound, course.dual.level(prices, course.open_pieces()))
    course.take(nearer_the_corner(book, best, near, known, at, until))
    course.watch(until)


def _plan_at(course: Course, prices: Prices) -> None:
    """The plan that these prices ask for, of very many lots with those at the margin moved together, moved on lot by
    lot; and the best plan in hand, moved on likewise."""
    book = course.book
    deadline = min(book.task.deadline, time.monotonic() + 2 * PART * max(0.0, book.task.seconds))
    start = fitted(course, prices, deadline)
    course.take(start)
    new = start is not None and course.is_new(start)
    if start is not None and len(book.rows) > VERY_MANY:
        start = to_the_bend(course, start, prices, deadline)
        course.take(start)
    for trial in (start if new else None, course.best if course.best is not start else None):
        if trial is None or course.fine:
            continue
        descent = Descent(book, trial, deadline)
        _improve(course, descent, prices, again=trial is course.improved)
        improved = descent.trial
        course.take(improved)
        if course.best is improved and not descent.late:
            course.improved = improved
    course.watch(deadline)


def _improve(course: Course, descent: Descent, prices: Prices, *, pairs: bool = False, again: bool = False) -> None:
    """Groups and lots where they are best, in turn, until nothing moves; then pairs of lots, where that is asked.
    `again`: lot by lot nothing is better, but groups may have something else to offer at these prices."""
    book = course.book
    near = nearest(book, course.dual, prices, NEAR)
    enough = course.bound + CENT / 10
    for _ in range(ROUNDS):
        if not again:
            descent.singles(near, enough)
        moved = False
        for n in range(len(book.groups)):
            if descent.late:
                break
            moved |= descent.choose(n, course.choices(n, prices, descent.choices[n], descent.deadline))
            if len(book.groups) <= FEW_GROUPS and (moved or not again):
                moved |= descent.within(n)
        again = False
        if not moved or descent.late or descent.cost <= enough:
            break
    if pairs and descent.cost > enough + CENT and not descent.late:
        until = descent.deadline
        descent.deadline = min(until, time.monotonic() + PART * max(0.0, book.task.seconds))
        descent.pairs(near[:PAIRED], enough)
        course.watch(descent.deadline)
        descent.deadline = until
        descent.singles(near)


# --- what is left of the time ------------------------------------------------------------------------------------


def _with_time_left(course: Course) -> None:
    """Sharper bounds of groups, and plans put together from what groups can do, while that helps and time is left."""
    from planner.optimizer.search.group_bounds import sharpen  # PuLP, where prices do not do
    from planner.optimizer.search.margin import divisible_program, margin_program

    task = course.book.task
    first, then = SHARES
    share = first
    while not course.fine and course.best is not None and task.seconds > 0:
        before = course.gap
        _, prices = course.hardest()
        until = time.monotonic() + 2 * PART * task.seconds
        for place in course.open_pieces():
            sharpen(course, place, until, share)
        course.watch(until)
        ways = [(factor, 1.0) for factor in DEARER]
        ways += [(1.0, factor) for factor in RENTS] if course.book.rows.limits.number else []
        for of_sums, of_rents in ways:
            until = _part_of(task)
            for n in range(len(course.book.groups)):
                if time.monotonic() > until:
                    course.cut = True
                    break
                at = Prices(of_sums * prices.sums, of_rents * prices.rents)
                course.choices(n, at, course.best.choices[n], until)
        course.take(margin_program(course, PART * task.seconds))
        if not course.fine:
            course.take(divisible_program(course, PART * task.seconds))
        if course.fine:
            return
        descent = Descent(course.book, course.best, _part_of(task))
        _improve(course, descent, prices, pairs=True)
        course.take(descent.trial)
        course.watch(descent.deadline)
        if (course.good or share == then) and course.gap > before - max(CENT, course.threshold / 20):
            return
        share = then

"""What the next dollar of loss, or of gain, is worth: each corner of the year's tax found from the law, not sampled."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import cast

from planner.domain.carryover_value import CarryoverValue
from planner.domain.household import Assumptions, Household
from planner.domain.plan import Plan
from planner.domain.tax_return import tax_return
from rules.liability import Liability, TaxReturn, liability
from rules.parametric_amount import Horizon, Moving, slope_of, value_and_slope
from rules.terms import ZERO, Character, Gains, to_cents

STRETCH = Fraction(500)  # dollars over which § 199A's square, and a child's share, are taken for straight lines
FARTHER = Fraction(1, 10)  # and over this part of the way so far, where that is more
FARTHEST = Fraction(1_000_000_000)  # dollars, from which on a curve is straight: a child's share has no end
AT_ONCE = " at once; then "
CENT = Fraction(1, 100)  # the least step along a curve: its tangents come nearer and nearer to where it turns


class Side(StrEnum):
    """Dollars of loss taken, or dollars of gain taken."""

    LOSS = "loss"
    GAIN = "gain"


@dataclass(frozen=True, slots=True)
class Rung:
    """Dollars that are all worth the same. `start` and `end` count dollars along the staircase; `end` None: for ever.

    Per dollar of loss (or of gain): the three taxes it saves (a gain's are negative: it costs them), by how much it
    raises the loss carried to next year, what that is worth, and the tax that only comes later (a gain's is negative:
    it spares it). `why` says what the dollar does, in words such as "offsets long-term gain". `edges_saved` is what it
    does to the minimum tax, credits and Medicare surcharges together; `jump` what the first dollar of the rung saves at
    once (a cliff crossed upward: below zero).
    """

    start: Decimal
    end: Decimal | None
    income_tax_saved: Decimal
    niit_saved: Decimal
    state_tax_saved: Decimal
    carried: Decimal
    carryover_value: Decimal
    deferred_tax: Decimal
    why: str
    edges_saved: Decimal = ZERO
    jump: Decimal = ZERO

    @property
    def tax_saved(self) -> Decimal:
        """Of this year's tax, dollars per dollar."""
        return self.income_tax_saved + self.niit_saved + self.state_tax_saved + self.edges_saved

    @property
    def worth(self) -> Decimal:
        """What a dollar adds to `Benefit.total`, before the cost of trading."""
        return self.tax_saved + self.carryover_value - self.deferred_tax

    @property
    def past_the_jump(self) -> str:
        """What its dollars do, without what the first of them does at once."""
        return self.why.partition(AT_ONCE)[2] if self.jump else self.why

    @property
    def length(self) -> Decimal | None:
        """Dollars from one end to the other; None where it goes on for ever."""
        return None if self.end is None else self.end - self.start


@dataclass(frozen=True, slots=True)
class MarginalStaircase:
    """The rungs in order, from the first dollar on. The other character stays what the plan makes of it.

    For losses the first dollar is the first the plan could take, and `plan_at` how many dollars of loss of this
    character it takes (recognized, after § 1091; zero where it takes gains on balance). For gains the first dollar is
    the first beyond the plan, and `plan_at` is zero.
    """

    side: Side
    character: Character
    rungs: tuple[Rung, ...]
    plan_at: Decimal = ZERO

    def rung_at(self, dollars: Decimal) -> Rung:
        """The bracket of the next dollar after so many."""
        return next(rung for rung in self.rungs if rung.end is None or dollars < rung.end)

    @property
    def shown(self) -> tuple[Rung, ...]:
        """The rungs that a reader needs: of many years of carryover the first, the last, and the plan's.

        They do the same and are worth a little less each time.
        """
        here, last = self.next_dollar, len(self.rungs) - 1
        return tuple(
            rung
            for n, rung in enumerate(self.rungs)
            if n in (0, last)
            or rung is here
            or self.rungs[n - 1].why != rung.why
            or self.rungs[n + 1].why != rung.why
            or (n + 1 == last and rung.carried)
        )

    @property
    def next_dollar(self) -> Rung:
        """What one dollar more than the plan takes would be worth."""
        return self.rung_at(self.plan_at)


@dataclass(frozen=True, slots=True)
class Marginal:
    """The staircases at a plan: of losses and of gains, short-term and long-term."""

    short_loss: MarginalStaircase
    long_loss: MarginalStaircase
    short_gain: MarginalStaircase
    long_gain: MarginalStaircase

    @property
    def losses(self) -> tuple[MarginalStaircase, MarginalStaircase]:
        return self.short_loss, self.long_loss

    @property
    def gains(self) -> tuple[MarginalStaircase, MarginalStaircase]:
        return self.short_gain, self.long_gain


def marginal(plan: Plan, household: Household) -> Marginal:
    """The staircases at a plan of this household. Raises LawNotCovered for a year or state not held."""
    facts, assumptions, worth = tax_return(household), household.assumptions, plan.carryover
    planned = plan.planned.schedule_d.gains
    baseline = plan.baseline.schedule_d.gains

    def losses(character: Character) -> MarginalStaircase:
        taken = max(_of(baseline, character) - _of(planned, character), ZERO)
        start = _with(planned, character, _of(planned, character) + taken)
        return staircase(facts, assumptions, worth, start, Side.LOSS, character, taken)

    def gains(character: Character) -> MarginalStaircase:
        return staircase(facts, assumptions, worth, planned, Side.GAIN, character)

    return Marginal(losses(Character.SHORT), losses(Character.LONG), gains(Character.SHORT), gains(Character.LONG))


def staircase(
    facts: TaxReturn,
    assumptions: Assumptions,
    worth: CarryoverValue,
    start: Gains,
    side: Side,
    character: Character,
    plan_at: Decimal = ZERO,
    *,
    collectible: bool = False,
) -> MarginalStaircase:
    """From these gains of the year on, dollar by dollar of loss or gain of one character, up to the last kink.

    `worth` says what carried losses are worth. `collectible`: the dollars are long-term ones of the 28-percent group.
    """
    rungs: list[Rung] = []
    for rung in _stretches(_Line(facts, assumptions, worth, start, side, character, collectible)):
        if rungs and replace(rungs[-1], start=rung.start, end=rung.end, jump=ZERO) == rung:
            rungs[-1] = replace(rungs[-1], end=rung.end)
        else:
            rungs.append(rung)
    return MarginalStaircase(side, character, tuple(rungs), plan_at)


def _of(gains: Gains, character: Character) -> Decimal:
    return gains.short_term if character is Character.SHORT else gains.long_term


def _with(gains: Gains, character: Character, amount: Decimal) -> Gains:
    if character is Character.SHORT:
        return replace(gains, short_term=amount)
    return replace(gains, long_term=amount)


@dataclass(frozen=True, slots=True)
class _Line:
    """A way through the year's gains: from `start`, dollar by dollar of loss (or gain) of one character; `collectible`
    of the 28-percent group too."""

    facts: TaxReturn
    assumptions: Assumptions
    worth: CarryoverValue
    start: Gains
    side: Side
    character: Character
    collectible: bool

    def year(self, dollars: Fraction, horizon: Horizon) -> Liability:
        """The year so many dollars ahead. What depends on them is a Moving in it, unrounded."""
        direction = -1 if self.side is Side.LOSS else 1

        def moving(start: Decimal) -> Decimal:
            return cast(Decimal, Moving(Fraction(start) + direction * dollars, direction, horizon))

        gains = _with(self.start, self.character, moving(_of(self.start, self.character)))
        if self.collectible:
            gains = replace(gains, collectibles=moving(self.start.collectibles))
        return liability(self.facts, gains)


def _stretches(line: _Line) -> Iterator[Rung]:
    """The straight stretches between the points at which any line of any worksheet turns, in order."""
    start: Fraction | None = Fraction(0)
    expected = Fraction(liability(line.facts, line.start).total_tax)  # the tax if it went on as before
    while start is not None:
        horizon = Horizon(max(STRETCH, start * FARTHER))
        year = line.year(start, horizon)
        rung = _rung(line, year)  # all that it asks of the year is noted before the end is known
        here, slope = value_and_slope(year.total_tax)
        jump = to_cents(_dollars(expected - here))
        end = None if horizon.nearest is None else start + horizon.nearest
        if end is not None and horizon.bent:
            end = math.ceil(end / CENT) * CENT if start < FARTHEST else None
        if abs(jump) > 1:  # less is rounding, or a curve taken for its tangent
            does = "saves" if jump > 0 else "costs"
            why = f"crosses a threshold, which {does} ${abs(jump):,.2f}{AT_ONCE}{rung.why}"
            rung = replace(rung, jump=jump, why=why)
        yield replace(rung, start=_dollars(start), end=None if end is None else _dollars(end))
        expected = here if end is None else here + slope * (end - start)
        start = end


def _rung(line: _Line, year: Liability) -> Rung:
    """What a dollar is worth just ahead of this point of the line, wherever that is."""
    carried = slope_of(year.carryover_short) + slope_of(year.carryover_long)
    deferral = line.assumptions.deferral_rate
    rung = Rung(
        start=ZERO,
        end=None,
        income_tax_saved=-slope_of(year.income_tax),
        niit_saved=-slope_of(year.niit),
        state_tax_saved=-slope_of(year.state_tax),
        carried=carried,
        carryover_value=slope_of(line.worth.of(year.carryover_short + year.carryover_long)),
        deferred_tax=deferral if line.side is Side.LOSS else -deferral,
        why="",
        edges_saved=-slope_of(year.amt) - slope_of(year.medicare_surcharge) + slope_of(year.credits),
    )
    does = _what_a_loss_does(line, year, carried) if line.side is Side.LOSS else _what_a_gain_does(line, year, carried)
    return replace(rung, why=" ".join(filter(None, (does, _rates(line, rung, year)))))


def _dollars(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / Decimal(amount.denominator)


# --- in words ------------------------------------------------------------------------------------------------------


def _what_a_loss_does(line: _Line, year: Liability, carried: Decimal) -> str:
    """§§ 1222, 1211(b), 1212(b): against gain of its own character, then of the other, then income, then next year."""
    next_year = line.facts.law.year + 1
    if carried > 0:
        absorbed = year.schedule_d.total <= -_limit(line)
        return f"is carried to {next_year}" if absorbed else f"has no income to reduce, and is carried to {next_year}"
    if year.schedule_d.total <= 0:
        return "reduces other income"
    met = line.character if _net(line, year) > 0 else _other(line.character)
    if met is Character.LONG and _meets_28_percent_gain(line, year):
        return "offsets gain in the 28-percent group"
    return f"offsets {met.value}-term gain"


def _what_a_gain_does(line: _Line, year: Liability, carried: Decimal) -> str:
    """The same backwards: a gain first meets the losses that are there."""
    if carried < 0:
        return f"uses loss that would be carried to {line.facts.law.year + 1}"
    if year.schedule_d.total < 0:
        return "uses loss that would reduce other income"
    if _net(line, year) < 0:
        return f"uses loss that would offset {_other(line.character).value}-term gain"
    return f"is {line.character.value}-term gain"


def _meets_28_percent_gain(line: _Line, year: Liability) -> bool:
    """§ 1(h)(4): losses of the group and short-term losses reduce its gain first, other losses only where nothing but
    such gain is left."""
    schedule = year.schedule_d
    if schedule.gain_28_percent <= 0:
        return False
    first = line.collectible or line.character is Character.SHORT
    return first or schedule.net_capital_gain <= schedule.gain_28_percent


def _limit(line: _Line) -> Decimal:
    return line.facts.law.capital_loss_limit[line.facts.status]


def _net(line: _Line, year: Liability) -> Decimal:
    """The year's net gain of the line's own character."""
    short = line.character is Character.SHORT
    return year.schedule_d.net_short_term if short else year.schedule_d.net_long_term


def _other(character: Character) -> Character:
    return Character.LONG if character is Character.SHORT else Character.SHORT


def _edges(line: _Line) -> str:
    """What else than the three taxes a dollar changes, in a word or two."""
    edges = line.facts.edges
    if edges is not None and (edges.marketplace or edges.children or edges.adult):
        return "credits"
    return "minimum tax"


def _rates(line: _Line, rung: Rung, year: Liability) -> str:
    """`at 15% + 3.8% NIIT + 5% state`: what the three taxes change by, per dollar; empty where none does. Where a
    dollar moves more income than itself, as social security benefits do (§ 86), a rate may be above every bracket's."""
    taxes = (
        (rung.income_tax_saved, ""),
        (rung.niit_saved, " NIIT"),
        (rung.state_tax_saved, " state"),
        (rung.edges_saved, f" of {_edges(line)}"),
    )
    parts = [
        f"{round(abs(rate) * 100, 4):f}".rstrip("0").rstrip(".") + f"%{name}" for rate, name in taxes if round(rate, 6)
    ]
    if not parts:
        return "" if rung.carried else "at 0%"
    law = line.facts.law
    statutory = {*law.ordinary_rates, *law.preferential_rates, law.collectibles_rate, law.recapture_rate}
    joined = "at " + " + ".join(parts)
    if rung.income_tax_saved and abs(rung.income_tax_saved) not in statutory:
        moves = "other gain or dividends into another bracket"
        joined += f" (it moves {moves})" if line.facts.edges is None else f" (it moves {moves}, benefits or deductions)"
    elif (income := abs(slope_of(year.agi))) > 1:
        joined += f" (each dollar moves ${round(income, 2)} of income, benefits with it)"
    return joined

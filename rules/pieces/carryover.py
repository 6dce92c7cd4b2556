"""What the losses carried to next year are worth, as pieces of the year's cost. § 1212(b).

The carryover is (-t - absorbed)+ with t = s + l: the loss beyond what this year absorbs, the limit of § 1211(b) or as
much as there is taxable income (Capital Loss Carryover Worksheet, lines 1 to 4). What a carried dollar is worth is no
law; it comes as a schedule: so many dollars at this rate, then so many at that, each no more than the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from rules.liability import TaxReturn
from rules.pieces.curve import Curve, Segment, convex_pieces
from rules.pieces.names import JANUARY, LONG, SHORT
from rules.pieces.piece import Affine, Box, Piece
from rules.terms import ZERO

Layer = tuple[Decimal | None, Decimal]
"""So many dollars carried (None: all further ones), and what each is worth today."""


def carryover_value(facts: TaxReturn, layers: Sequence[Layer], box: Box) -> tuple[Piece, ...]:
    """Less what the carryover is worth, so that it can be added to the year's tax. Raises ValueError where a later
    dollar is worth more than an earlier one: that would be no convex cost."""
    _falling(layers)
    total = Affine.of(SHORT, LONG)
    return convex_pieces("", _by_total(facts, layers), total, box)


def _falling(layers: Sequence[Layer]) -> None:
    if any(later > earlier for (_, earlier), (_, later) in pairwise(layers)):
        raise ValueError(f"a later dollar carried is worth more than an earlier one: {layers}")


@dataclass(frozen=True, slots=True)
class Carried:
    """Where every line of `within` is at least zero, so much is carried out of the year: a straight line."""

    within: tuple[Affine, ...]
    amount: Affine


def carried_out(facts: TaxReturn) -> tuple[Carried, ...]:
    """The carryover out of a year without income edges: the loss beyond what the year absorbs, or nothing."""
    beyond = -(Affine.of(SHORT, LONG) + absorbed_at_most(facts))
    return Carried((beyond,), beyond), Carried((-beyond,), Affine())


def next_year_value(
    carried: Sequence[Carried], layers: Sequence[Layer], gain_next_year: Decimal, box: Box
) -> tuple[Piece, ...]:
    """Less what is carried into next year and netted there with January's gain is worth: § 1212(b), § 1222.

    The net loss N is worth what `layers` say of it; below zero it is a gain, of which each dollar costs
    `gain_next_year`. N falls as January's gain rises.
    """
    _falling(layers)
    worth = _by_net_loss(layers, gain_next_year)
    january = Affine.of(JANUARY)
    return tuple(
        replace(piece, within=(*here.within, *piece.within))
        for here in carried
        for piece in convex_pieces("", worth, here.amount - january, box)
    )


def _by_net_loss(layers: Sequence[Layer], gain_next_year: Decimal) -> Curve:
    """Minus the value, as a curve of the net loss of next year, from the largest gain up."""
    segments = [Segment(None, -gain_next_year, ZERO)]
    start, value = ZERO, ZERO
    for dollars, rate in layers:
        segments.append(Segment(start, -rate, rate * start - value))
        if dollars is None:
            return Curve(tuple(segments))
        start, value = start + dollars, value + rate * dollars
    segments.append(Segment(start, ZERO, -value))
    return Curve(tuple(segments))


def absorbed_at_most(facts: TaxReturn) -> Decimal:
    """How much of a net loss this year can use: Capital Loss Carryover Worksheet, line 4."""
    income = facts.ordinary_income - facts.deduction + facts.qualified_dividends
    return min(facts.law.capital_loss_limit[facts.status], max(ZERO, income))


def _by_total(facts: TaxReturn, layers: Sequence[Layer]) -> Curve:
    """Minus the value, as a curve of net gain, from the largest loss up."""
    end, value = -absorbed_at_most(facts), ZERO
    segments = [Segment(end, ZERO, ZERO)]
    for dollars, rate in layers:
        start = None if dollars is None else end - dollars
        segments.append(Segment(start, rate, -value - rate * end))
        if start is None:
            return Curve(tuple(reversed(segments)))
        value, end = value + rate * (end - start), start
    segments.append(Segment(None, ZERO, -value))
    return Curve(tuple(reversed(segments)))

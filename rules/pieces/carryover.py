"""What the losses carried to next year are worth, as pieces of the year's cost. § 1212(b).

The carryover is (-t - absorbed)+ with t = s + l: the loss beyond what this year absorbs, the limit of § 1211(b) or as
much as there is taxable income (Capital Loss Carryover Worksheet, lines 1 to 4). What a carried dollar is worth is no
law; it comes as a schedule: so many dollars at this rate, then so many at that, each no more than the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from rules.liability import TaxReturn
from rules.pieces.curve import Curve, Segment, convex_pieces
from rules.pieces.names import LONG, SHORT
from rules.pieces.piece import Affine, Box, Piece
from rules.terms import ZERO

Layer = tuple[Decimal | None, Decimal]
"""So many dollars carried (None: all further ones), and what each is worth today."""


def carryover_value(facts: TaxReturn, layers: Sequence[Layer], box: Box) -> tuple[Piece, ...]:
    """Less what the carryover is worth, so that it can be added to the year's tax. Raises ValueError where a later
    dollar is worth more than an earlier one: that would be no convex cost."""
    if any(later > earlier for (_, earlier), (_, later) in pairwise(layers)):
        raise ValueError(f"a later dollar carried is worth more than an earlier one: {layers}")
    total = Affine.of(SHORT, LONG)
    return convex_pieces("", _by_total(facts, layers), total, box)


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

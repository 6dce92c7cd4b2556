"""The year's tax as a union of convex regimes in floats, for the solver: docs/model.md, "The year as pieces".

The pieces come from `rules.pieces`, which has them from the law in exact decimals; each becomes a Regime, with the
lines of a term written by their slope in one expression. The printed figures never come from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rules.liability import TaxReturn
from rules.pieces.carryover import Layer
from rules.pieces.names import FEDERAL
from rules.pieces.piece import Affine, Piece
from rules.pieces.piece import Term as LinesOfTerm
from rules.pieces.year import federal_pieces

Line = tuple[float, float]  # slope, intercept
Sums = tuple[float, ...]  # s, l, k, and d where the state has no § 1091


@dataclass(frozen=True, slots=True)
class Expr:
    """s·S + l·L + k·K + d·D + const, over the sums: D are the losses that § 1091 disallows, where they count."""

    s: float = 0.0
    l: float = 0.0  # noqa: E741  the law's long-term sum
    k: float = 0.0
    const: float = 0.0
    d: float = 0.0

    def __add__(self, other: Expr) -> Expr:
        return Expr(self.s + other.s, self.l + other.l, self.k + other.k, self.const + other.const, self.d + other.d)

    def __sub__(self, other: Expr) -> Expr:
        return self + other.times(-1.0)

    def times(self, factor: float) -> Expr:
        return Expr(self.s * factor, self.l * factor, self.k * factor, self.const * factor, self.d * factor)

    @property
    def slopes(self) -> Sums:
        return self.s, self.l, self.k, self.d

    def at(self, sums: Sums) -> float:
        return sum(slope * amount for slope, amount in zip(self.slopes, sums, strict=False)) + self.const

    def range(self, box: Box) -> tuple[float, float]:
        """Its smallest and largest value on a box."""
        lo = hi = self.const
        for weight, (low, high) in zip(self.slopes, box, strict=False):
            lo += weight * (low if weight > 0 else high)
            hi += weight * (high if weight > 0 else low)
        return lo, hi


Box = tuple[tuple[float, float], ...]
ALONG = Decimal("1e-20")  # a slope that is one in another direction, but for rounding


@dataclass(frozen=True, slots=True)
class Term:
    """A convex cost: the largest of some lines in one expression."""

    of: Expr
    lines: tuple[Line, ...]

    def at(self, sums: Sums) -> float:
        x = self.of.at(sums)
        return max(slope * x + intercept for slope, intercept in self.lines)


@dataclass(frozen=True, slots=True)
class Regime:
    """Where every expression of `within` is at least 0, this year's cost is at most `linear` plus the terms, plus the
    largest of `highest` where there are any.

    The smallest such cost over the regimes that contain a point is the cost there.
    """

    name: str
    within: tuple[Expr, ...]
    terms: tuple[Term, ...]
    linear: Expr
    highest: tuple[Expr, ...] = ()

    def contains(self, sums: Sums, slack: float = 0.0) -> bool:
        return all(side.at(sums) >= -slack for side in self.within)

    def cost(self, sums: Sums) -> float:
        highest = max((plane.at(sums) for plane in self.highest), default=0.0)
        return self.linear.at(sums) + sum(term.at(sums) for term in self.terms) + highest


def regimes_of(facts: TaxReturn, layers: Sequence[Layer], box: Box) -> list[Regime]:
    """This year's tax less the value of the carryover, as regimes on a box of reachable sums. A state's own law is not
    in it (see `state_regimes`), nor are income edges."""
    exact = {
        name: (Decimal(repr(low)), Decimal(repr(high))) for name, (low, high) in zip(FEDERAL, box[:3], strict=True)
    }
    return [_regime(piece) for piece in federal_pieces(facts, layers, exact)]


def _regime(piece: Piece) -> Regime:
    linear, terms = Affine(), []
    for lines in piece.terms:
        if len(lines) == 1:
            linear = linear + lines[0]
        else:
            terms.append(_term(lines))
    return Regime(piece.name, tuple(map(_expression, piece.within)), tuple(terms), _expression(linear))


def _term(lines: LinesOfTerm) -> Term:
    """Lines that all rise in one direction, as slopes along it."""
    steepest = max(lines, key=lambda line: max(map(abs, line.slopes.values()), default=Decimal(0)))
    name, lead = max(steepest.slopes.items(), key=lambda item: abs(item[1]))
    direction = Affine(steepest.slopes).times(1 / lead)
    found = []
    for line in lines:
        slope = line.slopes.get(name, Decimal(0))
        if any(abs(by) > ALONG for by in (line - direction.times(slope)).slopes.values()):
            raise ValueError(f"the lines of a term rise in different directions: {lines}")
        found.append((float(slope), float(line.constant)))
    return Term(_expression(direction), tuple(found))


def _expression(line: Affine) -> Expr:
    if line.slopes.keys() - {*FEDERAL}:
        raise ValueError(f"the program has no such sum: {line}")
    short, long, collectibles = (float(line.slopes.get(name, 0)) for name in FEDERAL)
    return Expr(short, long, collectibles, float(line.constant))


def cheapest(regimes: Sequence[Regime], sums: Sums, slack: float = 1e-9) -> float:
    """The cost at a point: the smallest over the regimes that contain it. For tests and for bounds."""
    return min(regime.cost(sums) for regime in regimes if regime.contains(sums, slack))


__all__ = ["Box", "Expr", "Regime", "Term", "cheapest", "regimes_of"]

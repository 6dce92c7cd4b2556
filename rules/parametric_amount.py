"""An amount that moves dollar by dollar: put into the law in place of a figure, it finds where the law turns.

The tax is a straight line between the points at which a `max`, a `min` or a threshold of some worksheet turns over.
Every tax here is such a line: brackets (§ 1(j)), limits (§ 1211(b)), thresholds (§ 1411(b)). A Moving carries its
value here and its slope, and goes through additions, comparisons and rates as a Decimal does. A comparison is decided
as it will be just beyond this point, and notes how far ahead it would come out otherwise. After the law has been run
through once, the nearest of these is the next corner: found exactly, none passed over.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any


class Horizon:
    """How far ahead, in dollars, the nearest comparison turns over; None where none ever does.

    `stretch`: over so many dollars a curve is taken for its tangent; None: a curve is refused. `bent`: whether one was.
    """

    def __init__(self, stretch: Fraction | None = None) -> None:
        self.nearest: Fraction | None = None
        self.stretch = stretch
        self.bent = False

    def bend(self) -> None:
        """Say that the tangent of a curve is taken. Raises TypeError where none may be."""
        if self.stretch is None:
            raise TypeError("an amount that moves is multiplied by a rate only")
        self.bent = True
        self.note(self.stretch)

    def note(self, ahead: Fraction) -> None:
        if ahead > 0 and (self.nearest is None or ahead < self.nearest):
            self.nearest = ahead


class Moving:
    """`here` dollars at this point, and `slope` more for every dollar ahead: exact fractions, never rounded."""

    __slots__ = ("here", "horizon", "slope")

    def __init__(self, here: Decimal | Fraction, slope: Fraction | int, horizon: Horizon) -> None:
        self.here = Fraction(here)
        self.slope = Fraction(slope)
        self.horizon = horizon

    def _with(self, here: Fraction, slope: Fraction) -> Moving:
        return Moving(here, slope, self.horizon)

    def __add__(self, other: Any) -> Moving:
        here, slope = _parts(other)
        return self._with(self.here + here, self.slope + slope)

    __radd__ = __add__

    def __neg__(self) -> Moving:
        return self._with(-self.here, -self.slope)

    def __sub__(self, other: Any) -> Moving:
        here, slope = _parts(other)
        return self._with(self.here - here, self.slope - slope)

    def __rsub__(self, other: Any) -> Moving:
        here, slope = _parts(other)
        return self._with(here - self.here, slope - self.slope)

    def __mul__(self, factor: Any) -> Moving:
        """By a rate. The product of two amounts that both move is no straight line: § 199A alone has one."""
        if isinstance(factor, Moving):
            self.horizon.bend()
            return self._with(self.here * factor.here, self.here * factor.slope + self.slope * factor.here)
        return self._with(self.here * Fraction(factor), self.slope * Fraction(factor))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Moving:
        """By an amount. Form 8615 alone divides by one that moves."""
        here, slope = _parts(other)
        if slope:
            self.horizon.bend()
        return self._with(self.here / here, (self.slope * here - self.here * slope) / here**2)

    def __rtruediv__(self, other: Any) -> Moving:
        return self._with(Fraction(other), Fraction(0)) / self

    def quantize(self, *_: object, **__: object) -> Moving:
        """Itself: what moves is not rounded, or the line would have a step at every cent."""
        return self

    def _beyond(self, other: Any) -> Fraction:
        """Above zero where this is the larger just ahead, below where the other is, zero where they stay equal."""
        here, slope = _parts(other)
        apart, drifting = self.here - here, self.slope - slope
        if apart and drifting:
            self.horizon.note(-apart / drifting)
        return apart or drifting

    def __lt__(self, other: Any) -> bool:
        return self._beyond(other) < 0

    def __le__(self, other: Any) -> bool:
        return self._beyond(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._beyond(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self._beyond(other) >= 0


def _parts(amount: Any) -> tuple[Fraction, Fraction]:
    if isinstance(amount, Moving):
        return amount.here, amount.slope
    return Fraction(amount), Fraction(0)


def value_and_slope(amount: Moving | Decimal) -> tuple[Fraction, Fraction]:
    """Dollars here, and dollars more for every dollar ahead."""
    return _parts(amount)


def slope_of(amount: Moving | Decimal) -> Decimal:
    """Dollars more for every dollar ahead; zero for an amount that does not move."""
    slope = amount.slope if isinstance(amount, Moving) else Fraction(0)
    return Decimal(slope.numerator) / Decimal(slope.denominator)

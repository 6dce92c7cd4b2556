"""The year's tax as a union of convex pieces, for the solver: docs/model.md, "The tax as regimes".

The tax depends on three sums only, whatever the number of lots: s, l and k, the net short-term gain, the net
long-term gain (both after carryovers) and the net collectibles gain. It is not convex in them, but it is the
smallest of a dozen functions that are, each valid on its own side of the law's distinctions: is there a net gain or
a net loss; is the loss short or long; which of the kinks at which ordinary and preferential rates part has been
passed; how much 28-percent gain is left and where does it lie. Each such function, with its place, is a Regime.

Everything here is a float restatement of `rules/`, proved against it at random points by the tests; the printed
figures never come from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.optimizer.program.piecewise import Line, Staircase
from rules.liability import TaxReturn

Sums = tuple[float, float, float]  # s, l, k


@dataclass(frozen=True, slots=True)
class Expr:
    """s·S + l·L + k·K + const, over the three sums."""

    s: float = 0.0
    l: float = 0.0  # noqa: E741  the law's long-term sum
    k: float = 0.0
    const: float = 0.0

    def __add__(self, other: Expr) -> Expr:
        return Expr(self.s + other.s, self.l + other.l, self.k + other.k, self.const + other.const)

    def __sub__(self, other: Expr) -> Expr:
        return self + other.times(-1.0)

    def times(self, factor: float) -> Expr:
        return Expr(self.s * factor, self.l * factor, self.k * factor, self.const * factor)

    def at(self, sums: Sums) -> float:
        return self.s * sums[0] + self.l * sums[1] + self.k * sums[2] + self.const

    def range(self, box: Box) -> tuple[float, float]:
        """Its smallest and largest value on a box."""
        lo = hi = self.const
        for weight, (low, high) in zip((self.s, self.l, self.k), box, strict=True):
            lo += weight * (low if weight > 0 else high)
            hi += weight * (high if weight > 0 else low)
        return lo, hi


Box = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
S, L, K = Expr(s=1.0), Expr(l=1.0), Expr(k=1.0)
T = S + L


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


class YearlyCost:
    """This year's tax less the value of the carryover, as regimes on a box of reachable sums. A state's own law is not
    in it: see `state_regimes`.

    `facts` is the return without the gains; `carryover_value` is v, dollars of value per dollar carried out.
    """

    def __init__(self, facts: TaxReturn, carryover_value: float, box: Box) -> None:
        law, status = facts.law, facts.status
        self.box = box
        self.value = carryover_value
        self.ordinary_base = float(facts.ordinary_income - facts.deduction)
        self.dividends = float(facts.qualified_dividends)
        self.limit = float(law.capital_loss_limit[status])
        self.long_carryover = float(facts.carryover.long_term)
        base = max(0.0, self.ordinary_base + self.dividends)
        self.absorbed_at_most = min(self.limit, base)

        tops = [float(top) for top in law.ordinary_tops[status]]
        rates = [float(rate) for rate in law.ordinary_rates]
        self.ordinary = Staircase.schedule(zip([0.0, *tops], rates, strict=True))
        low, middle, high = (float(rate) for rate in law.preferential_rates)
        zero_top, fifteen_top = float(law.zero_rate_top[status]), float(law.fifteen_rate_top[status])
        self.preferential = Staircase.schedule([(0.0, low), (zero_top, middle), (fifteen_top, high)])
        self.excess = self.ordinary + self.preferential.times(-1.0)
        self.collectibles_rate = float(law.collectibles_rate)
        self.collectibles_top = float(law.collectibles_ordinary_top[status])

        investment = float(facts.net_investment_income + facts.qualified_dividends)
        over = float(facts.ordinary_income + facts.qualified_dividends - law.niit_threshold[status])
        surtax = Staircase.schedule([(0.0, float(law.niit_rate))]).shifted(min(investment, over))
        state = (
            Staircase.schedule([(0.0, float(facts.state.rate))])
            if facts.state is not None and facts.state.figures is None
            else Staircase.line(0.0)
        )
        self.other_tax = surtax + state.shifted(self.ordinary_base + self.dividends)  # of t above the loss limit

    def regimes(self) -> list[Regime]:
        """All regimes that the box can reach."""
        found = [*self._net_loss_carried(), *self._net_loss_deducted(), *self._ordinary_rates_throughout()]
        found += [*self._long_term_gain_only(), *self._both_gains(), *self._short_term_gain_only()]
        return [r for r in found if all(side.range(self.box)[1] >= -1e-6 for side in r.within)]

    # One method a distinction of the law. y is taxable income before the floor at zero, o its ordinary part.

    def _net_loss_carried(self) -> Iterator[Regime]:
        """t <= -absorbed: the loss beyond what this year absorbs is carried. §§ 1211(b), 1212(b)."""
        edge = -self.absorbed_at_most
        terms = self._terms(T, self._regular_tax_of_loss().flat_below(-self.limit), self.box_of(T)[0], edge)
        other = self._terms(T, self.other_tax.flat_below(-self.limit), self.box_of(T)[0], edge)
        value = (T + Expr(const=self.absorbed_at_most)).times(self.value)
        yield Regime("net loss, carried over", (Expr(const=edge) - T,), (*terms, *other), value)

    def _regular_tax_of_loss(self) -> Staircase:
        """Income tax of a year with net loss t, left of the carryover's edge.

        There it is constant: either the limit is reached, or taxable income is not above zero.
        """
        d = -self.absorbed_at_most
        return Staircase.line(
            0.0, self._stacked_or_ordinary(self.ordinary_base + d, self.ordinary_base + self.dividends + d)
        )

    def _stacked_or_ordinary(self, o: float, y: float) -> float:
        return min(self.ordinary(y), self.excess(o) + self.preferential(y))

    def _net_loss_deducted(self) -> Iterator[Regime]:
        """-absorbed <= t <= 0: the whole loss reduces ordinary income."""
        lo, hi = -self.absorbed_at_most, 0.0
        if hi <= lo:
            return
        cost = (
            self.excess.shifted(self.ordinary_base)
            + self.preferential.shifted(self.ordinary_base + self.dividends)
            + self.other_tax
        )
        yield from self._stretches("net loss, deducted", cost, lo, hi, ())

    def _ordinary_rates_throughout(self) -> Iterator[Regime]:
        """Worksheet line 24: ordinary rates on all taxable income, where that is lower. Convex in t."""
        cost = self.ordinary.shifted(self.ordinary_base + self.dividends) + self.other_tax
        lo = -self.absorbed_at_most
        yield Regime(
            "ordinary rates throughout",
            (T - Expr(const=lo),),
            self._terms(T, cost, lo, max(lo, self.box_of(T)[1])),
            Expr(),
        )

    def _short_term_gain_only(self) -> Iterator[Regime]:
        """t >= 0 and l <= 0: what is left of the gain is short-term, taxed as ordinary income."""
        cost = (
            self.excess.shifted(self.ordinary_base)
            + self.preferential.shifted(self.ordinary_base + self.dividends)
            + self.other_tax
        )
        yield from self._stretches("short-term gain", cost, 0.0, self.box_of(T)[1], (L.times(-1.0),))

    def _long_term_gain_only(self) -> Iterator[Regime]:
        """t >= 0 and s <= 0: what is left of the gain is long-term."""
        available = K + S - Expr(const=self.long_carryover)
        yield from self._preferential(
            "long-term gain", Expr(const=self.ordinary_base), T, available, (T, S.times(-1.0))
        )

    def _both_gains(self) -> Iterator[Regime]:
        """s >= 0 and l >= 0: short-term gain at ordinary rates, long-term gain stacked upon it."""
        available = K - Expr(const=self.long_carryover)
        yield from self._preferential("both gains", S + Expr(const=self.ordinary_base), L, available, (S, L))

    def _preferential(
        self, name: str, o: Expr, gain: Expr, available: Expr, within: tuple[Expr, ...]
    ) -> Iterator[Regime]:
        """Net capital gain stacked on ordinary income o; `available` is the 28-percent gain before its floor and cap.

        Schedule D Tax Worksheet: c = min(gain, available) is 28-percent gain; of it x lies above the top of the 24%
        bracket and is taxed at 28%; the rest is taxed like ordinary income, so that b = o + c - x is.
        """
        top = Expr(const=self.collectibles_top)
        cases: list[tuple[str, Expr, tuple[Expr, ...]]] = [
            ("", Expr(), (available.times(-1.0),)),
            (", collectibles", available, (available, gain - available)),
            (", all collectibles", gain, (available - gain,)),
        ]
        for suffix, c, place in cases:
            here = (*within, *place)
            if any(side.range(self.box)[1] < 0 for side in here):
                continue
            if not suffix:
                yield from self._stacked(name, here, o, Expr())
                continue
            yield from self._stacked(f"{name}{suffix} below 28%", (*here, top - o - c), o + c, Expr())
            yield from self._stacked(f"{name}{suffix} across", (*here, top - o, o + c - top), top, o + c - top)
            yield from self._stacked(f"{name}{suffix} at 28%", (*here, o - top), o, c)

    def _stacked(self, name: str, within: tuple[Expr, ...], b: Expr, at_28: Expr) -> Iterator[Regime]:
        """Ordinary rates on b, 28% on `at_28`, 0/15/20 on the rest of y, other taxes on t."""
        if any(side.range(self.box)[1] < 0 for side in within):
            return
        y = T + Expr(const=self.ordinary_base + self.dividends)
        rest = y - at_28
        shared = (
            *self._terms(rest, self.preferential, *rest.range(self.box)),
            *self._terms(T, self.other_tax, 0.0, max(0.0, self.box_of(T)[1])),
        )
        linear = at_28.times(self.collectibles_rate)
        for lo, hi, piece in self.excess.convex_stretches(*_interval(b, self.box)):
            sides = within if (lo, hi) == b.range(self.box) else (*within, b - Expr(const=lo), Expr(const=hi) - b)
            yield Regime(name, sides, (*self._terms(b, piece, lo, hi), *shared), linear)

    def _stretches(self, name: str, cost: Staircase, lo: float, hi: float, also: tuple[Expr, ...]) -> Iterator[Regime]:
        """A cost in t alone, cut into its convex stretches."""
        if hi <= lo:
            hi = lo
        for a, b, piece in cost.convex_stretches(lo, hi):
            yield Regime(name, (T - Expr(const=a), Expr(const=b) - T, *also), self._terms(T, piece, a, b), Expr())

    def _terms(self, of: Expr, cost: Staircase, lo: float, hi: float) -> tuple[Term, ...]:
        return (Term(of, tuple(cost.lines(min(lo, hi), hi))),)

    def box_of(self, expression: Expr) -> tuple[float, float]:
        return expression.range(self.box)


def _interval(b: Expr, box: Box) -> tuple[float, float]:
    lo, hi = b.range(box)
    return lo, max(lo, hi)


def cheapest(regimes: Sequence[Regime], sums: Sums, slack: float = 1e-9) -> float:
    """The cost at a point: the smallest over the regimes that contain it. For tests and for bounds."""
    return min(regime.cost(sums) for regime in regimes if regime.contains(sums, slack))


__all__ = ["Box", "Expr", "Regime", "Term", "YearlyCost", "cheapest"]

"""The regular income tax (§ 1) of a year as convex pieces of three sums: docs/model.md, "The year as pieces".

The sums are s, l and k: net short-term gain and net long-term gain, both after carryovers, and the net collectibles
gain. With t = s + l, c the limit of § 1211(b), K ordinary income less the deduction, Q qualified dividends, G the tax
of the ordinary schedule, F that of the 0/15/20 schedule and E = G - F:

    tax = min( G(y),  E(b) + F(y - x) + 0.28 x,  E(b) + F(y - x) + 0.28 x - 0.03 u ),    y = K + Q + max(t, -c)

where b is what is taxed at ordinary rates, x what is taxed at 28 and 25 percent, and u what of it may be taxed at 25
(unrecaptured section 1250 gain, which the year has with or without a plan). The first is line 24 of the Qualified
Dividends and Capital Gain Tax Worksheet (46 of the Schedule D Tax Worksheet), the others line 23 (45). Each is a piece
of its own: within one piece the `min` would be no convex cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from rules.liability import TaxReturn
from rules.pieces.curve import Curve, convex_pieces, term_of
from rules.pieces.names import COLLECTIBLES, LONG, SHORT
from rules.pieces.piece import Affine, Box, Piece, Term, reachable
from rules.terms import ZERO

S, L, K = Affine.of(SHORT), Affine.of(LONG), Affine.of(COLLECTIBLES)
T = S + L
Sides = tuple[Affine, ...]


def constant(amount: Decimal) -> Affine:
    """A line that does not move."""
    return Affine(constant=amount)


@dataclass(frozen=True)
class IncomeTax:
    """The pieces of one return on one box."""

    facts: TaxReturn
    box: Box

    def pieces(self) -> tuple[Piece, ...]:
        """All that the box can reach."""
        found = [*self._net_loss(), *self._ordinary_rates_throughout()]
        found += [*self._short_term_gain_only(), *self._long_term_gain_only(), *self._both_gains()]
        return tuple(kept for piece in found if (kept := reachable(piece, self.box)) is not None)

    # The figures, and the schedules as curves.

    @cached_property
    def _ordinary(self) -> Curve:
        law = self.facts.law
        return Curve.schedule(zip((ZERO, *law.ordinary_tops[self.facts.status]), law.ordinary_rates, strict=True))

    @cached_property
    def _preferential(self) -> Curve:
        law, status = self.facts.law, self.facts.status
        starts = (ZERO, law.zero_rate_top[status], law.fifteen_rate_top[status])
        return Curve.schedule(zip(starts, law.preferential_rates, strict=True))

    @cached_property
    def _excess(self) -> Curve:
        return self._ordinary + self._preferential.times(Decimal(-1))

    # One method a distinction of the law.

    def _net_loss(self) -> Iterator[Piece]:
        """t <= 0: the loss reduces ordinary income down to the limit; what is beyond changes nothing. § 1211(b)."""
        facts = self.facts
        base = facts.ordinary_income - facts.deduction
        limit = facts.law.capital_loss_limit[facts.status]
        curve = self._excess.shifted(base) + self._preferential.shifted(base + facts.qualified_dividends)
        for piece in convex_pieces("net loss", curve.flat_below(-limit), T, self.box):
            yield Piece(piece.name, (*piece.within, -T), piece.terms)

    def _ordinary_rates_throughout(self) -> Iterator[Piece]:
        """Worksheet line 24 (46): ordinary rates on all taxable income, where that is lower. § 1(h)(1)."""
        facts = self.facts
        limit = facts.law.capital_loss_limit[facts.status]
        base = facts.ordinary_income - facts.deduction + facts.qualified_dividends
        yield from convex_pieces(
            "ordinary rates throughout", self._ordinary.shifted(base).flat_below(-limit), T, self.box
        )

    def _short_term_gain_only(self) -> Iterator[Piece]:
        """t >= 0 and l <= 0: what is left of the gain is short-term, taxed as ordinary income. § 1222(5), (9)."""
        facts = self.facts
        base = facts.ordinary_income - facts.deduction
        curve = self._excess.shifted(base) + self._preferential.shifted(base + facts.qualified_dividends)
        for piece in convex_pieces("short-term gain", curve, T, self.box):
            yield Piece(piece.name, (*piece.within, T, -L), piece.terms)

    def _long_term_gain_only(self) -> Iterator[Piece]:
        """t >= 0 and s <= 0: what is left of the gain is long-term: a net capital gain, § 1222(11)."""
        base = constant(self.facts.ordinary_income - self.facts.deduction)
        available = K + S + self._groups
        yield from self._net_capital_gain("long-term gain", base, T, available, (T, -S))

    def _both_gains(self) -> Iterator[Piece]:
        """s >= 0 and l >= 0: short-term gain at ordinary rates, long-term gain stacked upon it."""
        base = S + (self.facts.ordinary_income - self.facts.deduction)
        available = K + self._groups
        yield from self._net_capital_gain("both gains", base, L, available, (S, L))

    @property
    def _groups(self) -> Decimal:
        """What the year has of the 28- and 25-percent groups beside the collectibles, less the carryover."""
        groups = self.facts.rate_groups
        return groups.section_1202 + groups.unrecaptured_1250 - self.facts.carryover.long_term

    def _net_capital_gain(
        self, name: str, o: Affine, gain: Affine, available: Affine, within: Sides
    ) -> Iterator[Piece]:
        """Net capital gain stacked on ordinary income o; `available` is both groups before floor and cap.

        Schedule D Tax Worksheet: c = min(gain, available) is 28- and 25-percent gain (line 12); of it x lies above the
        top of the 24% bracket and is taxed at 28% (line 42), or at 25%; the rest is taxed like ordinary income, so that
        b = o + c - x is (line 21). § 1(h)(1)(A), (E), (F), (4), (6).
        """
        top = constant(self.facts.law.collectibles_ordinary_top[self.facts.status])
        yield from self._stacked(name, (*within, -available), o, Affine())
        cases = (
            (", collectibles", available, (*within, available, gain - available)),
            (", all collectibles", gain, (*within, available - gain)),
        )
        recaptured = constant(self.facts.rate_groups.unrecaptured_1250)
        group_25 = (gain, recaptured, available) if recaptured.constant else ()  # Schedule D line 19: the least of them
        for suffix, c, here in cases:
            if reachable(Piece("", here), self.box) is None:
                continue
            yield from self._stacked(f"{name}{suffix} below 28%", (*here, top - o - c), o + c, Affine())
            yield from self._stacked(f"{name}{suffix} across", (*here, top - o, o + c - top), top, o + c - top)
            yield from self._stacked(f"{name}{suffix} at 28%", (*here, o - top), o, c)
            for least in group_25:
                lies = (*here, *(line - least for line in group_25 if line is not least))
                across = (*lies, top - o, o + c - top)
                # the 25-percent gain fills the brackets below first (line 38)
                yield from self._stacked(f"{name}{suffix} across, 25%", across, top, o + c - top, least - (top - o))
                yield from self._stacked(f"{name}{suffix} at 28%, 25%", (*lies, o - top), o, c, least)

    def _stacked(
        self, name: str, within: Sides, b: Affine, at_28: Affine, at_25: Affine | None = None
    ) -> Iterator[Piece]:
        """Ordinary rates on b, 28% on `at_28`, but 25% on as much of it as `at_25`, and 0/15/20 on the rest of taxable
        income."""
        if reachable(Piece("", within), self.box) is None:
            return
        facts = self.facts
        rest = T - at_28 + (facts.ordinary_income - facts.deduction + facts.qualified_dividends)
        shared: tuple[Term, ...] = (term_of(self._preferential.segments, rest),)
        if at_28.slopes or at_28.constant:
            shared = (*shared, (at_28.times(facts.law.collectibles_rate),))
        if at_25 is not None:
            shared = (*shared, (at_25.times(facts.law.recapture_rate - facts.law.collectibles_rate),))
        for piece in convex_pieces(name, self._excess, b, self.box):
            yield Piece(name, (*within, *piece.within), (*piece.terms, *shared))

"""The taxes besides the regular income tax, as pieces: § 1411, and a state's.

The first and a flat state rate depend on max(t, -c) alone: net gain to the extent § 1211(b) lets a loss count. So each
is one curve in t = s + l. A state's own law is traced: see `rules.pieces.states`."""

from __future__ import annotations

from rules.liability import TaxReturn
from rules.pieces.curve import Curve, convex_pieces
from rules.pieces.names import LONG, SHORT
from rules.pieces.piece import Affine, Box, Piece
from rules.pieces.states import state_pieces
from rules.terms import ZERO

TOTAL = Affine.of(SHORT, LONG)


def investment_income_tax(facts: TaxReturn, box: Box) -> tuple[Piece, ...]:
    """§ 1411: a rate on the smaller of net investment income and income above the threshold; a gain moves both."""
    investment = facts.net_investment_income + facts.qualified_dividends
    over = facts.ordinary_income + facts.qualified_dividends - facts.law.niit_threshold[facts.status]
    return of_total(facts, Curve.schedule([(ZERO, facts.law.niit_rate)]).shifted(min(investment, over)), box)


def state_tax(facts: TaxReturn, box: Box) -> tuple[Piece, ...]:
    """A state's own tax, or a flat rate on federal taxable income; none where there is no state tax."""
    if facts.state is None:
        return (Piece(""),)
    if facts.state.figures is not None:
        return state_pieces(facts, box)
    income = facts.ordinary_income - facts.deduction + facts.qualified_dividends
    return of_total(facts, Curve.schedule([(ZERO, facts.state.rate)]).shifted(income), box)


def of_total(facts: TaxReturn, curve: Curve, box: Box) -> tuple[Piece, ...]:
    """A cost of net gain alone, a loss counting down to the limit of § 1211(b), as pieces."""
    limit = facts.law.capital_loss_limit[facts.status]
    return convex_pieces("", curve.flat_below(-limit), TOTAL, box)

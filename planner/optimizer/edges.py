"""Where income edges are near (§§ 24, 32, 36B, 55, 86, 199A): what is not in the pieces, and what distance is kept."""

from __future__ import annotations

from decimal import Decimal

from planner.domain.household import Household
from rules.liability import Liability, TaxReturn
from rules.terms import ZERO


def unmodelled(facts: TaxReturn, year: Liability) -> Decimal:
    """By how much the law may value a plan higher than pieces that are only about right, or without the edges."""
    edges = facts.edges
    premiums = edges.marketplace.premiums if edges is not None and edges.marketplace is not None else ZERO
    return premiums + year.medicare_surcharge + year.amt + year.income_tax + year.niit


def edge_margin(household: Household) -> Decimal:
    """`[plan] edge_margin`: how many dollars a plan stays away from a jump."""
    margin: Decimal = household.plan_limits.edge_margin
    return margin

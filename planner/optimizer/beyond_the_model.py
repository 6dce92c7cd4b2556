"""Which returns the model knows all the law of, and by how much the law may value a plan of the others higher."""

from __future__ import annotations

from decimal import Decimal

from rules.liability import Liability, TaxReturn
from rules.terms import ZERO


def modelled(facts: TaxReturn) -> bool:
    """Whether the model knows all of the law that this household calls for."""
    return facts.edges is None


def unmodelled(facts: TaxReturn, year: Liability) -> Decimal:
    """By how much the law may value a plan higher than a model without the household's income edges."""
    edges = facts.edges
    premiums = edges.marketplace.premiums if edges is not None and edges.marketplace is not None else ZERO
    return premiums + year.medicare_surcharge + year.amt + year.income_tax + year.niit

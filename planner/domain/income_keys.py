"""The keys of `[taxpayer]` that income edges depend on: age, benefits, insurance, children, deductions by piece."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from rules.income_facts import Business, Itemized, Marketplace, Parents
from rules.terms import ZERO


class OrdinaryKind(StrEnum):
    """What `ordinary_income` is, apart from investment income: earned (§ 32(c)(2)), or not."""

    WAGES = "wages"
    PENSION = "pension"


@dataclass(frozen=True, slots=True)
class IncomeKeys:
    """As the household says it; `said` are the keys that are in the file: what is not said is not zero.

    `earned_income` None: not said, see `planner.domain.tax_return`. `blind` counts people.
    """

    said: frozenset[str]
    born: date | None = None
    spouse_born: date | None = None
    blind: int = 0
    social_security: Decimal = ZERO
    tax_exempt_interest: Decimal = ZERO
    medicare: int = 0
    children: tuple[date, ...] = ()
    earned_income: Decimal | None = None
    ordinary_kind: OrdinaryKind | None = None
    parents: Parents | None = None
    amt_add_back: Decimal = ZERO
    marketplace: Marketplace | None = None
    itemized: Itemized | None = None
    business: Business | None = None

"""What a return's income edges depend on (§§ 1(g), 24, 32, 36B, 55, 63, 86, 151, 164, 199A), as the taxpayer says it.

Nothing here changes when securities are sold: age, benefits, premiums, children, deductions piece by piece.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.terms import ZERO, FilingStatus

ADULT_AGES = range(25, 65)  # § 32(c)(1)(A)(ii)(II)
SENIOR_AGE = 65  # §§ 63(f)(1), 151(d)(5)(C)(ii)
CHILD_CREDIT_AGES = range(17)  # § 24(c)(1)
JOINT = FilingStatus.MARRIED_JOINTLY


@dataclass(frozen=True, slots=True)
class Marketplace:
    """§ 36B: whom the guideline counts, the benchmark plan's premium of the year, and what the plan taken costs."""

    household_size: int
    benchmark_premium: Decimal
    premiums: Decimal


@dataclass(frozen=True, slots=True)
class Itemized:
    """Schedule A, the pieces with limits of their own: taxes before § 164(b)(6), interest, gifts before § 170(b)."""

    state_and_local: Decimal = ZERO
    mortgage_interest: Decimal = ZERO
    charity: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Business:
    """§ 199A: one trade or business; `wages_paid` are its W-2 wages. Its property counts for nothing (L-84)."""

    qualified_income: Decimal
    specified_service: bool = False
    wages_paid: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Parents:
    """§ 1(g): the parents' return, which the child's unearned income is added to. No other child has any (L-83)."""

    taxable_income: Decimal
    status: FilingStatus
    net_long_term: Decimal = ZERO
    qualified_dividends: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class IncomeFacts:
    """All that the edges ask for. Ages are those at the close of the year; amounts are dollars.

    `standard`: the return's deduction is the standard one. `adult`: someone on the return is 25 to 64. `medicare`
    counts people two years on, and `two_years` is what a dollar of theirs is worth today.
    """

    standard: bool = True
    seniors: int = 0
    adult: bool = False
    social_security: Decimal = ZERO
    tax_exempt_interest: Decimal = ZERO
    earned_income: Decimal = ZERO
    medicare: int = 0
    two_years: Decimal = Decimal(1)
    children: tuple[int, ...] = ()
    marketplace: Marketplace | None = None
    itemized: Itemized | None = None
    business: Business | None = None
    parents: Parents | None = None
    amt_add_back: Decimal = ZERO


def age_at_close(born: date, year: int) -> int:
    """An adult's age at the end of a year, for §§ 32, 63(f) and 151(d)(5)(C): one attains it on the day before the
    birthday, so that whoever is born on 1 January is a year older (Pub. 501, Pub. 596; "born before January 2")."""
    return year - born.year + (1 if (born.month, born.day) == (1, 1) else 0)


def child_age_at_close(born: date, year: int) -> int:
    """A child's age at the end of a year: attained on the anniversary itself. Rev. Rul. 2003-72."""
    return year - born.year

"""§§ 170, 1014, 1015, 1041: property given to charity, to people, and left at death."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rules.terms import ZERO, Character

LONG_TERM_LIMIT = Decimal("0.30")
"""Of the contribution base, which is adjusted gross income (§ 170(b)(1)(H)), for capital gain property given to a
public charity at its value. § 170(b)(1)(C)(i)."""
CASH_LIMIT = Decimal("0.60")
"""For cash given to a public charity, § 170(b)(1)(G)(i). That P.L. 119-21 § 70425 took away its end in 2026 is second
hand."""
OTHER_LIMIT = Decimal("0.50")
"""For all given to public charities together, cash at 60 percent taken off first. § 170(b)(1)(A), (G)(iii)(II)."""
FORM_8283_FROM = Decimal(500)
"""Form 8283 is filed where more is deducted for property. § 170(f)(11)(A)(i), (B)."""
APPRAISAL_FROM = Decimal(5_000)
"""A qualified appraisal is needed where more is deducted for property and all similar items, § 170(f)(11)(C), (F); not
for publicly traded securities, (A)(ii)(I). Coins are no such securities, and an exchange's price is no appraisal: CCA
202302012. Whether one coin is similar to another: I-160."""


def deduction_base(value: Decimal, basis: Decimal, character: Character) -> Decimal:
    """What a gift of property to a public charity counts for, before the limits. § 170(a), (e)(1)(A).

    Value for what a sale would make long-term gain; where it would be short-term gain, value less that gain, which is
    basis. No loss is ever deducted: property below basis counts for its value.
    """
    if character is Character.SHORT and value > basis:
        return basis
    return value


@dataclass(frozen=True, slots=True)
class LimitedGift:
    """What of a gift of appreciated property may be deducted this year, and what goes to the next five. § 170(d)(1).

    `floor` is half a percent of income (§ 170(b)(1)(I), from 2026), `met` what other gifts of the year meet of it: by
    so much less it takes from this one. All in dollars.
    """

    base: Decimal
    limit: Decimal
    floor: Decimal = ZERO
    met: Decimal = ZERO

    @property
    def allowed(self) -> Decimal:
        """Before the floor."""
        return min(self.base, max(self.limit, ZERO))

    @property
    def deductible(self) -> Decimal:
        """By how much the year's deduction for gifts is higher with this one."""
        return max(self.allowed - max(self.floor - self.met, ZERO), ZERO)

    @property
    def carried(self) -> Decimal:
        """What is above the limit; only then also what the floor takes, which is taken from capital gain property
        before cash: § 170(b)(1)(I)(ii), (d)(1)(C)."""
        above = self.base - self.allowed
        return above + min(self.floor, self.allowed) if above > 0 else above


def limited_gift(base: Decimal, gross: Decimal, cash: Decimal, floor_rate: Decimal) -> LimitedGift:
    """Capital gain property at value, beside so much cash given: 30 percent of adjusted gross income, and no more than
    the cash leaves of 50 percent; it is taken into account after all else. § 170(b)(1)(A), (C)(i), (G)(iii)."""
    gross = max(gross, ZERO)
    first = min(cash, CASH_LIMIT * gross)
    limit = min(LONG_TERM_LIMIT * gross, max(OTHER_LIMIT * gross - first, ZERO))
    floor = floor_rate * gross
    return LimitedGift(base, limit, floor, min(first, floor))


@dataclass(frozen=True, slots=True)
class TwoBases:
    """The bases of a gift: one for gain and a lower one for loss, alike where it was not worth less. § 1015(a)."""

    for_gain: Decimal
    for_loss: Decimal

    def gain(self, price: Decimal) -> Decimal:
        """Signed; between the two bases there is neither gain nor loss, Reg. § 1.1015-1(a)(2)."""
        return max(price - self.for_gain, ZERO) + min(price - self.for_loss, ZERO)


def bases_of_gift(donor_basis: Decimal, value: Decimal, *, spouse: bool = False) -> TwoBases:
    """Of property given away while it was worth `value`; a spouse's is the giver's, §§ 1041(b)(2), 1015(e)."""
    return TwoBases(donor_basis, donor_basis if spouse else min(donor_basis, value))

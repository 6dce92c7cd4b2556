"""§§ 170, 1014, 1015, 1041: property given to charity, to people, and left at death."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rules.terms import ZERO, Character

LONG_TERM_LIMIT = Decimal("0.30")
"""Of adjusted gross income, for capital gain property given to a public charity at its value. § 170(b)(1)(C)(i)."""
CASH_LIMIT = Decimal("0.60")
"""For cash given to a public charity, § 170(b)(1)(G); permanent since P.L. 119-21 § 70425."""
OTHER_LIMIT = Decimal("0.50")
"""For other property given to a public charity, at basis. § 170(b)(1)(A)."""
FORM_8283_FROM = Decimal(500)
"""Form 8283 is filed where the property given comes to more. § 170(f)(11)(B)."""
APPRAISAL_FROM = Decimal(5_000)
"""A qualified appraisal is needed for more of one kind; not for publicly traded securities, § 170(f)(11)(A)(ii)(I).
Coins are no such securities: CCA 202302012."""


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
    """What of a gift of appreciated property may be deducted this year, and what goes to the next five. § 170(d)(1)."""

    base: Decimal
    limit: Decimal

    @property
    def deductible(self) -> Decimal:
        return min(self.base, max(self.limit, ZERO))

    @property
    def carried(self) -> Decimal:
        return self.base - self.deductible


def limited_gift(base: Decimal, gross: Decimal, character: Character) -> LimitedGift:
    """30 percent of adjusted gross income for capital gain property at value, 50 for other property at basis."""
    return LimitedGift(base, gross * (LONG_TERM_LIMIT if character is Character.LONG else OTHER_LIMIT))


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

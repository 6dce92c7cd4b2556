"""What becomes of a lot that is not sold: given to charity, to a person, to a spouse, or left at death."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.portfolio import Holding
from rules.gifts import LONG_TERM_LIMIT, OTHER_LIMIT, TwoBases, bases_of_gift, deduction_base
from rules.holding_period import character_of_sale
from rules.terms import ZERO, AccountKind, Character, to_cents


@dataclass(frozen=True, slots=True)
class GivenAway:
    """In cents, as of a day. `gain` is signed; `deduction` what a public charity's gift counts for, § 170(e), and
    `this_year` what of it this year's income lets deduct, before other gifts, § 170(b)(1); `itemized` whether the
    household says that it itemizes; `bases` a person's, § 1015(a). At death the basis is the value then, § 1014(a).
    """

    value: Decimal
    gain: Decimal
    character: Character
    deduction: Decimal
    this_year: Decimal
    itemized: bool
    bases: TwoBases

    @property
    def lost_for_all(self) -> Decimal:
        """Of a loser: what neither the giver nor a person given it could ever deduct. Positive."""
        return self.bases.for_gain - self.bases.for_loss


def given_away(case: Case, holding: Holding, agi: Decimal) -> GivenAway | None:
    """`agi` is the year's with the plan. None where the lot's value, basis or term is not known, and of lots in
    retirement accounts, which go by other rules."""
    lot, day = holding.lot, case.as_of
    taxable = {account.name for account in case.household.accounts if account.kind is AccountKind.TAXABLE}
    if lot.account not in taxable:
        return None
    if holding.price is None or lot.basis is None or (lot.acquired is None and not lot.inherited):
        return None
    value, basis = to_cents(holding.price * lot.quantity), to_cents(lot.basis)
    term = character_of_sale(lot, day)
    base, taxpayer = deduction_base(value, basis, term), case.household.taxpayer
    itemized = taxpayer.deduction is not None or (taxpayer.edges is not None and taxpayer.edges.itemized is not None)
    share = LONG_TERM_LIMIT if term is Character.LONG and value > basis else OTHER_LIMIT
    this_year = min(base, to_cents(share * max(agi, ZERO)))
    return GivenAway(value, value - basis, term, base, this_year, itemized, bases_of_gift(basis, value))

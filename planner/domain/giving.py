"""Winners that are not sold: property for a charity (`[giving]`), and what is kept for a step-up. §§ 170, 1014."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rules.gifts import LimitedGift
from rules.terms import ZERO, AssetClass, Character


@dataclass(frozen=True, slots=True)
class GivenLot:
    """Units of a lot to give instead of cash. `value` and `basis` are of these units, in cents."""

    lot_id: str
    account: str
    symbol: str
    asset_class: AssetClass
    quantity: Decimal
    value: Decimal
    basis: Decimal
    acquired: date | None

    @property
    def gain(self) -> Decimal:
        return self.value - self.basis


@dataclass(frozen=True, slots=True)
class Giving:
    """What to give of `wanted` dollars. `tax_now` is what selling the same and giving the money would cost: this
    year's tax, and the carried loss that the gain would use up; `tax_later` what buying them back with the money kept
    spares later, at today's value. `deduction`: with its limit and floor, and `deduction_saves` what it takes from this
    year's tax, `of_state` of it the state's, in no figure of the plan. `sales_save`: this year's tax that the sales
    save without it, and with it. `appraised`: symbols that need a qualified appraisal. `itemized`: the household
    itemizes; `cash_deducted`: if not, cash that is deducted even so, § 170(p)."""

    wanted: Decimal
    lots: tuple[GivenLot, ...]
    deduction: LimitedGift
    deduction_saves: Decimal = ZERO
    of_state: Decimal = ZERO
    sales_save: tuple[Decimal, Decimal] = (ZERO, ZERO)
    tax_now: Decimal = ZERO
    tax_later: Decimal = ZERO
    appraised: tuple[str, ...] = ()
    itemized: bool = False
    cash_deducted: Decimal = ZERO

    @property
    def value(self) -> Decimal:
        return sum((lot.value for lot in self.lots), ZERO)

    @property
    def gain(self) -> Decimal:
        return sum((lot.gain for lot in self.lots), ZERO)

    @property
    def moves_the_sales(self) -> bool:
        """Whether the sales save another amount of tax once the deduction is counted."""
        without, with_it = self.sales_save
        return abs(with_it - without) >= 1

    @property
    def in_cash(self) -> Decimal:
        """What is left to give in cash: the losers are sold, never given."""
        return self.wanted - self.value


@dataclass(frozen=True, slots=True)
class KeptWinner:
    """Units of a lot with a gain that the plan keeps. At death their basis becomes their value (§ 1014(a)), and the
    gain is never taxed. `tax`: what selling them would cost beside the plan, this year's tax and the carried loss that
    the gain would use up. `givable`: they may go to charity at their value instead. `metal`: of the 28-percent group.
    Dollars, in cents."""

    lot_id: str
    symbol: str
    quantity: Decimal
    value: Decimal
    gain: Decimal
    character: Character
    givable: bool
    metal: bool
    tax: Decimal = ZERO

    @property
    def rate(self) -> Decimal:
        """Gain in each dollar."""
        return self.gain / self.value

    def taxed(self, tax: Decimal) -> KeptWinner:
        return replace(self, tax=tax)

"""`[giving]`: property for a public charity, chosen among the winners. §§ 170, 1011."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.gifts import LimitedGift
from rules.terms import ZERO, AssetClass


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
    year's tax, and the carried loss that the gain would use up;
    `tax_later` what buying them back with the money kept spares later, at today's value. `deduction`: before the
    floor of § 170(b)(1)(I). `appraised`: symbols that need a qualified appraisal. `itemized`: the household
    itemizes."""

    wanted: Decimal
    lots: tuple[GivenLot, ...]
    deduction: LimitedGift
    tax_now: Decimal = ZERO
    tax_later: Decimal = ZERO
    appraised: tuple[str, ...] = ()
    itemized: bool = False

    @property
    def value(self) -> Decimal:
        return sum((lot.value for lot in self.lots), ZERO)

    @property
    def gain(self) -> Decimal:
        return sum((lot.gain for lot in self.lots), ZERO)

    @property
    def in_cash(self) -> Decimal:
        """What is left to give in cash: the losers are sold, never given."""
        return self.wanted - self.value

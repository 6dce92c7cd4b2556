"""The law's nouns. Money is exact dollars; dates are trade dates; a loss is negative unless a name says `loss`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from rules.quickly_made import quickly_made

ZERO = Decimal(0)
CENT = Decimal("0.01")


def to_cents(amount: Decimal) -> Decimal:
    """An amount of dollars rounded to the cent, half away from zero. § 1 itself rounds nothing (I-18)."""
    return amount.quantize(CENT, ROUND_HALF_UP)  # by its place: by its name it takes twice as long


class FilingStatus(StrEnum):
    """The five filing statuses of Form 1040; §§ 1(a)-(d), 2."""

    SINGLE = "single"
    MARRIED_JOINTLY = "married_jointly"
    MARRIED_SEPARATELY = "married_separately"
    HEAD_OF_HOUSEHOLD = "head_of_household"
    QUALIFYING_SURVIVING_SPOUSE = "qualifying_surviving_spouse"


class Character(StrEnum):
    """Short-term: held for one year or less. Long-term: for more than one year. § 1222."""

    SHORT = "short"
    LONG = "long"


class AssetClass(StrEnum):
    """What is held, to the extent tax and trading cost tell kinds apart."""

    STOCK = "stock"
    ETF = "etf"
    FUND = "fund"
    OPTION = "option"
    BOND = "bond"
    CRYPTO = "crypto"
    COLLECTIBLE = "collectible"
    OTHER = "other"

    __hash__ = str.__hash__  # an enumeration's own is many times slower, and each lot has a class


class AccountKind(StrEnum):
    """Taxable, or one of the wrappers in which gains and losses are not recognized."""

    TAXABLE = "taxable"
    IRA = "ira"
    ROTH_IRA = "roth_ira"
    PLAN_401K = "401k"
    HSA = "hsa"
    PLAN_529 = "529"


class Custody(StrEnum):
    """Who keeps what an account holds: a broker, who reports sales (§ 6045), or the owner, as coins in a wallet of
    one's own. Reg. § 1.1012-1(j)(3) has lots of digital assets identified otherwise in the one case than the other."""

    BROKER = "broker"
    SELF = "self"


class Owner(StrEnum):
    """Whose account it is. § 1091 looks at the spouse's purchases too (Pub. 550)."""

    TAXPAYER = "taxpayer"
    SPOUSE = "spouse"


@quickly_made
@dataclass(frozen=True, slots=True)
class Carryover:
    """Capital losses carried from one year to the next, both positive. § 1212(b)."""

    short_term: Decimal = ZERO
    long_term: Decimal = ZERO

    def __post_init__(self) -> None:
        if self.short_term < 0 or self.long_term < 0:
            raise ValueError(f"a carryover is a positive amount of loss, got {self}")

    @property
    def total(self) -> Decimal:
        return self.short_term + self.long_term


@quickly_made
@dataclass(frozen=True, slots=True)
class Gains:
    """A year's net recognized gains before carryovers, signed; `collectibles` is the 28-percent part of `long_term`.

    `disallowed` are the losses that § 1091 keeps out of them, less those that came back through a basis, § 1091(d): by
    so much the gains of a state without a wash-sale rule are lower.
    """

    short_term: Decimal = ZERO
    long_term: Decimal = ZERO
    collectibles: Decimal = ZERO
    disallowed: Decimal = ZERO

    def __add__(self, other: Gains) -> Gains:
        return Gains(
            self.short_term + other.short_term,
            self.long_term + other.long_term,
            self.collectibles + other.collectibles,
            self.disallowed + other.disallowed,
        )

    def __sub__(self, other: Gains) -> Gains:
        return Gains(
            self.short_term - other.short_term,
            self.long_term - other.long_term,
            self.collectibles - other.collectibles,
            self.disallowed - other.disallowed,
        )


@dataclass(frozen=True, slots=True)
class RateGroups:
    """The parts of a year's `long_term` that have rates of their own and that no sale of a lot moves; both positive.

    `unrecaptured_1250` is line 13 of the Unrecaptured Section 1250 Gain Worksheet, `section_1202` line 2 of the 28%
    Rate Gain Worksheet: what § 1202 leaves taxable of a gain of which it excludes 50, 60 or 75 percent. § 1(h)(6), (7).
    """

    unrecaptured_1250: Decimal = ZERO
    section_1202: Decimal = ZERO


NO_RATE_GROUPS = RateGroups()


@quickly_made
@dataclass(frozen=True, slots=True)
class Lot:
    """Shares or units bought together: one acquisition date, one basis.

    `basis` is dollars for the whole lot; None where no one knows it. `acquired` is the trade date; None where
    the source says "various". `holding_since` is a tacked start of the holding period (§ 1223), `loss_basis` the
    lower basis that a gift has for losses (§ 1015(a)), `inherited` makes every sale long-term (§ 1223(9)), `moved` is
    the part of the basis that § 1091(d) put there, to the extent the household's own ledger knows.
    """

    lot_id: str
    account: str
    symbol: str
    asset_class: AssetClass
    quantity: Decimal
    acquired: date | None
    basis: Decimal | None
    holding_since: date | None = None
    loss_basis: Decimal | None = None
    inherited: bool = False
    moved: Decimal = ZERO

    def __post_init__(self) -> None:
        if self.quantity <= 0:
            raise ValueError(f"lot {self.lot_id}: quantity must be positive, got {self.quantity}")


@dataclass(frozen=True, slots=True)
class ReplacementPurchase:
    """Shares acquired, or to be acquired, that may replace shares sold at a loss. § 1091(a).

    `lot_id` names the held lot these shares are, where there is one, and `bought_as` what was bought together, the lot
    itself by default: it is never its own replacement. `owner` is whose account it is; `to_come`: the purchase has not
    been made, and `planned` is its number among the planned purchases, where it is one of them, counted from 0.
    """

    purchase_id: str
    account: str
    account_kind: AccountKind
    symbol: str
    acquired: date
    quantity: Decimal
    lot_id: str | None = None
    owner: Owner = Owner.TAXPAYER
    to_come: bool = False
    bought_as: str | None = None
    planned: int | None = None

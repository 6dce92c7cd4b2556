"""What the taxpayer has and has done: lots held, transactions, realized dispositions, as read from files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from rules.option_contracts import option_underlying
from rules.quickly_made import quickly_made
from rules.terms import ZERO, AssetClass, Character, Lot

# What the action words of a history do to units held.
# § 1091(a) "acquired": by purchase or taxable exchange; what is taxed as income on receipt is that too (I-23).
# Gifts, inheritances, splits and own transfers are not: Reg. § 1.1091-1(f).
ACQUISITIONS = frozenset({"buy", "reinvest", "vest", "exercise", "income"})
NOT_BOUGHT = frozenset({"transfer_in", "gift_in", "inherit", "received"})  # received: in an event no one can follow
SALES = frozenset({"sell", "expire"})
LOST_WITHOUT_SALE = frozenset({"stolen", "lost", "abandoned"})  # § 165: units lost, and what may be claimed is stated
DEPARTURES = frozenset({"transfer_out", "gift_out", "removed"}) | LOST_WITHOUT_SALE
# Rows of corporate actions: what they do is decided from all rows of the event (planner.ledger.corporate_actions).
CORPORATE_ACTIONS = frozenset(
    {"exchange_out", "exchange_in", "spinoff", "return_of_capital", "cash_in_lieu", "worthless"}
)
UNEXPLAINED = "unexplained"
"""Units moved, and no one knows why: the security is listed and held back (planner.ledger.unexplained)."""

Day = date  # where a field is named `date`


@quickly_made
@dataclass(frozen=True, slots=True)
class Holding:
    """A lot with its price per unit today (None: not known) and the line it was read from.

    `purchased` is the real purchase date where wash-sale tacking moved the lot's own date; the 30-day window
    looks at it, the holding period at the lot. `stated_value` is the market value as a broker's file states it.
    `washed`: every unit has replaced shares sold at a loss already, and replaces no others (Reg. § 1.1091-1(e)); known
    of lots built from a history only.
    `unnamed`: what stands for the symbol is not a ticker. `part_of` names the lot as listed, where the ledger split it.
    `unexplained`: why no one can say what is held of this security, with the row that is not understood. `bar`: a rule
    of the Code's own for which it is not sold by a plan. `worthless`: of no value at all, § 165(g).
    """

    lot: Lot
    price: Decimal | None
    where: str
    name: str = ""
    frozen: bool = False
    purchased: date | None = None
    stated_value: Decimal | None = None
    washed: bool = False
    unnamed: bool = False
    part_of: str | None = None
    unexplained: str = ""
    bar: str = ""
    worthless: bool = False

    @property
    def purchase(self) -> str:
        """What was bought together: no part of it replaces another (Rev. Rul. 56-602, I-22)."""
        return self.part_of or self.lot.lot_id

    @property
    def bought(self) -> date | None:
        """The day the shares were bought, for the wash-sale window."""
        return self.purchased or self.lot.acquired


class UnitsOwed(NamedTuple):
    """A row of a broker's file with units owed, not held: a short sale, or an option written. `where` is its place."""

    symbol: str
    quantity: Decimal
    where: str


class Change(NamedTuple):
    """What a row of a corporate action says beyond its units; each field blank where the file does not say it.

    `group`: rows of one account with the same are one event (a reorganization's number). `parent`: the security whose
    holders received these units, or whose old units a row without a ticker takes away. `ratio`: so many new units for
    so many old, of a split. `basis_share`: the part of the parent's basis that the new units take, § 358(b), (c).
    `value`: what these units were worth on that day, in dollars; `parent_value`: what those of the parent then were.
    """

    group: str = ""
    parent: str = ""
    ratio: tuple[Decimal, Decimal] | None = None
    basis_share: Decimal | None = None
    value: Decimal | None = None
    parent_value: Decimal | None = None


NO_CHANGE = Change()


class StatedCost(NamedTuple):
    """What the row of a sale itself says that its units had cost, and their term, where it says that too."""

    basis: Decimal
    character: Character | None


@quickly_made
@dataclass(frozen=True, slots=True)
class Transaction:
    """A line of an account's history. `amount` is the total cost or proceeds, positive.

    `acquired` is the day on which units transferred in or given were first acquired, `loss_basis` the lower basis that
    a gift has for losses (§ 1015(a)). `change` is what a row of a corporate action says beyond its units, `said` the
    file's own word for a row that no one can explain. `unpriced`: no one says what was paid or received. `note` is what
    the file says beside it, `moment` the time of day as it states it. `stated`: of a sale, the broker's own figures.
    """

    account: str
    date: date
    action: str  # buy | reinvest | sell | vest | transfer_in | transfer_out | split | …
    symbol: str
    quantity: Decimal
    amount: Decimal
    where: str
    fees: Decimal = ZERO
    transaction_id: str | None = None
    lot_id: str | None = None
    asset_class: AssetClass | None = None
    acquired: Day | None = None
    loss_basis: Decimal | None = None
    change: Change = NO_CHANGE
    said: str = ""
    unpriced: bool = False
    note: str = ""
    moment: str = ""
    stated: StatedCost | None = None

    @property
    def acquires(self) -> bool:
        """Whether units came by purchase. A contract that is exercised goes away; the shares it brings are acquired."""
        return self.action in ACQUISITIONS and not (self.action == "exercise" and self._contract_exercised)

    @property
    def arrives(self) -> bool:
        """Whether units came otherwise than by purchase."""
        return self.action in NOT_BOUGHT

    @property
    def sells(self) -> bool:
        """Whether units were sold; coins paid as a fee are sold for what the fee is worth (I-27)."""
        return self.action in SALES or (self._paid_in_units and self.amount > 0)

    @property
    def departs(self) -> bool:
        """Whether units went otherwise than by sale."""
        return self.action in DEPARTURES or self._contract_exercised or (self._paid_in_units and self.amount == 0)

    @property
    def _paid_in_units(self) -> bool:
        return self.action == "fee" and self.quantity > 0

    @property
    def _contract_exercised(self) -> bool:
        return self.action == "exercise" and option_underlying(self.symbol) is not None


@quickly_made
@dataclass(frozen=True, slots=True)
class RealizedDisposition:
    """A sale already made, as the broker's realized file states it. `disallowed_loss` is positive. `by_household`: its
    basis is the household's own word, and no broker's statement.
    """

    account: str
    symbol: str
    asset_class: AssetClass
    quantity: Decimal
    acquired: date | None
    sold: date
    proceeds: Decimal
    basis: Decimal
    character: Character
    where: str
    disallowed_loss: Decimal = ZERO
    by_household: bool = False

    @property
    def recognized_gain(self) -> Decimal:
        return self.proceeds - self.basis + self.disallowed_loss


@dataclass(frozen=True, slots=True)
class UncountedSale:
    """A sale of a realized file whose basis or term no one knows: it is listed, and counts in no sum.

    `box` is the one of Form 8949 where it belongs: the basis was not reported to the IRS.
    """

    account: str
    symbol: str
    asset_class: AssetClass
    quantity: Decimal
    acquired: date | None
    sold: date
    proceeds: Decimal
    basis: Decimal | None
    character: Character | None
    where: str
    disallowed_loss: Decimal = ZERO
    inherited: bool = False

    @property
    def box(self) -> str:
        """B, E, H or K, or both of a kind where the term is not known either."""
        short, long = ("H", "K") if self.asset_class is AssetClass.CRYPTO else ("B", "E")
        if self.character is None:
            return f"{short} or {long}"
        return short if self.character is Character.SHORT else long

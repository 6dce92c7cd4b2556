"""What a ledger takes: shares acquired, sold, moved and split, in all accounts of a household.

§ 1091 looks at acquisitions by purchase or taxable exchange (Reg. § 1.1091-1(f)); what else moves shares only changes
where they lie or how they are counted. All days are trade dates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rules.quickly_made import quickly_made
from rules.terms import ZERO, AccountKind, Character, Owner

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """An account of the household, and whose it is."""

    name: str
    kind: AccountKind = AccountKind.TAXABLE
    owner: Owner = Owner.TAXPAYER

    @property
    def taxable(self) -> bool:
        return self.kind is AccountKind.TAXABLE


@dataclass(frozen=True, slots=True)
class Security:
    """What was bought. `identity` is the key that substantially identical securities share.

    `identity` is None where § 1091 does not reach it. `acquires` is the identity of the stock that it is a contract or
    option to acquire (§ 1091(a)), and `shares` how many shares of it one unit stands for.
    """

    symbol: str
    identity: str | None
    acquires: str | None = None
    shares: Decimal = ONE


@quickly_made
@dataclass(frozen=True, slots=True)
class Acquisition:
    """Units that came into an account together; `basis` is dollars for all of them, None where no one knows it.

    `bought`: by purchase or taxable exchange, reinvestments and vests included (I-23); False for gifts, inheritances
    and what came from outside the household, which replace nothing (Reg. § 1.1091-1(f)). `acquired` is the trade date,
    None where no one knows it; `arrived` the day on which the units came into the account, where that is another.
    `purchase` names what was bought together (I-22), the lot itself by default: it never replaces itself.

    `stated`: the basis is the broker's, which already holds what the broker disallowed in this account (§ 6045(g)).
    `held`: a lot as the broker lists it at the end of the history: no sale in it takes from this lot. `counted` is the
    day whose units `quantity` counts, before or after a split; the day of arrival by default.
    `character` is the stated one of units whose day is unknown. The other fields are those of a `Lot`.
    """

    lot_id: str
    account: str
    security: Security
    acquired: date | None
    quantity: Decimal
    basis: Decimal | None
    bought: bool = True
    arrived: date | None = None
    purchase: str | None = None
    holding_since: date | None = None
    loss_basis: Decimal | None = None
    inherited: bool = False
    stated: bool = False
    held: bool = False
    counted: date | None = None
    character: Character | None = None

    def __post_init__(self) -> None:
        if self.quantity <= 0:
            raise ValueError(f"lot {self.lot_id}: quantity must be positive, got {self.quantity}")

    @property
    def day(self) -> date:
        """When the units came into the account; of unknown ones, before everything else."""
        return self.arrived or self.acquired or date.min


@quickly_made
@dataclass(frozen=True, slots=True)
class Chosen:
    """Units identified for a sale or a move (Reg. § 1.1012-1(c)): by their lot, or by the day they were acquired."""

    quantity: Decimal
    lot_id: str | None = None
    acquired: date | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class LedgerSale:
    """A sale. Without `lots` the first acquired in the account are sold first (Reg. § 1.1012-1(c)(1), (j)(3)).

    `proceeds` is dollars for all units, after costs. `stated_disallowed_loss` is what the broker disallowed, positive.
    `exempt`: § 1091 did not reach what was sold on that day, though it reaches it on others.
    """

    sale_id: str
    account: str
    symbol: str
    sold: date
    quantity: Decimal
    proceeds: Decimal
    lots: tuple[Chosen, ...] = ()
    stated_disallowed_loss: Decimal = ZERO
    exempt: bool = False

    def __post_init__(self) -> None:
        if self.quantity <= 0:
            raise ValueError(f"sale {self.sale_id}: quantity must be positive, got {self.quantity}")


@dataclass(frozen=True, slots=True)
class Move:
    """Units that leave an account otherwise than by sale: to another of the household, or away (None).

    The lots travel along, unchanged; a gift or an unseen account takes them away. No acquisition: Reg. § 1.1091-1(f).
    """

    move_id: str
    account: str
    symbol: str
    moved: date
    quantity: Decimal
    into: str | None = None
    lots: tuple[Chosen, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """On that day `old` units held in the account became `new`: no acquisition (Reg. § 1.1091-1(f), § 1223(4))."""

    account: str
    symbol: str
    day: date
    old: Decimal
    new: Decimal

    def __post_init__(self) -> None:
        if self.old <= 0 or self.new <= 0:
            raise ValueError(f"split of {self.symbol} on {self.day}: {self.old} to {self.new}")


class Restatement:
    """Counts units of any day in those of the end of the history, so that shares sold and bought can be matched.

    An account's own split rows count for it, several of a day one after the other. Where it has none on a day on which
    another has (its shares were sold by then), the ratio of the account that held most counts: an account's row is
    rounded where cash was paid in lieu.
    """

    def __init__(self, splits: Iterable[Split]) -> None:
        self._of: dict[str, dict[date, dict[str, Split]]] = defaultdict(lambda: defaultdict(dict))
        for split in splits:
            its = self._of[split.symbol][split.day]
            first = its.get(split.account)
            its[split.account] = split if first is None else replace(first, new=first.new * split.new / split.old)

    def ratio(self, account: str, symbol: str, day: date) -> tuple[Decimal, Decimal] | None:
        """(new, old): so many units at the end for so many of that day, after its own splits. None: no change."""
        if symbol not in self._of:
            return None
        new = old = ONE
        for split_day, by_account in self._of[symbol].items():
            if split_day > day:
                split = by_account.get(account) or max(by_account.values(), key=lambda s: (s.old, s.account))
                new, old = new * split.new, old * split.old
        return None if new == old else (new, old)

    def __call__(self, quantity: Decimal, account: str, symbol: str, day: date) -> Decimal:
        """A quantity of that day, in units of the end."""
        ratio = self.ratio(account, symbol, day) if self._of else None
        return quantity if ratio is None else quantity * ratio[0] / ratio[1]

    def back(self, quantity: Decimal, account: str, symbol: str, day: date) -> Decimal:
        """A quantity in units of the end, in those of that day."""
        ratio = self.ratio(account, symbol, day) if self._of else None
        return quantity if ratio is None else quantity * ratio[1] / ratio[0]

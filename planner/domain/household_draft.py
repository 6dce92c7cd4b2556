"""A household about to be written: what was recognized in a folder, what was answered, and what was only assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from rules.terms import ZERO, AccountKind, FilingStatus, Owner

TAXABLE_ASSUMED = "it is a taxable account"  # said of an account whose files do not tell its kind


@dataclass(frozen=True, slots=True)
class FileFound:
    """A file that can be read: its path from the household's folder, and what it is for each key it may be under.

    `layouts` are names of layouts by key (lots, transactions, realized); `broker` is blank for our own layouts.
    """

    path: str
    broker: str
    layouts: dict[str, str]


@dataclass(frozen=True, slots=True)
class FileNotRead:
    """A file that is left out, why, and what to do about it. `ours`: harvest wrote it itself."""

    path: str
    why: str
    remedy: str = ""
    ours: bool = False


@dataclass(frozen=True, slots=True)
class DraftAccount:
    """An account and the files that tell of it. `numbers` are the words by which its broker's files name it."""

    name: str
    kind: AccountKind = AccountKind.TAXABLE
    owner: Owner = Owner.TAXPAYER
    numbers: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()
    realized: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()  # what was assumed of it, each in a sentence

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file of it, once."""
        return tuple(dict.fromkeys((*self.lots, *self.transactions, *self.realized)))


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files of a folder, put together into accounts; those of prices are no one's."""

    accounts: tuple[DraftAccount, ...] = ()
    files: tuple[FileFound, ...] = ()
    not_read: tuple[FileNotRead, ...] = ()
    prices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftHousehold:
    """What household.toml will say. `assumed` are the keys of [taxpayer] that no one answered; `edges` those on which
    income edges hang, as they are written, of which each may be left open; `marketplace` the lines of its table."""

    tax_year: int
    filing_status: FilingStatus = FilingStatus.SINGLE
    ordinary_income: Decimal = Decimal(100_000)
    state: str | None = None
    carryover_short: Decimal = ZERO
    carryover_long: Decimal = ZERO
    accounts: tuple[DraftAccount, ...] = ()
    prices: tuple[str, ...] = ()  # files of them
    assumed: tuple[str, ...] = field(default=())
    not_read: tuple[str, ...] = ()  # files that `ignore` may name
    edges: Mapping[str, str] = field(default_factory=dict)
    marketplace: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Additions:
    """What a household still lacks: new accounts, and new files of accounts that it has, by name and key.

    `numbers`: words by which those files name an account that its own `numbers` do not have.
    """

    accounts: tuple[DraftAccount, ...] = ()
    files: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    numbers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    prices: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        return not (self.accounts or self.files or self.prices)

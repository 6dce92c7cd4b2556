"""Which purchases of the household may wash a sale: shares bought and still held, and shares still to be bought.

Shares bought inside the window and sold again before the loss sale do not count (interpretation I-01, C1), so what
matters is what is held: the lots listed, and what a history shows to have been bought and no list accounts for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import numpy as np

from planner.domain.case import Case
from planner.domain.household import Account, Household, PlannedPurchase
from planner.domain.portfolio import Transaction
from planner.ledger.securities import contract_of, symbols_of
from rules.assets import classify
from rules.digital_assets import reached_by_1091
from rules.option_contracts import SHARES_PER_CONTRACT
from rules.substantially_identical import spelling
from rules.terms import ZERO, AccountKind, AssetClass, Owner, ReplacementPurchase

NOTHING_USED: Mapping[str, Decimal] = {}
UNBOUGHT = frozenset({"gift_in", "inherit"})
SHARES = " (shares)"  # at the end of an id: what an option stands for


@dataclass(frozen=True, slots=True)
class HouseholdPurchases:
    """Purchases that may wash a sale. `cancelable` are planned ones the user may still call off; an option is there
    twice, as itself and as the shares it stands for.

    `coins` are digital assets bought in the time, with the day; § 1091 does not reach them: for questions only.
    """

    fixed: tuple[ReplacementPurchase, ...]
    cancelable: tuple[tuple[PlannedPurchase, ReplacementPurchase], ...] = ()
    coins: tuple[tuple[str, date], ...] = ()


def purchases_between(
    case: Case, first: date, last: date, *, used: Mapping[str, Decimal] = NOTHING_USED
) -> HouseholdPurchases:
    """Every purchase from `first` to `last`, inclusive, whose shares are, or will be, held.

    Only of what § 1091 reaches: coins held directly replace nothing (unless `[wash_sale] crypto` supposes so). A call
    or a warrant stands for the shares it may acquire as well as for itself.
    """
    reached = _Reach(case)
    accounts = {account.name: account for account in case.household.accounts}
    bought = [left for p in _listed(case, accounts, first, last) if (left := _unused(p, used)) is not None]
    if case.transactions:
        bought += [p for p in _rebuilt(case, accounts) if first <= p.acquired <= last]
    planned = [
        (wish, _planned(n, wish, accounts))
        for n, wish in enumerate(case.household.planned_purchases)
        if first <= wish.date <= last and not _done(wish, case, bought)
    ]
    fixed = [*bought, *(purchase for wish, purchase in planned if not wish.cancelable)]
    options, symbols = case.household.wash_sale.conventions.options_replace, symbols_of(case)
    return HouseholdPurchases(
        tuple(
            shares for p in fixed if reached(p.account, p.symbol) for shares in _with_underlying(p, options, symbols)
        ),
        tuple(
            (wish, shares)
            for wish, p in planned
            if wish.cancelable and reached(p.account, p.symbol)
            for shares in _with_underlying(p, options, symbols)
        ),
        tuple(sorted({(p.symbol, p.acquired) for p in bought if not reached(p.account, p.symbol)})),
    )


def shares_of(case: Case, wish: PlannedPurchase) -> tuple[ReplacementPurchase, ...]:
    """What a purchase that is only asked about would bring, to the extent § 1091 reaches it."""
    accounts = {account.name: account for account in case.household.accounts}
    purchase = replace(_planned(0, wish, accounts), purchase_id="asked", planned=None)
    if not _Reach(case)(purchase.account, purchase.symbol):
        return ()
    return tuple(_with_underlying(purchase, case.household.wash_sale.conventions.options_replace, symbols_of(case)))


def _unused(purchase: ReplacementPurchase, used: Mapping[str, Decimal]) -> ReplacementPurchase | None:
    """What of a purchase has not replaced others yet: a share replaces once, Reg. § 1.1091-1(e)."""
    left = purchase.quantity - used.get(purchase.purchase_id, ZERO)
    return replace(purchase, quantity=left) if left > 0 else None


def planned_purchase(household: Household, purchase: ReplacementPurchase) -> PlannedPurchase | None:
    """The planned purchase that these shares would come from; None where they were bought already."""
    return None if purchase.planned is None else household.planned_purchases[purchase.planned]


def called_off_as(purchase: ReplacementPurchase) -> str:
    """One name for a planned purchase and for the shares that it stands for: they are canceled together."""
    return _planned_id(purchase.planned) if purchase.planned is not None else purchase.purchase_id


def _planned_id(number: int) -> str:
    return f"planned:{number + 1}"


def _planned(number: int, wish: PlannedPurchase, accounts: dict[str, Account]) -> ReplacementPurchase:
    return ReplacementPurchase(
        _planned_id(number),
        wish.account,
        _kind(accounts, wish.account),
        wish.symbol,
        wish.date,
        wish.quantity,
        owner=_owner(accounts, wish.account),
        to_come=True,
        planned=number,
    )


def _done(wish: PlannedPurchase, case: Case, bought: Iterable[ReplacementPurchase]) -> bool:
    """Whether a planned purchase lies in the past, or is among what was bought on the as-of date."""
    return wish.date < case.as_of or any(
        p.account == wish.account and p.acquired == wish.date and spelling(p.symbol) == spelling(wish.symbol)
        for p in bought
    )


def only_stood_for(purchase: ReplacementPurchase) -> bool:
    """Whether these are shares that an option bought may acquire: they have not been bought themselves."""
    return purchase.purchase_id.endswith(SHARES)


def _with_underlying(
    purchase: ReplacementPurchase, options_replace: bool, symbols: Container[str]
) -> Iterator[ReplacementPurchase]:
    """The purchase, and for a contract or option to acquire the shares it stands for: § 1091(a), C6. L-11."""
    yield purchase
    option = contract_of(purchase.symbol, symbols) if options_replace else None
    if option is not None and option.acquires:
        shares = purchase.quantity * (SHARES_PER_CONTRACT if option.strike is not None else 1)
        yield replace(
            purchase,
            purchase_id=f"{purchase.purchase_id}{SHARES}",
            symbol=option.underlying,
            quantity=shares,
            lot_id=None,
        )


class _Reach:
    """Whether § 1091 reaches a symbol bought in an account: by the class the files give it there, else by its name."""

    def __init__(self, case: Case) -> None:
        self._crypto = case.household.wash_sale.crypto
        self._class: dict[tuple[str, str], AssetClass] = {}
        for transaction in case.transactions:
            if transaction.asset_class is not None:
                self._class[transaction.account, transaction.symbol] = transaction.asset_class
        self._class |= case.lots.class_of

    def __call__(self, account: str, symbol: str) -> bool:
        asset_class = self._class.get((account, symbol)) or classify(symbol) or AssetClass.STOCK
        return reached_by_1091(symbol, asset_class, crypto_covered=self._crypto)


# --- what lots files list ----------------------------------------------------------------------------------------


def _listed(case: Case, accounts: dict[str, Account], first: date, last: date) -> Iterator[ReplacementPurchase]:
    """Lots held that were bought in these days. Gifts and inheritances were not bought."""
    received = {
        key
        for t in case.transactions
        if t.action in UNBOUGHT
        for key in ((t.account, t.lot_id), (t.account, spelling(t.symbol), t.date))
    }
    days = case.lots.days
    rows = (days >= first.toordinal()) & (days <= last.toordinal())
    rows[case.lots.with_value("purchased")] = True
    for row in np.flatnonzero(rows).tolist():
        holding = case.lots[row]
        lot, bought = holding.lot, holding.bought
        if bought is None or not first <= bought <= last or lot.inherited or lot.loss_basis is not None:
            continue
        if (lot.account, lot.lot_id) in received or (lot.account, spelling(lot.symbol), bought) in received:
            continue
        kind, owner = _kind(accounts, lot.account), _owner(accounts, lot.account)
        yield ReplacementPurchase(
            lot.lot_id,
            lot.account,
            kind,
            lot.symbol,
            bought,
            lot.quantity,
            lot.lot_id,
            owner,
            bought_as=holding.purchase,
        )


# --- what histories show -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Part:
    """Shares that arrived together, to the extent they are still in the account."""

    bought: Transaction | None  # None: they arrived otherwise than by purchase
    lot_id: str | None
    quantity: Decimal

    @property
    def day(self) -> date | None:
        return self.bought.date if self.bought is not None else None


@dataclass(slots=True)
class _Pile:
    """One security in one account. `moved` are purchases that left for an account of one's own.

    Sales that name no lot take the oldest shares (Reg. § 1.1012-1(c)(1)); but where the account's lots are listed, what
    the list lacks is what was sold, so they take the newest of what the history shows.
    """

    newest_first: bool
    parts: list[_Part] = field(default_factory=list)
    moved: list[_Part] = field(default_factory=list)

    def add(self, transaction: Transaction) -> None:
        bought = transaction if transaction.acquires else None
        self.parts.append(_Part(bought, transaction.lot_id, transaction.quantity))

    def remove(self, transaction: Transaction) -> None:
        wanted = transaction.quantity
        named = [p for p in self.parts if transaction.lot_id is not None and p.lot_id == transaction.lot_id]
        others = [p for p in self.parts if p not in named] if not named else []
        for part in named or (others[::-1] if self.newest_first else others):
            taken = min(wanted, part.quantity)
            part.quantity -= taken
            wanted -= taken
            if taken and transaction.action == "transfer_out":
                self.moved.append(_Part(part.bought, part.lot_id, taken))

    def split(self, added: Decimal) -> None:
        held = sum((part.quantity for part in self.parts), ZERO)
        if held > 0 and held + added > 0:
            for part in self.parts:
                part.quantity *= (held + added) / held


def _rebuilt(case: Case, accounts: dict[str, Account]) -> Iterator[ReplacementPurchase]:
    """Shares that a history shows to be held and no lots file accounts for.

    A listed lot accounts for the purchase that names it, else for one of its security on its day; for shares that were
    moved between accounts, in any account.
    """
    listed = {(account, spelling(symbol)) for account, symbol, _ in case.lots.kinds}
    piles: dict[tuple[str, str], _Pile] = {}
    for transaction in case.transactions:
        key = transaction.account, spelling(transaction.symbol)
        if transaction.account in case.rebuilt and key not in case.left_out:
            continue
        pile = piles.setdefault(key, _Pile(newest_first=key in listed))
        if transaction.acquires or transaction.arrives:
            pile.add(transaction)
        elif transaction.sells or transaction.departs:
            pile.remove(transaction)
        elif transaction.action == "split":
            pile.split(transaction.quantity)
    shown = _Shown(case)
    for (account, symbol), pile in piles.items():
        for part in pile.parts:
            yield from _missing(part, shown.in_account(account, symbol, part), accounts)
    for (_, symbol), pile in piles.items():
        for part in pile.moved:
            yield from _missing(part, shown.anywhere(symbol, part), accounts)


class _Shown:
    """Listed lots, to the extent no purchase has been found in them yet."""

    def __init__(self, case: Case) -> None:
        self.left = {h.lot.lot_id: h.lot.quantity for h in case.holdings}
        self.by_day: dict[tuple[str, str, date | None], list[str]] = defaultdict(list)
        self.everywhere: dict[tuple[str, date | None], list[str]] = defaultdict(list)
        self.account = {h.lot.lot_id: h.lot.account for h in case.holdings}
        for h in case.holdings:
            self.by_day[h.lot.account, spelling(h.lot.symbol), h.bought].append(h.lot.lot_id)
            self.everywhere[spelling(h.lot.symbol), h.bought].append(h.lot.lot_id)

    def in_account(self, account: str, symbol: str, part: _Part) -> Decimal:
        named = [part.lot_id] if part.lot_id is not None and self.account.get(part.lot_id) == account else []
        return self._take(part, named + self.by_day.get((account, symbol, part.day), []))

    def anywhere(self, symbol: str, part: _Part) -> Decimal:
        return self._take(part, self.everywhere.get((symbol, part.day), []))

    def _take(self, part: _Part, lot_ids: Iterable[str]) -> Decimal:
        found = ZERO
        for lot_id in lot_ids:
            taken = min(part.quantity - found, self.left[lot_id])
            self.left[lot_id] -= taken
            found += taken
        return found


def _missing(part: _Part, shown: Decimal, accounts: dict[str, Account]) -> Iterator[ReplacementPurchase]:
    if part.bought is not None and part.quantity > shown:
        yield _purchase(part.bought, part.quantity - shown, accounts)


def _purchase(bought: Transaction, quantity: Decimal, accounts: dict[str, Account]) -> ReplacementPurchase:
    return ReplacementPurchase(
        purchase_id=f"{bought.account}:{bought.symbol}:{bought.date} ({bought.where})",
        account=bought.account,
        account_kind=_kind(accounts, bought.account),
        symbol=bought.symbol,
        acquired=bought.date,
        quantity=quantity,
        owner=_owner(accounts, bought.account),
    )


def _kind(accounts: dict[str, Account], name: str) -> AccountKind:
    account = accounts.get(name)
    return account.kind if account is not None else AccountKind.TAXABLE


def _owner(accounts: dict[str, Account], name: str) -> Owner:
    account = accounts.get(name)
    return account.owner if account is not None else Owner.TAXPAYER

"""A plan's sales as orders: each with the lot it is to be taken from, as that lot's broker lists it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.analysis.totals import character_on
from planner.domain.case import Case
from planner.domain.household import Account
from planner.domain.plan import Plan, Sale
from planner.domain.portfolio import Holding, Transaction
from rules.substantially_identical import spelling
from rules.terms import AssetClass, Character, Custody, to_cents

OUR_LAYOUTS = "harvest_"  # how the names of our own file layouts begin


@dataclass(frozen=True, slots=True)
class LotOrder:
    """A sale and the lot that it names. `listed_…` is what the lot's broker has.

    `basis` and `character` of the sale may be others than the broker's: a loss that § 1091(d) moved into the lot from
    another account, and its holding period, are in them. `listed_quantity` is the whole lot's, `listed_basis` that of
    the units sold, in cents. `gift`: another basis counts for losses, § 1015(a). `price` is per unit, today. `purchase`
    is the row of a history that brought the lot, with its hour, fees, id and note; None where no file has one.
    """

    sale: Sale
    acquired: date | None
    inherited: bool
    gift: bool
    listed_quantity: Decimal
    listed_basis: Decimal
    listed_character: Character | None
    price: Decimal
    purchase: Transaction | None = None


def lot_orders(plan: Plan, case: Case) -> tuple[LotOrder, ...]:
    """The plan's sales as orders: by day, then by account, symbol and lot."""
    holdings = {holding.lot.lot_id: holding for holding in case.holdings}
    ordered = sorted(plan.sales, key=lambda sale: (sale.date, sale.account, sale.symbol, sale.lot_id))
    purchases = _Purchases(case) if plan.sales else None
    return tuple(
        _order(sale, holding, purchases.of(holding) if purchases else None)
        for sale in ordered
        for holding in (listed_lot(sale, holdings),)
    )


class _Purchases:
    """The rows of histories that brought lots: by their place, or the only one of an account, symbol and day."""

    def __init__(self, case: Case) -> None:
        self._by_place: dict[str, Transaction] = {}
        self._by_day: dict[tuple[str, str, date], list[Transaction]] = defaultdict(list)
        for row in case.transactions:
            if row.acquires or row.arrives:
                self._by_place[row.where] = row
                self._by_day[row.account, spelling(row.symbol), row.date].append(row)

    def of(self, holding: Holding) -> Transaction | None:
        if holding.where in self._by_place:
            return self._by_place[holding.where]
        if holding.bought is None:
            return None
        alike = self._by_day.get((holding.lot.account, spelling(holding.lot.symbol), holding.bought), [])
        return alike[0] if len(alike) == 1 else None


def listed_lot(sale: Sale, holdings: Mapping[str, Holding]) -> Holding:
    """The lot as its broker lists it; a plan may sell a part of it under a name of its own."""
    return holdings.get(sale.lot_id) or holdings[sale.listed_id]


def _order(sale: Sale, holding: Holding, purchase: Transaction | None) -> LotOrder:
    lot = holding.lot
    whole = sale.basis if lot.basis is None else lot.basis
    return LotOrder(
        sale=sale,
        acquired=lot.acquired,
        inherited=lot.inherited,
        gift=lot.loss_basis is not None,
        listed_quantity=lot.quantity,
        listed_basis=whole if sale.quantity == lot.quantity else to_cents(whole * sale.quantity / lot.quantity),
        listed_character=character_on(lot, sale.date),
        price=holding.price if holding.price is not None else to_cents(sale.proceeds / sale.quantity),
        purchase=purchase,
    )


def custody_of(account: Account, case: Case) -> Custody:
    """Who keeps what an account holds. Where the household does not say: its owner, if it holds nothing but digital
    assets and all its files are in our own layouts; else a broker, whose files they are."""
    if account.custody is not None:
        return account.custody
    kinds = {holding.lot.asset_class for holding in case.holdings if holding.lot.account == account.name}
    kinds |= {row.asset_class for row in case.realized if row.account == account.name}
    kinds |= {row.asset_class for row in case.transactions if row.account == account.name and row.asset_class}
    layouts = {read.layout for read in case.files if read.account == account.name}
    own_files = all(layout.startswith(OUR_LAYOUTS) for layout in layouts)
    return Custody.SELF if kinds == {AssetClass.CRYPTO} and own_files else Custody.BROKER

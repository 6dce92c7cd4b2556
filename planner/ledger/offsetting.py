"""Positions that offset a lot: puts held, calls written, shares sold short. §§ 1092, 1233, 1259.

A loss is deferred to the extent such a position has a gain that is not recognized yet (§ 1092(a)(1)), and a put bought
or a short sale stops the holding period of what was held a year or less (§ 1233(b)). Neither is computed: the lot is
held back, with the reason (L-06)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.portfolio import Holding, UnitsOwed
from rules.holding_period import first_long_term_day
from rules.option_contracts import OptionContract, option_underlying
from rules.short_sales import held_short_term
from rules.substantially_identical import IdenticalGroups, spelling
from rules.terms import ZERO, AccountKind, to_cents

ANSWER = "[special] not_a_straddle names what is none"


@dataclass(frozen=True, slots=True)
class _Written:
    contract: OptionContract
    where: str


@dataclass(slots=True)
class OffsettingPositions:
    """By the § 1091 key of the stock they are written on."""

    as_of: date
    groups: IdenticalGroups
    puts: dict[str, list[Holding]] = field(default_factory=lambda: defaultdict(list))
    calls: dict[str, list[_Written]] = field(default_factory=lambda: defaultdict(list))
    short: dict[str, list[UnitsOwed]] = field(default_factory=lambda: defaultdict(list))
    stock: dict[str, list[Holding]] = field(default_factory=lambda: defaultdict(list))

    @property
    def any(self) -> bool:
        """Whether there is any position that could offset another; of stock only where options are held."""
        return bool(self.puts or self.calls or self.short or self.stock)

    def bar(self, holding: Holding) -> str:
        """Why this lot is not sold; blank where nothing bars it."""
        contract = option_underlying(holding.lot.symbol)
        if contract is None:
            return self._of_stock(holding)
        if contract.right == "put" and _gain(holding) < 0:
            return self._of_put(self.key(contract))
        return ""

    def key(self, contract: OptionContract) -> str:
        return self.groups.key(contract.underlying)

    def _of_stock(self, holding: Holding) -> str:
        key = self.groups.key(holding.lot.symbol)
        if owed := self.short.get(key):
            return (
                f"a short position in {owed[0].symbol} is open ({owed[0].where}): it may be closed with this lot, "
                f"which stops holding periods (§ 1233(b)) and may be a constructive sale (§ 1259), L-07; {ANSWER}"
            )
        for put in self.puts.get(key, ()):
            if why := self._by_put(holding, put):
                return why
        if (written := self.calls.get(key)) and _gain(holding) < 0:
            return (
                f"a call written on it is open ({written[0].where}): unless it is a qualified covered call (§ "
                "1092(c)(4)), the two are a straddle, and the loss is deferred to the extent of the gain on "
                f"the call (§ 1092(a)); {ANSWER}"
            )
        return ""

    def _by_put(self, holding: Holding, put: Holding) -> str:
        lot, bought = holding.lot, put.lot.acquired
        start = lot.holding_since or lot.acquired
        gain = _gain(put)
        if _gain(holding) < 0 and gain > 0:
            return (
                f"{put.lot.lot_id} offsets it: the loss is deferred to the extent of the gain on that put, "
                f"${to_cents(gain):,.2f} so far (straddle, § 1092(a)); {ANSWER}"
            )
        if bought is None or start is None or lot.inherited or lot.acquired == bought:
            return ""  # a put bought on the day of its stock is married to it, § 1233(c)
        if held_short_term(start, max(bought, start)) and self.as_of >= first_long_term_day(start):
            return (
                f"the put {put.lot.lot_id}, bought on {bought}, stopped its holding period, which restarts "
                f"only when the put is closed (§ 1233(b)): its dates do not make it long-term; {ANSWER}"
            )
        return ""

    def _of_put(self, key: str) -> str:
        gained = [holding for holding in self.stock.get(key, ()) if _gain(holding) > 0]
        if not gained:
            return ""
        total = to_cents(sum(map(_gain, gained), ZERO))
        return (
            f"{gained[0].lot.symbol}, which it offsets, has gained ${total:,.2f} that no sale has realized: "
            f"the put's loss is deferred to that extent (straddle, § 1092(a)); {ANSWER}"
        )


def offsetting_positions(case: Case) -> OffsettingPositions:
    """All of the household's taxable accounts: a spouse's positions offset too, § 1092(d)(4)(B)."""
    choices = case.household.wash_sale
    found = OffsettingPositions(case.as_of, IdenticalGroups.of(choices.identical, choices.different))
    taxable = {account.name for account in case.household.accounts if account.kind is AccountKind.TAXABLE}
    held = {symbol for _, symbol, _ in case.lots.kinds}
    options = any(option_underlying(symbol) is not None for symbol in held)
    for holding in case.holdings if options else ():
        contract = option_underlying(holding.lot.symbol)
        if holding.lot.account not in taxable:
            continue
        if contract is None:
            found.stock[found.groups.key(holding.lot.symbol)].append(holding)
        elif contract.right == "put" and (contract.expires is None or contract.expires >= case.as_of):
            found.puts[found.key(contract)].append(holding)
    for owed in case.owed:
        contract = option_underlying(owed.symbol)
        if contract is None:
            found.short[found.groups.key(owed.symbol)].append(owed)
        elif contract.right == "call" and (contract.expires is None or contract.expires >= case.as_of):
            found.calls[found.key(contract)].append(_Written(contract, owed.where))
    for written in _written(case, taxable):
        if written.contract.right == "call":
            found.calls[found.key(written.contract)].append(written)
    return found


def _written(case: Case, accounts: Iterable[str]) -> list[_Written]:
    """Contracts that a history shows written, and not closed, lapsed or assigned by the as-of date."""
    units: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    opened: dict[tuple[str, str], str] = {}
    for row in case.transactions:
        key = row.account, spelling(row.symbol)
        if row.account not in accounts or option_underlying(row.symbol) is None:
            continue
        if row.action == "write":
            units[key] += row.quantity
            opened[key] = row.where
        elif row.action in ("close", "assign", "expire") and key in units:
            units[key] -= row.quantity
    found = []
    for (account, symbol), left in units.items():
        contract = option_underlying(symbol)
        if left > 0 and contract is not None and (contract.expires is None or contract.expires >= case.as_of):
            found.append(_Written(contract, opened[account, symbol]))
    return found


def _gain(holding: Holding) -> Decimal:
    """Unrealized, signed; where it is not known, as one that could be taken."""
    lot = holding.lot
    if holding.price is None or lot.basis is None:
        return ZERO
    return holding.price * lot.quantity - lot.basis

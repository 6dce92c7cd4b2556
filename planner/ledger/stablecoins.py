"""Dollar stablecoins that a history spends and never shows coming in: taken at par, and said so. I-32.

Some exchanges leave deposits out of what they let one download. A coin worth a dollar that cost a dollar brings no gain
when it is spent, and what it buys costs what it is worth: so a missing deposit changes nothing but the lots.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from planner.domain.errors import Caution
from planner.domain.portfolio import Transaction
from planner.ledger.events import History
from planner.ledger.securities import Securities
from rules.digital_assets import DOLLAR_STABLECOINS
from rules.ledger.history import Acquisition
from rules.terms import ZERO, AssetClass


def coins_at_par(
    account: str, rows: Sequence[Transaction], securities: Securities, history: History
) -> Iterator[Acquisition]:
    """For each dollar stablecoin of an account, what its history lacks at its lowest, bought at par before it is "
    "spent."""
    held: dict[str, Decimal] = defaultdict(lambda: ZERO)
    lacking: dict[str, tuple[Decimal, date, Transaction]] = {}
    for row in rows:
        symbol = row.symbol
        if symbol not in DOLLAR_STABLECOINS or securities.asset_class(account, symbol) is not AssetClass.CRYPTO:
            continue
        if row.acquires or row.arrives or row.action == "split":
            held[symbol] += row.quantity
        elif row.sells or row.departs:
            held[symbol] -= row.quantity
        if held[symbol] < 0:
            _, first, at = lacking.get(symbol, (ZERO, row.date, row))
            lacking[symbol] = max(lacking.get(symbol, (ZERO,))[0], -held[symbol]), first, at
    for symbol, (units, first, row) in lacking.items():
        text = (
            f"{row.where}: {units.normalize():f} {symbol} more are spent in {account} than its files show "
            "received: a cost of one dollar each is assumed (I-32)"
        )
        history.cautions.append(Caution("stablecoin_at_par", text))
        yield Acquisition(
            lot_id=f"{account}:{symbol}:{first}:at par",
            account=account,
            security=securities(account, symbol),
            acquired=first,
            quantity=units,
            basis=units,
            bought=False,
        )

"""What a unit is worth today, where the row of a lot does not say: stated by the user, else by another file.

`[prices]` in household.toml comes first, then a file of prices, then whatever other file of the household states one
for the same security. Nothing is fetched. Sources that contradict one another are named, and none is averaged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import numpy as np

from planner.domain.case import Case
from planner.domain.columns import alike
from planner.domain.errors import Caution, file_of
from planner.domain.household import StatedPrice
from planner.domain.lot_table import LotTable
from planner.domain.portfolio import Holding
from planner.loader.assembly.files import FileRecords
from rules.substantially_identical import spelling
from rules.terms import CENT, ZERO, AssetClass

STALE_AFTER_DAYS = 7
ROUNDING = Decimal("0.0001")  # of a price: what a value divided by its quantity is off by
FINEST = Decimal("0.0001")


Security = tuple[str, bool]  # a symbol, and whether it is a coin's: letters may be a share's at a broker too


@dataclass(frozen=True, slots=True)
class Quote:
    """A price with the place that states it, and its day where that is known. `slack`: what rounding may have moved it,
    where it is a value in cents divided by a quantity."""

    symbol: str
    price: Decimal
    where: str
    day: date | None = None
    slack: Decimal = ZERO


@dataclass(slots=True)
class PriceList:
    """The prices of a household: as stated in household.toml, and as read from its files."""

    stated: Sequence[StatedPrice]
    as_of: date
    _rows: list[Quote] = field(default_factory=list)
    _days: dict[str, date] = field(default_factory=dict)
    _sources: set[str] = field(default_factory=set)

    def read(self, file: FileRecords) -> None:
        """Take the prices of a file of prices; of another, the day that its prices are of."""
        if file.found.as_of is not None:
            self._days[file.shown] = file.found.as_of
        if file.found.lots or file.found.prices:
            self._sources.add(file.shown)
        self._rows += [Quote(row.symbol, row.price, f"{file.shown}:{row.line}", row.day) for row in file.found.prices]

    def applied(self, case: Case, positions: Sequence[Holding] = ()) -> Case:
        """The case with a price for every lot that some source has one for, and what the sources leave to say.

        `positions`: rows of files beside the lots, which may state prices too.
        """
        lots = case.lots
        unpriced = np.flatnonzero(np.isnan(lots.numbers("price"))).tolist()
        if len(self._sources) < 2 and not self.stated and not unpriced:
            return case
        stated, by_file = self._as_stated(), self._by_file(lots, LotTable.of(positions))
        known = {
            symbol: quote.price
            for (symbol, coin), its in by_file.items()
            if not coin and (quote := _latest(its.values()))
        }
        known |= {symbol: quote.price for symbol, quote in stated.items()}
        used: dict[str, Quote] = {}
        found = list(lots.prices) if unpriced else []
        for row in unpriced:
            security = _security(lots, row)
            quote = stated.get(security[0]) or _latest(by_file.get(security, {}).values())
            if quote is not None:
                found[row] = quote.price
                used[security[0]] = quote
        cautions = (*self._conflicts(stated, by_file), *self._stale(used.values()))
        held = lots.changed(price=found) if used else lots
        return replace(case, holdings=held, cautions=(*case.cautions, *cautions), prices=known)

    def _as_stated(self) -> dict[str, Quote]:
        """What the user states of each security: in household.toml, else the latest row of a file of prices."""
        rows = sorted(self._rows, key=lambda quote: (quote.day or date.max, quote.where))
        stated = {spelling(row.symbol): row for row in rows}
        return stated | {spelling(own.symbol): Quote(own.symbol, own.price, own.where) for own in self.stated}

    def _by_file(self, *tables: LotTable) -> dict[Security, dict[str, Quote]]:
        """What the lots or positions of each file state of each security: the first row that has a price."""
        found: dict[Security, dict[str, Quote]] = defaultdict(dict)
        for lots in tables:
            (files, of_file), values = lots.files, lots.column("stated_value")
            priced = np.flatnonzero(~np.isnan(lots.numbers("price")))
            for row in priced[alike([lots.kind[priced], of_file[priced]])[1]].tolist():
                file, quotes, price = files[of_file[row]], found[_security(lots, row)], lots.prices[row]
                if file not in quotes and price is not None:
                    slack = ZERO if values[row] is None else CENT / lots.quantities[row]
                    quotes[file] = Quote(lots.symbols[row], price, lots.places[row], self._days.get(file), slack)
        return found

    def _conflicts(self, stated: dict[str, Quote], by_file: dict[Security, dict[str, Quote]]) -> Iterator[Caution]:
        """For each security the first two sources that are more than a rounding apart."""
        said: set[str] = set()
        for (symbol, _), quotes in by_file.items():
            sources = [*([stated[symbol]] if symbol in stated else []), *quotes.values()]
            other = next((quote for quote in sources[1:] if _differ(sources[0], quote)), None)
            if other is not None:
                said.add(symbol)
                yield _conflict(sources[0], other, "lots with a price in their own row keep it")
        for row in self._rows:
            taken = stated[spelling(row.symbol)]
            if _differ(row, taken) and spelling(row.symbol) not in said:
                said.add(spelling(row.symbol))
                yield _conflict(row, taken, "the second is used")

    def _stale(self, used: Iterable[Quote]) -> Iterator[Caution]:
        """Once a file, for what is used of it and was priced more than a week ago."""
        old: dict[str, list[tuple[int, Quote]]] = defaultdict(list)
        for quote in used:
            days = (self.as_of - (quote.day or self.as_of)).days
            if days > STALE_AFTER_DAYS:
                old[file_of(quote.where)].append((days, quote))
        for quotes in old.values():
            days, oldest = max(quotes, key=lambda entry: (entry[0], entry[1].where))
            more = f" (and {len(quotes) - 1:,} more)" if len(quotes) > 1 else ""
            text = f"{oldest.where}: the price of {oldest.symbol}{more} is from {oldest.day}"
            yield Caution("stale_prices", f"{text}, {days} days before {self.as_of}; update it")


def _security(lots: LotTable, row: int) -> Security:
    return spelling(lots.symbols[row]), lots.asset_classes[row] is AssetClass.CRYPTO


def _latest(quotes: Iterable[Quote]) -> Quote | None:
    """Of several files the one of the latest day; a file without a day is taken to be of today."""
    return max(quotes, key=lambda quote: quote.day or date.max, default=None)


def _differ(one: Quote, other: Quote) -> bool:
    """Whether two prices, not of two known days, are further apart than the rounding of the coarser one, or of a
    division, explains."""
    if one.price == other.price or (one.day is not None and other.day is not None and one.day != other.day):
        return False
    rounding = max(_last_place(one), _last_place(other), one.price * ROUNDING, one.slack + other.slack)
    return abs(one.price - other.price) > rounding


def _last_place(quote: Quote) -> Decimal:
    exponent = quote.price.as_tuple().exponent
    return max(Decimal(1).scaleb(exponent), FINEST) if isinstance(exponent, int) else FINEST


def _conflict(one: Quote, other: Quote, outcome: str) -> Caution:
    return Caution(
        "prices_differ",
        f"{one.symbol} is {_told(one)} in {one.where} and {_told(other)} in {other.where}: {outcome}",
    )


def _told(quote: Quote) -> str:
    day = f" on {quote.day}" if quote.day is not None else ""
    return f"${quote.price.normalize():,f}{day}"

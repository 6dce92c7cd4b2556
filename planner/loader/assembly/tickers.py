"""What brokers' files call a security, and its ticker: from `[symbols]` of the household, or said to be missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from planner.domain.errors import Caution
from planner.loader.assembly.files import FileRecords
from planner.loader.reading.records import LotRecord, RealizedRecord, TransactionRecord

MOST_NAMED = 5

Record = TypeVar("Record", LotRecord, TransactionRecord, RealizedRecord)


def name_tickers(file: FileRecords, symbols: Mapping[str, str]) -> None:
    """Give the records of a broker's file the tickers that the household has for them."""
    if file.layout.ours or not symbols:
        return

    def named(records: Sequence[Record]) -> list[Record]:
        return [r._replace(symbol=symbols[r.symbol]) if r.symbol and r.symbol in symbols else r for r in records]

    found = file.found
    found.lots, found.transactions, found.realized = named(found.lots), named(found.transactions), named(found.realized)
    found.unnamed -= symbols.keys()


def ticker_cautions(file: FileRecords) -> list[Caution]:
    """One for a file whose securities have no tickers: no other account can be searched for purchases of them."""
    if not file.found.unnamed:
        return []
    names = sorted(file.found.unnamed)
    listed = ", ".join(f"`{name}`" for name in names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    text = f"{file.shown} gives no tickers for {listed}{more}, so purchases of them in other accounts cannot be matched"
    remedy = f'add them to household.toml, such as [symbols] "{names[0]}" = "TICKER"'
    return [Caution("ticker_missing", f"{text}; {remedy}")]

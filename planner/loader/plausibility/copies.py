"""Rows that are there twice: each of a file's, or the same lots in two accounts; and a file of lots without any."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from planner.analysis.lot_orders import OUR_LAYOUTS
from planner.domain.case import Case
from planner.domain.errors import file_of
from planner.domain.portfolio import Holding
from planner.loader.assembly.files import FileRecords
from planner.loader.plausibility.question import PlausibilityQuestion
from rules.terms import AccountKind, Lot

_FEW = 3  # rows that are there twice among others, from which on they are asked about
_MOST_ACCOUNTS_ALIKE = 10  # of one lot, that are compared two by two


def rows_asked_about(case: Case, files: Sequence[FileRecords]) -> Iterator[PlausibilityQuestion]:
    for file in files:
        yield from _twice(file)
        if file.layout.kind in ("lots", "positions") and not (file.found.rows or file.found.skipped):
            what = "has a header and no rows, so its account appears empty"
            yield PlausibilityQuestion("no_rows", file.shown, what, (file.shown, *file.accounts))
    yield from _in_two_accounts(case, files)


def _twice(file: FileRecords) -> Iterator[PlausibilityQuestion]:
    """Rows alike to the last cell. One such pair, of lots or among others, is what brokers write of two fills; of the
    trades of a file in our own layout, written by hand or by a program, one is asked about too."""
    for records, fewest in ((file.found.lots, 1), (file.found.transactions, 2), (file.found.realized, 2)):
        if _named_apart(records):
            continue
        ours = file.layout.name.startswith(OUR_LAYOUTS) and records is not file.found.lots
        counted = Counter(record[1:] for record in records if not ours or record.quantity)
        copied = {row for row, number in counted.items() if number > 1}
        whole = len(copied) == len(counted) >= fewest
        many = len(copied) >= _FEW and 2 * sum(counted[row] for row in copied) >= len(records)
        if copied and (whole or many or ours):
            line = _second(records, copied)
            which = f"{len(copied):,} rows of this file appear" if len(copied) > 1 else "a row of this file appears"
            if whole:
                which = "each row of this file appears"
            what = f"{which} in it twice or more, and is counted as often"
            yield PlausibilityQuestion("rows_twice", f"{file.shown}:{line}", what, (file.shown, *file.accounts))


def _named_apart(records: Sequence[Any]) -> bool:
    """Whether each row has an id of its own: then none is there twice, and nothing else need be compared."""
    ids = {getattr(record, "transaction_id", None) or getattr(record, "lot_id", None) for record in records}
    return len(ids) == len(records) and None not in ids


def _second(records: Sequence[Any], copied: Collection[object]) -> int:
    """The line of the first row that repeats an earlier one."""
    seen: set[object] = set()
    for record in records:
        if record[1:] in seen:
            break
        if record[1:] in copied:
            seen.add(record[1:])
    return int(record.line)


def _in_two_accounts(case: Case, files: Sequence[FileRecords]) -> Iterator[PlausibilityQuestion]:
    """Two taxable accounts of which one holds nothing but lots of the other, two or more."""
    taxable = {account.name for account in case.household.accounts if account.kind is AccountKind.TAXABLE}
    digest = {file.shown: file.digest for file in files}
    of_day: dict[tuple[str, date | None], list[Holding]] = defaultdict(list)
    lots = [holding.lot for holding in case.holdings]
    several = _days_in_several(lots, taxable)
    for holding, lot in zip(case.holdings, lots, strict=True) if several else ():
        key = lot.symbol, lot.acquired
        if key in several and lot.account in taxable and lot.basis:
            of_day[key].append(holding)
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for places in _of_lots_alike(of_day.values()):
        if 1 < len(places) <= _MOST_ACCOUNTS_ALIKE:
            for one, other in combinations(sorted(places), 2):
                files_of = {digest.get(file_of(places[name]), name) for name in (one, other)}
                if len(files_of) > 1:  # one file twice is said already
                    shared[one, other].append(places[other])
    held = Counter(lot.account for lot in lots if lot.basis and lot.acquired) if shared else Counter()
    for (one, other), places_of in shared.items():
        if len(places_of) >= 2 and 10 * len(places_of) >= 9 * min(held[one], held[other]):
            what = f"{len(places_of):,} lots here and of {one} are the same to the cent: is one counted twice?"
            yield PlausibilityQuestion("rows_of_two_accounts", min(places_of, key=_line), what, (other, one))


def _days_in_several(lots: Iterable[Lot], accounts: Collection[str]) -> set[tuple[str, date | None]]:
    """The securities with the days on which more than one of these accounts acquired them."""
    first: dict[tuple[str, date | None], str] = {}
    remember = first.setdefault
    return {
        key
        for lot in lots
        if lot.account in accounts
        and lot.acquired
        and remember(key := (lot.symbol, lot.acquired), lot.account) != lot.account
    }


def _of_lots_alike(of_day: Iterable[Sequence[Holding]]) -> Iterator[dict[str, str]]:
    """Where each account has a lot of these quantities and bases, lot by lot of those of a security and day."""
    for holdings in of_day:
        if len(holdings) > 1:
            lots: dict[object, dict[str, str]] = defaultdict(dict)
            for holding in holdings:
                lots[holding.lot.quantity, holding.lot.basis].setdefault(holding.lot.account, holding.where)
            yield from lots.values()


def _line(where: str) -> int:
    line = where.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0

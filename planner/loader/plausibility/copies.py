"""Rows that are there twice: each of a file's, or the same lots in two accounts; and a file of lots without any."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from planner.analysis.lot_orders import OUR_LAYOUTS
from planner.domain.case import Case
from planner.domain.columns import Bools, Ints, alike, coded
from planner.domain.errors import file_of
from planner.domain.lot_table import LotTable
from planner.loader.assembly.files import FileRecords
from planner.loader.plausibility.question import PlausibilityQuestion
from planner.loader.reading.records import LotRecord
from planner.loader.tables.joined_texts import JoinedTexts
from planner.loader.tables.record_table import RecordTable
from rules.terms import AccountKind

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
    lots = RecordTable.of(LotRecord, file.found.lots)
    for records, fewest in ((lots, 1), (file.found.transactions, 2), (file.found.realized, 2)):
        if _lots_apart(lots) if records is lots else _apart(records):
            continue
        ours = file.layout.name.startswith(OUR_LAYOUTS) and records is not lots
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


def _apart(records: Sequence[Any]) -> bool:
    """Whether each row has an id of its own: then none is there twice, and nothing else need be compared."""
    ids = {getattr(record, "transaction_id", None) or getattr(record, "lot_id", None) for record in records}
    return len(ids) == len(records) and None not in ids


def _lots_apart(records: RecordTable[LotRecord]) -> bool:
    """The same of lots, no two of which state one id: that is refused before. Without ids their figures tell."""
    column = records.columns
    if isinstance(column["lot_id"], JoinedTexts) or None not in column["lot_id"]:
        return True
    number, firsts = alike([coded(column["symbol"])[1], coded(column["acquired"])[1]])
    for name in ("quantity", "basis", "lot_id"):
        number, firsts = alike([number, coded(column[name])[1]])
    return len(firsts) == len(records)


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
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for places in _of_lots_alike(case.lots, taxable):
        if 1 < len(places) <= _MOST_ACCOUNTS_ALIKE:
            for one, other in combinations(sorted(places), 2):
                files_of = {digest.get(file_of(places[name]), name) for name in (one, other)}
                if len(files_of) > 1:  # one file twice is said already
                    shared[one, other].append(places[other])
    held = dict(zip(case.lots.coded("account")[0], _held(case.lots).tolist(), strict=True))
    for (one, other), places_of in shared.items():
        if _nearly_all(len(places_of), min(held[one], held[other])):
            what = f"{len(places_of):,} lots here and of {one} are the same to the cent: is one counted twice?"
            yield PlausibilityQuestion("rows_of_two_accounts", min(places_of, key=_line), what, (other, one))


def _with_basis(lots: LotTable) -> Bools:
    """The lots of a day whose basis is known, and not zero."""
    found: Bools = (np.nan_to_num(lots.numbers("basis")) != 0) & (lots.days > 0)
    return found


def _held(lots: LotTable) -> Ints:
    """How many of these each account has."""
    names, of_account = lots.coded("account")
    return np.bincount(of_account[_with_basis(lots)], minlength=len(names))


def _nearly_all(shared: int, held: int) -> bool:
    return shared >= 2 and 10 * shared >= 9 * held


def _of_lots_alike(lots: LotTable, accounts: Collection[str]) -> Iterator[dict[str, str]]:
    """Where each of these accounts has a lot of one security, day, quantity and basis; nowhere, if none of them shares
    nearly all of its lots with others."""
    names, of_account = lots.coded("account")
    rows = np.flatnonzero(_with_basis(lots) & np.array([name in accounts for name in names], dtype=bool)[of_account])
    same, _ = alike([lots.coded("symbol")[1][rows], lots.coded("acquired")[1][rows]])
    rows = rows[np.argsort(same, kind="stable")]
    same = np.sort(same)
    rows, same = _several(rows, same)
    for column in (lots.numbers("quantity"), lots.numbers("basis")):
        rows, same = _several(rows, alike([same, np.unique(column[rows], return_inverse=True)[1]])[0])
    first = alike([same, of_account[rows]])[1]  # of each account that has one
    shared = np.bincount(same[first])[same] > 1
    rows, same = rows[shared], same[shared]
    often = np.bincount(of_account[rows], minlength=len(names))
    if not any(map(_nearly_all, often.tolist(), _held(lots).tolist())):
        return
    found: dict[object, dict[str, str]] = defaultdict(dict)
    for row, number in zip(rows.tolist(), same.tolist(), strict=True):
        key = number, lots.quantities[row], lots.bases[row]
        found[key].setdefault(lots.accounts[row], lots.places[row])
    yield from found.values()


def _several(rows: Ints, same: Ints) -> tuple[Ints, Ints]:
    """The rows whose number is that of others too."""
    again = np.bincount(same)[same] > 1
    return rows[again], same[again]


def _line(where: str) -> int:
    line = where.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0

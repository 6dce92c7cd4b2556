"""What several files of an account tell of the same thing, counted once; what one file tells twice stays two.

Of rows that are alike, as many are counted as the file that has most of them has: two purchases alike on one day are
twice in every download of that day. Rows with an id are the same where the id is. The order of files does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from planner.domain.case import SkippedRow
from planner.domain.errors import Caution, Problem
from planner.loader.assembly.files import FileRecords
from planner.loader.reading.records import RealizedRecord, TransactionRecord
from rules.terms import ZERO


class Placed(NamedTuple):
    """A row of a file in the account that it belongs to."""

    account: str
    record: Any  # a LotRecord, TransactionRecord or RealizedRecord
    file: FileRecords

    @property
    def where(self) -> str:
        return f"{self.file.shown}:{self.record.line}"


def trades_counted_once(rows: Sequence[Placed], problems: list[Problem]) -> list[Placed]:
    """The transactions without those that another file tells too, which are skipped there.

    An id under which two files tell different things is refused.
    """
    shared = _of_several_files(rows)
    problems += _one_id_two_trades(shared)
    return _without(rows, _repeated(shared, _trade, _trade_name, _most_said))


def sales_counted_once(rows: Sequence[Placed], cautions: list[Caution]) -> list[Placed]:
    """Likewise the sales of realized files. Of a sale that two files state differently the later file is believed."""
    repeated = _repeated(_of_several_files(rows), _sale, lambda _: None, _latest)
    cautions += _stated_otherwise(repeated)
    return _without(rows, repeated)


def lots_counted_once(rows: Sequence[Placed]) -> list[Placed]:
    """The lots without those of a file that is another one under a second name, which are skipped there.

    (Lots that two different files share are refused, in `repeated_downloads.py`: no one can tell which to believe.)
    """
    shared = _of_several_files(rows)
    pairs = _repeated(shared, _lot, lambda _: None, _latest)
    copies = [(row, counted) for row, counted in pairs if row.file.digest == counted.file.digest]
    return _without(rows, copies)


def _of_several_files(rows: Sequence[Placed]) -> list[Placed]:
    """The rows of accounts that are in several files; of the others nothing can be there twice."""
    files: dict[str, set[str]] = defaultdict(set)
    for row in {(row.account, id(row.file)): row for row in rows}.values():
        files[row.account].add(row.file.shown)
    if all(len(its) == 1 for its in files.values()):
        return []
    by_account: dict[str, list[Placed]] = defaultdict(list)
    for row in rows:
        by_account[row.account].append(row)
    return [row for account, found in by_account.items() if len(files[account]) > 1 for row in found]


def _trade(row: Placed) -> Hashable:
    """What makes two transactions alike."""
    record: TransactionRecord = row.record
    return row.account, record.date, record.action, record.symbol, record.quantity, record.amount


def _trade_name(row: Placed) -> str | None:
    record: TransactionRecord = row.record
    return record.transaction_id or record.lot_id


def _sale(row: Placed) -> Hashable:
    """What makes two sales alike: not their basis or disallowed loss, which a broker restates."""
    record: RealizedRecord = row.record
    return row.account, record.symbol, record.sold, record.acquired, record.quantity, record.proceeds


def _lot(row: Placed) -> Hashable:
    return row.account, *row.record[2:]  # all but its line and the word for its account


def _most_said(row: Placed) -> tuple[Any, ...]:
    """Of rows alike the one that says most is counted; then the first by name."""
    record: TransactionRecord = row.record
    unsaid = (record.transaction_id, record.lot_id, record.fees, record.asset_class).count(None)
    return unsaid, row.file.shown, record.line


def _latest(row: Placed) -> tuple[Any, ...]:
    """Of rows alike that of the latest file is counted; then the one with the larger disallowed loss."""
    disallowed = getattr(row.record, "disallowed_loss", None) or ZERO
    return -(row.file.found.as_of or date.min).toordinal(), -disallowed, row.file.shown, row.record.line


def _repeated(
    rows: Iterable[Placed],
    content: Callable[[Placed], Hashable],
    name: Callable[[Placed], str | None],
    first: Callable[[Placed], tuple[Any, ...]],
) -> list[tuple[Placed, Placed]]:
    """The rows that are not counted, each with one that is: by content, of the rows that come `first`."""
    alike: dict[Hashable, list[Placed]] = defaultdict(list)
    for row in rows:
        alike[content(row)].append(row)
    repeated: list[tuple[Placed, Placed]] = []
    for group in alike.values():
        if len({row.file.shown for row in group}) == 1:
            continue
        by_broker: dict[str, list[Placed]] = defaultdict(list)
        for row in sorted(group, key=first):
            by_broker[row.file.layout.broker].append(row)
        # Ids of two brokers cannot be compared: then the one that tells of more counts.
        counted = max((_counted(told, name) for told in by_broker.values()), key=len)
        places = {row.where for row in counted}
        by_file: dict[str, list[Placed]] = defaultdict(list)
        for row in group:
            if row.where not in places:
                by_file[row.file.shown].append(row)
        for left_out in by_file.values():
            repeated += _paired(left_out, counted, name)
    return repeated


def _paired(
    rows: Iterable[Placed], counted: Sequence[Placed], name: Callable[[Placed], str | None]
) -> Iterable[tuple[Placed, Placed]]:
    """Each row of one file that is not counted with the row that is counted for it: the one most like it."""
    free = list(counted)
    for row in rows:
        twin = max(free or counted, key=lambda kept: (kept.record[1:] == row.record[1:], name(kept) == name(row)))
        if free:
            free.remove(twin)
        yield row, twin


def _counted(rows: Sequence[Placed], name: Callable[[Placed], str | None]) -> list[Placed]:
    """Of rows alike, those that are counted: of each name, and of all, as many as the file with most of them has."""
    named: dict[str | None, list[Placed]] = defaultdict(list)
    for row in rows:
        named[name(row)].append(row)
    unnamed = named.pop(None, [])
    counted = [row for told in named.values() for row in _fullest(told)]
    missing = len(_fullest(rows)) - len(counted)
    if missing > 0:
        fullest = _fullest(rows)[0].file
        counted += [row for row in unnamed if row.file is fullest][:missing]
    return counted


def _fullest(rows: Sequence[Placed]) -> list[Placed]:
    """The rows of the file that has most of these; of the first where several have as many."""
    by_file: dict[str, list[Placed]] = {}
    for row in rows:
        by_file.setdefault(row.file.shown, []).append(row)
    return max(by_file.values(), key=len)


def _without(rows: Sequence[Placed], repeated: Iterable[tuple[Placed, Placed]]) -> list[Placed]:
    """The rows that are counted; the others are skipped in their files, which say where they are counted."""
    left_out: dict[int, Placed] = {}
    for row, counted in repeated:
        left_out[id(row.record)] = row
        row.file.found.skipped.append(SkippedRow(row.record.line, f"also in {counted.where}; counted once"))
    if not left_out:
        return list(rows)
    for file in {id(row.file): row.file for row in left_out.values()}.values():
        found = file.found
        found.lots = [record for record in found.lots if id(record) not in left_out]
        found.transactions = [record for record in found.transactions if id(record) not in left_out]
        found.realized = [record for record in found.realized if id(record) not in left_out]
    return [row for row in rows if id(row.record) not in left_out]


def _one_id_two_trades(rows: Iterable[Placed]) -> Iterable[Problem]:
    """A row whose id another file has too, for something else."""
    told: dict[tuple[str, str, str], dict[str, list[Placed]]] = defaultdict(dict)
    for row in rows:
        if row.record.transaction_id is not None:
            key = row.account, row.file.layout.broker, row.record.transaction_id
            told[key].setdefault(row.file.shown, []).append(row)
    for (_, _, number), by_file in told.items():
        files = [by_file[shown] for shown in sorted(by_file)]
        for earlier, later in pairwise(files):
            before, after = set(map(_trade, earlier)), set(map(_trade, later))
            if not (before <= after or after <= before):
                row = next(row for row in later if _trade(row) not in before)
                yield Problem(
                    row.where,
                    f"the id `{number}` is also that of {earlier[0].where}, which differs",
                    "remove the wrong row; if both happened, give each its own id",
                )


def _stated_otherwise(repeated: Iterable[tuple[Placed, Placed]]) -> Iterable[Caution]:
    """Sales of which a file states another basis or disallowed loss than the one that is believed."""
    for row, counted in repeated:
        left, taken = _figures(row.record), _figures(counted.record)
        if left != taken:
            text = (
                f"{row.where} and {counted.where} state the sale of {counted.record.quantity.normalize():f} "
                f"{counted.record.symbol} on {counted.record.sold} with a basis of ${left[0]:,.2f} and of "
                f"${taken[0]:,.2f}, and ${left[1]:,.2f} and ${taken[1]:,.2f} disallowed: the second is counted"
            )
            yield Caution("realized_restated", text)


def _figures(record: RealizedRecord) -> tuple[Decimal, Decimal]:
    return record.basis or ZERO, record.disallowed_loss or ZERO

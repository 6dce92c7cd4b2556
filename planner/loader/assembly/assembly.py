"""From records to holdings, transactions and realized dispositions: accounts, lot ids, asset classes and characters.

What comes out is in an order of its own, by content: the order of rows in a file, or of files, changes nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter, itemgetter
from typing import Any

from planner.domain.case import SkippedRow
from planner.domain.errors import Caution, Problem
from planner.domain.household import Account
from planner.domain.portfolio import Holding, RealizedDisposition, Transaction, UncountedSale
from planner.loader.assembly.account_matching import UNCLAIMED, brokers_accounts, our_accounts
from planner.loader.assembly.asset_classes import AssetClasses
from planner.loader.assembly.deduplicate import Placed, lots_counted_once, sales_counted_once, trades_counted_once
from planner.loader.assembly.duplicate_downloads import one_file_of_two_accounts, repeated_parts, shared_lots
from planner.loader.assembly.files import KINDS, FileRecords
from planner.loader.assembly.reversals import with_our_own, without_reversed
from planner.loader.assembly.vests import vests_counted_once
from planner.loader.reading.records import CASH_ACTIONS, LotRecord, RealizedRecord, TransactionRecord
from planner.loader.tables.sheet import RefusedRow
from rules.holding_period import character
from rules.terms import ZERO, Character, Lot

Row = LotRecord | TransactionRecord | RealizedRecord | RefusedRow

_line = attrgetter("line")
_UNKNOWN = Decimal(-1)  # sorts before every amount


@dataclass(slots=True)
class Assembly:
    """A household's records being put together, lots first; `refusals` and `cautions` grow on the way."""

    accounts: Sequence[Account]
    tax_year: int
    classes: AssetClasses = field(default_factory=AssetClasses)
    problems: list[Problem] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    positions: tuple[Holding, ...] = ()
    uncounted: tuple[UncountedSale, ...] = ()

    def holdings(self, files: Sequence[FileRecords]) -> tuple[Holding, ...]:
        """Every lot, with the id it states or one made of account, symbol, day and its number among its like.

        Positions, which have no days, come into `positions`.
        """
        self.problems += repeated_parts(files)
        rows = self._placed(files, "lots")
        kept = []
        for are_positions in (False, True):
            alike = [row for row in rows if (row.file.kind == "positions") is are_positions]
            self._refuse_copies(alike)
            kept.append(lots_counted_once(alike))
            self.problems += shared_lots(kept[-1])
        stated = self._stated_ids(files)
        self.positions = self._numbered(kept[1], stated)
        return self._numbered(kept[0], stated)

    def transactions(self, files: Iterable[FileRecords]) -> tuple[Transaction, ...]:
        """Every transaction by day; within a day splits, then what comes in, then what goes out, then cash."""
        rows = self._placed(files, "transactions")
        self._refuse_copies(rows)
        rows = with_our_own(rows, self.problems)
        counted = vests_counted_once(without_reversed(trades_counted_once(rows, self.problems)))
        return tuple(sorted(itertools.starmap(self._transaction, counted), key=_transaction_order))

    def realized(self, files: Iterable[FileRecords]) -> tuple[RealizedDisposition, ...]:
        """Every disposition of the tax year, by day; those of other years are skipped, with a caution a file."""
        for file in files:
            self._skip_other_years(file)
        rows = self._placed(files, "realized")
        self._refuse_copies(rows)
        counted = sales_counted_once(rows, self.cautions)
        sold = list(itertools.starmap(self._disposition, counted))
        unknown = [sale for sale in sold if isinstance(sale, UncountedSale)]
        self.uncounted = tuple(sorted(unknown, key=lambda sale: (sale.sold, sale.account, sale.where)))
        known = [sale for sale in sold if isinstance(sale, RealizedDisposition)]
        return tuple(sorted(known, key=_disposition_order))

    def _placed(self, files: Iterable[FileRecords], key: str) -> list[Placed]:
        """Every row of these files' records of a kind, in the account that it belongs to."""
        rows = []
        for file in files:
            account_of = self._accounts_of(file, key)
            rows += [Placed(account_of[record.account], record, file) for record in getattr(file.found, key)]
        return rows

    def _refuse_copies(self, rows: Iterable[Placed]) -> None:
        one_file_of_two_accounts(rows, self.problems, self.cautions)

    def _numbered(self, rows: Sequence[Placed], stated: Container[str]) -> tuple[Holding, ...]:
        """Each row as a holding, by account, symbol and day; `stated` ids are not given to others.

        Column by column: row by row, in another order than that of the files, takes three times as long, because
        everything that a row holds lies elsewhere in memory.
        """
        if not rows:
            return ()
        places, ids = zip(*_named(rows, stated), strict=True)
        accounts, records, files = zip(*rows, strict=True)
        in_order = itemgetter(*places) if len(places) > 1 else lambda column: (column[0],)
        fields = zip(LotRecord._fields, zip(*records, strict=True), strict=True)
        column = {name: in_order(values) for name, values in fields}
        of_file = in_order(files)
        kinds = list(zip(column["symbol"], column["asset_class"], map(id, of_file), strict=True))
        kind_of = dict(zip(kinds, of_file, strict=True))
        classes = {kind: self.classes.of_lot(*kind[:2], file) for kind, file in kind_of.items()}
        lots = map(
            Lot,
            ids,
            in_order(accounts),
            column["symbol"],
            [classes[kind] for kind in kinds],
            column["quantity"],
            column["acquired"],
            column["basis"],
            column["holding_since"],
            column["loss_basis"],
            column["inherited"],
        )
        unnamed = {kind: kind[0] in file.found.unnamed for kind, file in kind_of.items()}
        return tuple(
            map(
                Holding,
                lots,
                column["price"],
                [f"{file.shown}:{line}" for file, line in zip(of_file, column["line"], strict=True)],
                [name or "" for name in column["name"]],
                map(bool, column["frozen"]),
                column["purchased"],
                column["market_value"],
                itertools.repeat(False),  # not washed
                [unnamed[kind] for kind in kinds],
                itertools.repeat(None),  # no part of another lot
                itertools.repeat(""),  # not unexplained
                itertools.repeat(""),  # nor barred
                map(bool, column["worthless"]),
            )
        )

    def _transaction(self, account: str, record: TransactionRecord, file: FileRecords) -> Transaction:
        symbol = record.symbol or ""
        return Transaction(
            account=account,
            date=record.date,
            action=record.action,
            symbol=symbol,
            quantity=record.quantity,
            amount=record.amount,
            where=f"{file.shown}:{record.line}",
            fees=record.fees or ZERO,
            transaction_id=record.transaction_id,
            lot_id=record.lot_id,
            asset_class=self.classes.of_traded(symbol, record.asset_class, file),
            acquired=record.acquired,
            loss_basis=record.loss_basis,
            change=record.change,
            said=record.said,
            unpriced=record.unpriced,
            note=", ".join(filter(None, (record.note, record.name))),
            moment=record.moment or "",
            stated=record.stated,
        )

    def _disposition(
        self, account: str, record: RealizedRecord, file: FileRecords
    ) -> RealizedDisposition | UncountedSale:
        where = f"{file.shown}:{record.line}"
        asset_class = self.classes.of_sold(record.symbol, record.asset_class, file)
        term = self._character(record, where)
        disallowed = record.disallowed_loss or ZERO
        if record.basis is None or term is None:
            return UncountedSale(
                account=account,
                symbol=record.symbol,
                asset_class=asset_class,
                quantity=record.quantity,
                acquired=record.acquired,
                sold=record.sold,
                proceeds=record.proceeds,
                basis=record.basis,
                character=term,
                where=where,
                disallowed_loss=disallowed,
                inherited=record.inherited,
            )
        return RealizedDisposition(
            account=account,
            symbol=record.symbol,
            asset_class=asset_class,
            quantity=record.quantity,
            acquired=record.acquired,
            sold=record.sold,
            proceeds=record.proceeds,
            basis=record.basis,
            character=term,
            where=where,
            disallowed_loss=disallowed,
        )

    def _character(self, record: RealizedRecord, where: str) -> Character | None:
        """By the dates; by the file's own word, or its box, where it gives no day of acquisition."""
        if record.acquired is None and not record.inherited:
            return record.term
        found = character(record.acquired, record.sold, inherited=record.inherited)
        if record.term not in (None, found):
            since = "inherited" if record.inherited else f"acquired on {record.acquired}"
            text = f"{where}: reported as {record.term}-term; {since} and sold on {record.sold}, it is {found}-term"
            self.cautions.append(Caution("realized_term_differs", f"{text} and is counted as such (§ 1222)"))
        return found

    def _skip_other_years(self, file: FileRecords) -> None:
        others = [record for record in file.found.realized if record.sold.year != self.tax_year]
        if not others:
            return
        file.found.realized = [record for record in file.found.realized if record.sold.year == self.tax_year]
        file.found.skipped += [
            SkippedRow(record.line, f"sold on {record.sold}, outside the tax year {self.tax_year}") for record in others
        ]
        text = f"{file.shown}: {len(others)} sales of years other than {self.tax_year} are not counted"
        self.cautions.append(Caution("outside_tax_year", text))

    def _accounts_of(self, file: FileRecords, key: str) -> dict[str | None, str]:
        """The account meant by each word by which a file's rows of this kind name one, None for a row without.

        Rows of accounts that no household account claims are skipped here.
        """
        first_line: dict[str | None, int] = {}
        for row in _rows(file, key):
            first_line.setdefault(row.account, row.line)
        if file.layout.ours:
            return our_accounts(file, first_line, [account.name for account in self.accounts], self.problems)
        meant = brokers_accounts(file, first_line, self.accounts, self.problems, self.cautions)
        if None in meant.values():
            found = file.found
            records = getattr(found, key)
            found.skipped += [SkippedRow(row.line, UNCLAIMED) for row in records if meant[row.account] is None]
            setattr(found, key, [row for row in records if meant[row.account] is not None])
        return {word: account for word, account in meant.items() if account is not None}

    def _stated_ids(self, files: Iterable[FileRecords]) -> dict[str, tuple[str, int]]:
        """Every stated lot id with its place; the second lot of an id is refused."""
        stated: dict[str, tuple[str, int]] = {}
        for file in files:
            rows = [row for row in _rows(file, "lots") if row.lot_id is not None]
            its = {row.lot_id: (file.shown, row.line) for row in rows}
            if len(its) < len(rows) or not its.keys().isdisjoint(stated):
                self._refuse_second(rows, file, dict(stated))
            stated |= its
        return stated

    def _refuse_second(self, rows: Iterable[Any], file: FileRecords, stated: dict[str, tuple[str, int]]) -> None:
        """Refuse each row whose id another has, in an earlier file or above it."""
        for row in rows:
            if row.lot_id in stated:
                first, line = stated[row.lot_id]
                what = f"`lot_id` `{row.lot_id}` is also that of {first}:{line}"
                remedy = "give each lot an id of its own, or leave the cell blank"
                self.problems.append(Problem(f"{file.shown}:{row.line}", what, remedy))
            stated[row.lot_id] = file.shown, row.line


def _rows(file: FileRecords, key: str) -> list[Any]:
    """The rows of a file of this kind by line, those refused among them: what they name is checked anyway."""
    if file.layout.kind not in KINDS[key]:
        return []
    records: list[Any] = getattr(file.found, key)
    return sorted([*records, *file.found.refused], key=_line) if file.found.refused else records


def _named(rows: Sequence[Placed], stated: Container[str]) -> Iterator[tuple[int, str]]:
    """The place of each of these lots with its id, by account, symbol and day, then by content; those that content does
    not tell apart are interchangeable. The id is the one it states, or made of these and its number among its like."""
    said: dict[date | None, str] = {}  # a day is written once
    begins = []
    for account, record, _ in rows:
        acquired = record.acquired
        if acquired not in said:
            said[acquired] = str(acquired)
        day = said[acquired] if acquired is not None else "Inherited" if record.inherited else "Various"
        begins.append(f"{account}:{record.symbol}:{day}")
    lot_ids = [row.record.lot_id for row in rows]
    order = sorted(range(len(rows)), key=begins.__getitem__)
    at = 0
    while at < len(order):
        begin, end = begins[order[at]], at + 1
        while end < len(order) and begins[order[end]] == begin:
            end += 1
        alike = order[at:end]
        if len(alike) > 1:
            alike.sort(key=lambda n: _lot_content(rows[n].record))
        numbers = itertools.count(1)
        for n in alike:
            lot_id = lot_ids[n]
            while lot_id is None:
                free = f"{begin}:{next(numbers)}"
                lot_id = free if free not in stated else None
            yield n, lot_id
        at = end


def _lot_content(record: LotRecord) -> tuple[Any, ...]:
    return (
        record.quantity,
        _UNKNOWN if record.basis is None else record.basis,
        _UNKNOWN if record.price is None else record.price,
        record.holding_since or date.min,
        _UNKNOWN if record.loss_basis is None else record.loss_basis,
        record.inherited,
        bool(record.frozen),
        record.purchased or date.min,
        _UNKNOWN if record.market_value is None else record.market_value,
        record.asset_class or "",
        record.name or "",
        record.lot_id or "",
        bool(record.worthless),
    )


def _transaction_order(transaction: Transaction) -> tuple[Any, ...]:
    if transaction.sells or transaction.departs:
        rank = 2
    elif transaction.action in CASH_ACTIONS:
        rank = 3
    else:
        rank = 0 if transaction.action == "split" else 1
    return (
        transaction.date,
        rank,
        transaction.account,
        transaction.symbol,
        transaction.action,
        transaction.lot_id or "",
        transaction.quantity,
        transaction.amount,
        transaction.fees,
        transaction.transaction_id or "",
        transaction.acquired or date.min,
        transaction.loss_basis or ZERO,
    )


def _disposition_order(sold: RealizedDisposition) -> tuple[Any, ...]:
    return (
        sold.sold,
        sold.account,
        sold.symbol,
        sold.acquired or date.min,
        sold.quantity,
        sold.proceeds,
        sold.basis,
        sold.disallowed_loss,
        sold.character,
        sold.asset_class,
    )

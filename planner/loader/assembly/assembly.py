"""From records to holdings, transactions and realized dispositions: accounts, lot ids, asset classes and characters.

What comes out is in an order of its own, by content: the order of rows in a file, or of files, changes nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from planner.domain.case import SkippedRow
from planner.domain.errors import Caution, Problem
from planner.domain.household import Account
from planner.domain.lot_table import LotTable
from planner.domain.portfolio import Holding, RealizedDisposition, Transaction, UncountedSale
from planner.loader.assembly.account_matching import UNCLAIMED, brokers_accounts, our_accounts
from planner.loader.assembly.asset_classes import AssetClasses
from planner.loader.assembly.deduplicate import Placed, lots_counted_once, sales_counted_once, trades_counted_once
from planner.loader.assembly.duplicate_downloads import one_file_of_two_accounts, repeated_parts, shared_lots
from planner.loader.assembly.files import KINDS, FileRecords
from planner.loader.assembly.listed_lots import FileLots, accounts_with_files, in_several_files, lot_table
from planner.loader.assembly.reversals import with_our_own, without_reversed
from planner.loader.assembly.trades import transactions_of
from planner.loader.assembly.vests import vests_counted_once
from planner.loader.reading.records import RealizedRecord
from planner.loader.tables.record_table import RecordTable
from rules.holding_period import character
from rules.terms import ZERO, Character

_line = attrgetter("line")


@dataclass(slots=True)
class Assembly:
    """A household's records being put together, lots first; `refusals` and `cautions` grow on the way."""

    accounts: Sequence[Account]
    tax_year: int
    classes: AssetClasses = field(default_factory=AssetClasses)
    problems: list[Problem] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    positions: Sequence[Holding] = ()
    uncounted: tuple[UncountedSale, ...] = ()

    def holdings(self, files: Sequence[FileRecords]) -> LotTable:
        """Every lot, with its id (`lot_table`). Positions, which have no days, come into `positions`."""
        self.problems += repeated_parts(files)
        account_of = [(file, self._accounts_of(file, "lots")) for file in files]
        listed = []
        for are_positions in (False, True):
            alike = [FileLots(file, its) for file, its in account_of if (file.kind == "positions") is are_positions]
            one_file_of_two_accounts(accounts_with_files(alike), self.problems, self.cautions)
            if twice := in_several_files(alike):
                self.problems += shared_lots(lots_counted_once(twice))
                alike = [FileLots(its.file, its.account_of) for its in alike]  # without those that were there twice
            listed.append(alike)
        stated = self._stated_ids(files)
        self.positions = lot_table(listed[1], stated, self.classes)
        return lot_table(listed[0], stated, self.classes)

    def transactions(self, files: Iterable[FileRecords]) -> tuple[Transaction, ...]:
        """Every transaction by day; within a day splits, then what comes in, then what goes out, then cash."""
        rows = self._placed(files, "transactions")
        self._refuse_copies(rows)
        rows = with_our_own(rows, self.problems)
        counted = vests_counted_once(without_reversed(trades_counted_once(rows, self.problems)))
        return transactions_of(counted, self.classes)

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
        one_file_of_two_accounts(((row.account, row.file) for row in rows), self.problems, self.cautions)

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
        words, lines = _said(file, key, "account")
        first_line = {word: lines[words.index(word)] for word in dict.fromkeys(words)}
        if file.layout.ours:
            return our_accounts(file, first_line, [account.name for account in self.accounts], self.problems)
        meant = brokers_accounts(file, first_line, self.accounts, self.problems, self.cautions)
        if None in meant.values():
            found = file.found
            records = getattr(found, key)
            found.skipped += [SkippedRow(row.line, UNCLAIMED) for row in records if meant[row.account] is None]
            setattr(found, key, [row for row in records if meant[row.account] is not None])
        return {word: account for word, account in meant.items() if account is not None}

    def _stated_ids(self, files: Iterable[FileRecords]) -> AbstractSet[str]:
        """Every stated lot id; the second lot of an id is refused."""
        stated = [(file, *_said(file, "lots", "lot_id")) for file in files]
        every = [lot_id for _, ids, _ in stated for lot_id in ids if lot_id is not None]
        different = set(every)
        if len(different) < len(every):
            self._refuse_second(stated)
        return different

    def _refuse_second(self, stated: Iterable[tuple[FileRecords, Sequence[str | None], Sequence[int]]]) -> None:
        """Refuse each row whose id another has, in an earlier file or above it."""
        places: dict[str, str] = {}
        for file, ids, lines in stated:
            for lot_id, line in zip(ids, lines, strict=True):
                if lot_id in places:
                    what = f"`lot_id` `{lot_id}` is also that of {places[lot_id]}"
                    remedy = "give each lot an id of its own, or leave the cell blank"
                    self.problems.append(Problem(f"{file.shown}:{line}", what, remedy))
                if lot_id is not None:
                    places[lot_id] = f"{file.shown}:{line}"


def _said(file: FileRecords, key: str, name: str) -> tuple[Sequence[Any], Sequence[int]]:
    """What the rows of a file of this kind say in a column, and their lines, in the order of lines: those refused among
    them, for what they name is checked anyway."""
    if file.layout.kind not in KINDS[key]:
        return [], []
    records, refused = getattr(file.found, key), file.found.refused
    if refused:
        records = sorted([*records, *refused], key=_line)
    elif isinstance(records, RecordTable):
        return records.columns[name], records.columns["line"]
    return list(map(attrgetter(name), records)), list(map(_line, records))


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

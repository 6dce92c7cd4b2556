"""Downloads that a household lists twice: of one account on two days, or one under two names for two accounts.

Of these no one can tell which is to be believed, so they are refused; copies in one account are merely counted once
(`counted_once.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from planner.domain.errors import Caution, Problem
from planner.loader.assembly.deduplicate import Placed
from planner.loader.assembly.files import FileRecords
from planner.loader.reading.records import LotRecord


def repeated_parts(files: Iterable[FileRecords]) -> Iterator[Problem]:
    """A part of a file, such as one security's download, that is in it twice."""
    for file in files:
        seen: dict[str, int] = {}
        for part, line in file.found.parts:
            if part in seen:
                what = f"{part} is here and in {file.shown}:{seen[part]}"
                yield Problem(f"{file.shown}:{line}", what, "keep the newer download and remove the other")
            seen[part] = line


def one_file_of_two_accounts(
    accounts_of_rows: Iterable[tuple[str, FileRecords]], problems: list[Problem], cautions: list[Caution]
) -> None:
    """One download under two names, its rows read as those of two accounts: refused. Of our own layouts, which may be
    written alike, only said."""
    accounts: dict[str, dict[str, tuple[FileRecords, set[str]]]] = defaultdict(dict)
    for account, file in {(account, id(file)): (account, file) for account, file in accounts_of_rows}.values():
        _, named = accounts[file.digest].setdefault(file.shown, (file, set()))
        named.add(account)
    for copies in accounts.values():
        (first, named), *others = (copies[shown] for shown in sorted(copies))
        for file, also in others:
            if named == also:
                continue
            what = (
                f"has the same content as {first.shown}, which is read as {_listed(named)}, and this as {_listed(also)}"
            )
            if file.layout.ours:
                cautions.append(Caution("same_file_twice", f"{file.shown} {what}; is that correct?"))
            else:
                remedy = "list each account's own download, or one file that names its accounts under both"
                problems.append(Problem(file.shown, f"this download {what}", remedy))


def _listed(accounts: Iterable[str]) -> str:
    return " and ".join(sorted(accounts))


def shared_lots(rows: Sequence[Placed]) -> Iterator[Problem]:
    """Two files of one broker that hold lots of one security; and two files of any kind that hold a lot alike."""
    downloads: dict[Hashable, dict[str, Placed]] = defaultdict(dict)
    lots: dict[Hashable, dict[str, Placed]] = defaultdict(dict)
    for row in rows:
        record: LotRecord = row.record
        ours = row.file.layout.ours
        if ours and record.lot_id is not None:
            continue
        if not ours:
            security = row.account, row.file.layout.broker, record.account, record.symbol
            downloads[security].setdefault(row.file.shown, row)
        if record.lot_id is None:
            lot = row.account, record.symbol, record.acquired, record.quantity, record.basis
            lots[lot].setdefault(row.file.shown, row)
    said = set()
    for earlier, later, count in _pairs(downloads):
        said.add((earlier.file.shown, later.file.shown))
        more = f" and {count - 1:,} more securities are" if count > 1 else " is"
        yield Problem(
            later.where,
            f"{later.record.symbol}{more} here and in {earlier.where}, another download of the same lots",
            "keep the newer download and remove the other",
        )
    for earlier, later, count in _pairs(lots):
        if (earlier.file.shown, later.file.shown) in said:
            continue
        more = f", and {count - 1:,} more like it" if count > 1 else ""
        yield Problem(
            later.where,
            f"this lot of {later.record.symbol} is also in {earlier.where}{more}",
            (
                "remove it from one of the two files; if they are two equal lots, list both in one file or give "
                "each a `lot_id`"
            ),
        )


def _pairs(told: Mapping[Hashable, dict[str, Placed]]) -> Iterator[tuple[Placed, Placed, int]]:
    """For each two files that share something: the first row of it in each, and how much they share."""
    shared: dict[tuple[str, str], list[tuple[Placed, Placed]]] = defaultdict(list)
    for by_file in told.values():
        files = sorted(by_file)
        for one, next_one in pairwise(files):
            shared[one, next_one].append((by_file[one], by_file[next_one]))
    for pairs in shared.values():
        earlier, later = min(pairs, key=lambda pair: pair[1].record.line)
        yield earlier, later, len(pairs)

"""The files a household lists: each read once, by its own layout, every input error kept."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from planner.domain.case import SkippedRow
from planner.domain.errors import InputError, Problem
from planner.domain.household import Household
from planner.loader.household.document import HOUSEHOLD_FILE
from planner.loader.household.parse import parse_household
from planner.loader.reading.layout import Findings, Layout, SourceFile, fitting, recognise
from planner.loader.reading.purchase_plans import in_purchase_plan, purchase_plan_caution
from planner.loader.tables.archive import files_within, is_archive
from planner.loader.tables.bounded_file import read_bounded
from planner.loader.tables.unreadable import Unreadable
from planner.loader.tables.workbook import sheets_left_out

KINDS = {
    "lots": frozenset({"lots", "positions"}),
    "transactions": frozenset({"transactions"}),
    "realized": frozenset({"realized"}),
    "prices": frozenset({"prices"}),
}
"""What may be listed under each key of `[[accounts]]`, and in `[prices]`."""

MOST_SHOWN = 200  # input errors of one file; past these the rest are the same mistake again, and only counted


@dataclass(frozen=True, slots=True)
class FileRecords:
    """One file with what was found in it, and the accounts under which it is listed."""

    shown: str
    accounts: tuple[str, ...]
    layout: Layout
    found: Findings
    digest: str = ""  # the same of files with the same bytes

    @property
    def kind(self) -> str:
        """Lots, positions, transactions or realized: what the file turned out to hold."""
        return self.found.kind or self.layout.kind


def household_files(path: Path, scenario: str | None = None) -> tuple[Path, ...]:
    """household.toml and every file it lists that is there; itself alone where no one can read it."""
    try:
        household = parse_household(path, scenario).asked.household
    except InputError:
        return (path / HOUSEHOLD_FILE if path.is_dir() else path,)
    return tuple(dict.fromkeys((household.path, *(listed for listed, _ in _listed(household).values()))))


def files_listed(households: Iterable[Household]) -> list[Path]:
    """Every file that any of these households lists, and those that lie beside it for a reason of their own."""
    return [path for household in households for path, _ in _listed(household).values()]


def files_under_every_scenario(path: Path) -> tuple[Path, ...]:
    """household.toml and every file that it lists in any scenario; itself alone where it cannot be understood."""
    try:
        readings = parse_household(path).every
    except InputError:
        return household_files(path)
    listed = (file for reading in readings for file, _ in _listed(reading.household).values())
    return tuple(dict.fromkeys((readings[0].household.path, *listed)))


def read_files(household: Household, as_of: date) -> tuple[list[FileRecords], list[Problem]]:
    """Every file of every account, in the order listed, then those of prices; and every input error in them."""
    files: list[FileRecords] = []
    problems: list[Problem] = []
    for (_, key), (path, accounts) in _listed(household).items():
        shown = shown_path(path, household.path.parent)
        try:
            read = list(_read_sources(SourceFile(shown, read_bounded(path), as_of), KINDS[key]))
        except Unreadable as why:
            problems.append(Problem(f"{shown}:{why.line}" if why.line else shown, why.what, why.remedy))
            continue
        except OSError as error:
            problems.append(Problem(shown, f"cannot be read: {error.strerror}", "check the file's permissions"))
            continue
        for source, layout, found in read:
            problems += _first_refusals(source.shown, found)
            if in_purchase_plan(source, layout, found):
                found.cautions.append(purchase_plan_caution(source.shown))
            digest = sha256(source.content).hexdigest()
            files.append(FileRecords(source.shown, tuple(accounts), layout, found, digest))
    return files, problems


def shown_path(path: Path, folder: Path) -> str:
    """A path as the user would write it in household.toml."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def unpacked(source: SourceFile) -> list[SourceFile]:
    """The file itself; of a zip archive the files in it, each shown below its name. Raises Unreadable."""
    if not is_archive(source.content):
        return [source]
    return [
        SourceFile(f"{source.shown}/{name}", content, source.as_of) for name, content in files_within(source.content)
    ]


def _read_sources(source: SourceFile, kinds: frozenset[str]) -> Iterator[tuple[SourceFile, Layout, Findings]]:
    """What a file holds, or each file of an archive that holds one of `kinds`; those that no one can read are listed as
    skipped with the first. Raises Unreadable where there is none."""
    within = unpacked(source)
    if within == [source]:
        yield source, *_read_file(source, kinds)
        return
    left_out: list[SkippedRow] = []
    read: list[tuple[SourceFile, Layout, Findings]] = []
    for part in within:
        try:
            if any(layout.kind in kinds for layout in fitting(part)):
                read.append((part, *_read_file(part, kinds)))
        except Unreadable as why:
            left_out.append(SkippedRow(0, f"the file `{part.shown}` of this archive: {why.what}"))
    if not read:
        what = f"this zip archive holds no file that can be read here: {', '.join(part.shown for part in within)}"
        raise Unreadable(0, what, "unpack it, and list the files of your account in it")
    read[0][2].skipped += left_out
    yield from read


def _read_file(source: SourceFile, kinds: frozenset[str]) -> tuple[Layout, Findings]:
    layout = recognise(source, kinds)
    found = layout.read(layout, source)
    left_out = sheets_left_out(source.content)
    found.skipped += [
        SkippedRow(0, f"the sheet `{name}` of this workbook") for name in left_out if name not in found.sheets
    ]
    return layout, found


def _listed(household: Household) -> dict[tuple[Path, str], tuple[Path, list[str]]]:
    """Each file under each key: its path as listed, and by which accounts; files of prices are no one's.

    One file reached by two paths is one file; it is shown by the path that the user wrote first.
    """
    listed: dict[tuple[Path, str], tuple[Path, list[str]]] = {}
    for account in household.accounts:
        for key, paths in (
            ("lots", account.lots),
            ("transactions", account.transactions),
            ("realized", account.realized),
        ):
            for path in paths:
                _, under = listed.setdefault((path.resolve(), key), (path, []))
                under.append(account.name)
    for path in household.price_files:
        listed.setdefault((path.resolve(), "prices"), (path, []))
    return listed


def _first_refusals(shown: str, found: Findings) -> list[Problem]:
    """A file's input errors from its top to its bottom; past a screenful, their number."""
    ordered = [problem for _, problem in sorted(found.problems, key=lambda placed: placed[0])]
    if len(ordered) <= MOST_SHOWN:
        return ordered
    rest = f"{len(ordered) - MOST_SHOWN:,} more rows or cells of this file have errors"
    return [*ordered[:MOST_SHOWN], Problem(shown, rest, "fix those above first; they are often one mistake repeated")]

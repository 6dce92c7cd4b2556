"""What a file layout is, and which layout a file has: chosen by what is in it, never by its name.

A layout is one `Layout` in the `LAYOUTS` of a module in `planner/loader/layouts`; nothing else need know of it.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cache, cached_property
from importlib import import_module

from planner.domain.case import Check, SkippedRow
from planner.domain.errors import Caution, Problem
from planner.domain.portfolio import UnitsOwed
from planner.loader import layouts
from planner.loader.reading.records import LotRecord, PriceRecord, RealizedRecord, TransactionRecord
from planner.loader.tables.cells import NEAR, normal_name
from planner.loader.tables.sheet import RefusedRow
from planner.loader.tables.text_table import Table, decode, other_format, read_table
from planner.loader.tables.unreadable import Unreadable

ALIKE = 0.4  # the share of a layout's columns that makes a file worth comparing with it
ANY_BROKER = "(any)"  # the broker of a layout that is no one's own
STRANGE = 2  # columns that a file in our own layout may have by mistake, and is warned of
OPENING = 4000  # characters by which a file that is not a table is recognized
ROWS_SEARCHED = 60  # a header is within the first rows, below any title or disclaimer


@dataclass(frozen=True)
class SourceFile:
    """A file about to be read: its path as shown to the user, its bytes, and the as-of date of the run.

    A layout takes it as it needs it: `opening` never fails, `text` and `table` raise Unreadable where it is none.
    """

    shown: str
    content: bytes
    as_of: date

    @cached_property
    def opening(self) -> str:
        """The first few thousand characters, whatever the file is: to recognize what is not a table."""
        try:
            return self.text[:OPENING].lstrip()
        except Unreadable:
            return self.content[:OPENING].decode("utf-8", "replace")

    @cached_property
    def text(self) -> str:
        """The whole as text. Raises Unreadable where it is none."""
        return decode(self.content)

    @cached_property
    def table(self) -> Table:
        """The text as rows. Raises Unreadable where it is not a table."""
        return read_table(self.text)


@dataclass(slots=True)
class Findings:
    """What a layout found in a file. `as_of` is the file's own date, `checks` its own totals beside the rows.

    `kind` is set where a file of lots turns out to hold positions. `unnamed` are symbols that are no tickers. `parts`
    are names, with their lines, of what a household may hold only once: the same download listed twice.
    `covers`: the first and last day of a history, where the file states them: nothing else happened between.
    `account_names`: what accounts are called, by the words of their rows, where a file has a column for each.
    `sheets`: those of a workbook that were read, where more than the first is.
    `owed`: rows with units owed, not held.
    `together`: further lines of an event that is read under its first line, each with that line.
    `workplace`: words of accounts that are plans at work: their rows are no one's but an account's that names them.
    """

    lots: Sequence[LotRecord] = field(default_factory=list)
    transactions: list[TransactionRecord] = field(default_factory=list)
    realized: list[RealizedRecord] = field(default_factory=list)
    prices: list[PriceRecord] = field(default_factory=list)
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    owed: list[UnitsOwed] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    parts: list[tuple[str, int]] = field(default_factory=list)
    unnamed: set[str] = field(default_factory=set)
    account_names: dict[str, str] = field(default_factory=dict)
    workplace: set[str] = field(default_factory=set)
    sheets: set[str] = field(default_factory=set)
    together: dict[int, int] = field(default_factory=dict)
    kind: str | None = None
    as_of: date | None = None
    covers: tuple[date, date] | None = None
    checks: list[Check] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return len(self.lots) + len(self.transactions) + len(self.realized) + len(self.prices)


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout: the column names that must all are in its header, and what reads such a file.

    `kind` is lots, positions, transactions, realized or prices; one file may have a layout of each kind, and the key
    under which it is listed tells which is meant. Of several that a file fits, it is the one with the longest
    `signature`.
    `recognises` is asked where the header does not tell enough, and alone where a file is not a table (no `signature`):
    it looks at the file's `opening`. `how_to_get` says what to look for; `coins` says that symbols may be those of
    coins; `columns`, of our own layouts only, are those that must be there, in our order, `may_have` all that may.
    """

    name: str
    broker: str
    kind: str
    signature: frozenset[str]
    read: Callable[[Layout, SourceFile], Findings]
    how_to_get: str
    recognizes: Callable[[SourceFile], bool] | None = None
    coins: bool = False
    columns: tuple[str, ...] = ()
    may_have: tuple[str, ...] = ()
    last: bool = False

    @property
    def ours(self) -> bool:
        return bool(self.columns)

    @property
    def exchange(self) -> bool:
        """Whether this is a layout of an exchange, a wallet or what gathers them: its symbols are those of coins."""
        return self.coins and self.broker != ANY_BROKER

    def has(self, names: frozenset[str]) -> bool:
        """Whether a header of these normalised names is this layout's.

        Our own has no columns but ours, or nearly: a broker's may have all of them too, among many others.
        """
        if not self.signature or not normal(self.signature) <= names:
            return False
        return not self.ours or len(names - normal(frozenset(self.may_have)) - {""}) <= STRANGE


@cache
def normal(names: frozenset[str]) -> frozenset[str]:
    """Header names as they are compared."""
    return frozenset(map(normal_name, names))


@cache
def all_layouts() -> tuple[Layout, ...]:
    """Every layout of every module in `planner/loader/layouts`, by name."""
    modules = (import_module(f"{layouts.__name__}.{found.name}") for found in pkgutil.iter_modules(layouts.__path__))
    return tuple(sorted((layout for module in modules for layout in module.LAYOUTS), key=lambda layout: layout.name))


def recognise(source: SourceFile, kinds: frozenset[str]) -> Layout:
    """The layout of a file that should hold one of `kinds`. Raises Unreadable, naming the nearest, where none fits."""
    found = fitting(source, kinds)
    wanted = [layout for layout in found if layout.kind in kinds]
    if not wanted:
        kind = "lots" if found[0].kind == "positions" else found[0].kind
        raise Unreadable(
            0, f"this is a file of {found[0].kind} ({found[0].name})", f"list it under `{kind} = ` in household.toml"
        )
    return max(wanted, key=lambda layout: len(layout.signature))


@cache
def own_layouts() -> tuple[Layout, ...]:
    """Our own layouts that have a header; none of the brokers' modules is imported for them."""
    module = import_module(f"{layouts.__name__}.harvest_csv")
    return tuple(layout for layout in module.LAYOUTS if layout.signature)


def plainly_ours(source: SourceFile) -> list[Layout]:
    """Our own layout, where a file begins with its columns and no others: no broker's header is among those."""
    first_line = source.opening.split("\n", 1)[0]
    names = frozenset(normal_name(cell.strip().strip('"')) for cell in re.split(r"[,\t]", first_line))
    return [own for own in own_layouts() if own.has(names) and names - {""} <= normal(frozenset(own.may_have))]


def fitting(source: SourceFile, kinds: frozenset[str] | None = None) -> list[Layout]:
    """Every layout that a file fits, of whatever kind. Raises Unreadable, naming the nearest of `kinds`, for none."""
    return plainly_ours(source) or fitting_of_all(source, kinds)


def fitting_of_all(source: SourceFile, kinds: frozenset[str] | None = None) -> list[Layout]:
    """The same, every layout being looked at."""
    first = [layout for layout in all_layouts() if not layout.last]
    known = [layout for layout in first if layout.recognizes is None or layout.recognizes(source)]
    found = [layout for layout in known if not layout.signature]
    if found:
        return found
    kinds = kinds or frozenset(layout.kind for layout in all_layouts())
    if what := other_format(source.text):
        remedy = f"download it as CSV, or copy the figures into our own layout: {_understood(kinds)}"
        raise Unreadable(0, f"this is {what}, and no known layout matches it", remedy)
    headers = [frozenset(map(normal_name, cells)) for cells in source.table.rows[:ROWS_SEARCHED]]
    found = [layout for layout in known if any(map(layout.has, headers))]
    if not found:
        last = [layout for layout in all_layouts() if layout.last]
        found = [layout for layout in last if layout.recognizes is not None and layout.recognizes(source)]
    if not found:
        raise _unrecognised(source, headers, kinds)
    return found


def _unrecognised(source: SourceFile, headers: list[frozenset[str]], kinds: frozenset[str]) -> Unreadable:
    """Which layouts the file is nearest to, and what each of them has that it lacks; else those that would do here."""

    def likeness(layout: Layout) -> tuple[float, int]:
        """The share of the layout's columns that are in the most similar row, and that row."""
        shares = (len(normal(layout.signature) & names) / len(layout.signature) for names in headers)
        return max(((share, -row) for row, share in enumerate(shares)), default=(0.0, 0))

    ranked = sorted(((likeness(layout), layout) for layout in all_layouts() if layout.signature), key=_most_alike)
    (best, row), _ = ranked[0]
    if best < ALIKE:
        return Unreadable(
            0,
            "no known layout has this header",
            f"copy the figures into our own layout, separated by commas: {_understood(kinds)}",
        )
    near = [_lacking(layout, source.table.rows[-place]) for (share, place), layout in ranked[:2] if share > best - 0.2]
    return Unreadable(
        source.table.lines[-row],
        f"no known layout has this header; nearest: {'; '.join(near)}",
        f"name the columns like that; understood here: {_understood(kinds)}",
    )


def _understood(kinds: frozenset[str]) -> str:
    """The layouts of these kinds: ours by their columns, then the brokers by name."""
    fitting = [layout for layout in all_layouts() if layout.kind in kinds]
    ours = [f"{', '.join(layout.columns)} (docs/input.md)" for layout in fitting if layout.columns]
    brokers = sorted({layout.broker for layout in fitting} - {ANY_BROKER})
    return "; ".join([*ours, *([f"or a download of {', '.join(brokers)}"] if brokers else [])])


def _most_alike(ranked: tuple[tuple[float, int], Layout]) -> tuple[float, str]:
    (share, _), layout = ranked
    return -share, layout.name


def _lacking(layout: Layout, header: list[str]) -> str:
    """`harvest_lots, but for the column `basis` (this file has `bassis`)`."""
    spare = {normal_name(cell): cell.strip() for cell in header if cell.strip()}
    missing = [name for name in sorted(layout.signature) if normal_name(name) not in spare]
    for name in normal(layout.signature):
        spare.pop(name, None)
    if not missing:
        return f"{layout.name}, but for columns it never has"
    return f"{layout.name}, but for the column " + ", ".join(_with_lookalike(name, spare) for name in missing)


def _with_lookalike(missing: str, spare: Mapping[str, str]) -> str:
    likely = get_close_matches(normal_name(missing), spare, n=1, cutoff=NEAR)
    return f"`{missing}` (this file has `{spare[likely[0]]}`)" if likely else f"`{missing}`"


def how_to_get_lots(broker: str) -> str:
    """How a broker's lots are got; blank where it has no layout of lots."""
    return next((layout.how_to_get for layout in all_layouts() if (layout.broker, layout.kind) == (broker, "lots")), "")


def header_row(table: Table, layout: Layout) -> int:
    """Where in `table.rows` the header of a recognized file is. Raises Unreadable where it is cut by other signs."""
    for index, cells in enumerate(table.rows):
        if layout.has(frozenset(map(normal_name, cells))):
            return index
    what = "the cells of the header are separated by one sign, those of the rows by another"
    raise Unreadable(table.lines[0], what, "separate them all by commas, or all by tabs")
